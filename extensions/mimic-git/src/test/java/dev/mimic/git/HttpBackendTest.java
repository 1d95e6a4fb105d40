package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpModule;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Nginx;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * HTTP with {@code git http-backend} behind web servers, and {@code git} as a second client.
 *
 * <pre>
 *   LIGHTTPD     http                                      --> lighttpd --> git http-backend
 *   LIGHTTPD_TLS https, a user and a password              --> lighttpd --> git http-backend
 *   NGINX        http, gzip, idle connections close at once --> nginx --> lighttpd --> ...
 *   NGINX_HTTP2  https, gzip, one request a connection      --> nginx --> lighttpd --> ...
 * </pre>
 */
@ParameterizedClass
@EnumSource(HttpBackendTest.Front.class)
class HttpBackendTest extends GitContract {
  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new TlsModule(), new HttpModule())
          .getInstance(MimicResolver.class);

  private static final int ROUNDS = 5;

  enum Front {
    LIGHTTPD,
    LIGHTTPD_TLS,
    NGINX,
    NGINX_HTTP2
  }

  private final Front front;

  HttpBackendTest(Front front) {
    this.front = front;
  }

  @Test
  void push_inTurnsWithGit_isSeenByBoth() throws Exception {
    History.bare(root(), "r.git", FEW);
    Path ours = folder.resolve("ours");
    Path gits = folder.resolve("gits");
    git(folder, "clone", "-q", addressForGit("r.git"), gits.toString());
    try (Git git = client().clone(server.address("r.git"), ours)) {
      for (int i = 0; i < ROUNDS; i++) {
        String pushed = History.commit(ours, "ours" + i);
        client().push(git.getRepository());
        git(gits, "pull", "-q", "--ff-only");
        assertThat(History.head(gits)).isEqualTo(pushed);

        pushed = History.commit(gits, "gits" + i);
        git(gits, "push", "-q");
        client().fetch(git.getRepository());
        assertThat(History.git(ours, "merge", "-q", "--ff-only", "origin/main")).isEmpty();
        assertThat(History.head(ours)).isEqualTo(pushed);
      }
    }
    assertThat(History.objects(ours)).isEqualTo(History.objects(gits));
  }

  /** Runs git without a proxy and with the test authority as a trusted issuer. */
  private String git(Path in, String... arguments) throws IOException {
    Path authority = folder.resolve("authority.pem");
    Files.writeString(authority, AUTHORITY.rootPem());
    return Programs.git(List.of("GIT_SSL_CAINFO=" + authority, "no_proxy=*"), in, arguments);
  }

  private String addressForGit(String name) {
    String address = server.address(name);
    return front == Front.LIGHTTPD_TLS
        ? address.replace("https://", "https://alice:s3cret@")
        : address;
  }

  @Override
  Running start(Path root, Path own) throws IOException {
    int port = Daemon.freePort();
    Path certificate = own.resolve("cert.pem");
    Path key = own.resolve("key.pem");
    AUTHORITY.certificate("localhost").writePem(certificate, key);
    Path configuration =
        Files.writeString(own.resolve("lighttpd.conf"), configuration(root, own, port), US_ASCII);
    Daemon lighttpd = Daemon.start(port, "lighttpd", "-D", "-f", configuration.toString());
    return switch (front) {
      case LIGHTTPD -> running("http://localhost:" + port, lighttpd);
      case LIGHTTPD_TLS -> running("https://localhost:" + port, lighttpd);
      case NGINX -> {
        Nginx nginx = nginx(own, certificate, key, port, "keepalive_timeout 1ms;");
        yield running(nginx.url(), nginx, lighttpd);
      }
      case NGINX_HTTP2 -> {
        Nginx nginx = nginx(own, certificate, key, port, "keepalive_requests 1;");
        yield running(nginx.tlsUrl(), nginx, lighttpd);
      }
    };
  }

  private static Nginx nginx(Path own, Path certificate, Path key, int port, String keeping)
      throws IOException {
    return Nginx.start(
        Files.createDirectory(own.resolve("nginx")),
        certificate,
        key,
        keeping,
        "gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1;",
        "location /git { proxy_pass http://127.0.0.1:%d; }".formatted(port));
  }

  private Running running(String server, Closeable... programs) {
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return RESOLVER;
      }

      @Override
      public String address(String name) {
        return server + "/git/" + name;
      }

      @Override
      public Context context() {
        Context trust = Context.empty().with(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));
        return front == Front.LIGHTTPD_TLS
            ? trust.with(Address.USER, "alice").with(Address.PASSWORD, "s3cret")
            : trust;
      }

      @Override
      public void close() throws IOException {
        for (Closeable each : programs) {
          each.close();
        }
      }
    };
  }

  private String configuration(Path root, Path own, int port) throws IOException {
    String backend = Programs.run(own, "git", "--exec-path").strip() + "/git-http-backend";
    String all =
        """
        server.port = %d
        server.bind = "127.0.0.1"
        server.document-root = "%s"
        server.modules = ("mod_auth", "mod_authn_file", "mod_alias", "mod_setenv", "mod_cgi", "mod_openssl")
        alias.url = ("/git" => "%s")
        setenv.add-environment = (
          "GIT_PROJECT_ROOT" => "%s",
          "GIT_HTTP_EXPORT_ALL" => "1",
          "GIT_CONFIG_COUNT" => "1",
          "GIT_CONFIG_KEY_0" => "http.receivepack",
          "GIT_CONFIG_VALUE_0" => "true"
        )
        $HTTP["url"] =~ "^/git" { cgi.assign = ("" => "") }
        """
            .formatted(port, own, backend, root);
    return front == Front.LIGHTTPD_TLS ? all + secured(own) : all;
  }

  private static String secured(Path own) throws IOException {
    Path users = Files.writeString(own.resolve("users"), "alice:s3cret\n");
    return """
        ssl.engine = "enable"
        ssl.pemfile = "%s/cert.pem"
        ssl.privkey = "%s/key.pem"
        auth.backend = "plain"
        auth.backend.plain.userfile = "%s"
        auth.require = ("/git" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
        """
        .formatted(own, own, users);
  }
}
