package dev.mimic.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpModule;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * By HTTP, from {@code git http-backend} behind a web server; over TLS with a user and a password.
 */
@ParameterizedClass
@ValueSource(strings = {"http", "https"})
class HttpBackendTest extends GitLines {
  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new TlsModule(), new HttpModule())
          .getInstance(MimicResolver.class);

  private final String scheme;

  HttpBackendTest(String scheme) {
    this.scheme = scheme;
  }

  @Override
  Running start(Path root, Path own) throws IOException {
    int port = Daemon.freePort();
    Path configuration =
        Files.writeString(own.resolve("lighttpd.conf"), configuration(root, own, port), US_ASCII);
    Daemon daemon = Daemon.start(port, "lighttpd", "-D", "-f", configuration.toString());
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return RESOLVER;
      }

      @Override
      public String address(String name) {
        return "%s://localhost:%d/git/%s".formatted(scheme, port, name);
      }

      @Override
      public Context context() {
        Context trust = Context.empty().with(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));
        return isSecure()
            ? trust.with(Address.USER, "alice").with(Address.PASSWORD, "s3cret")
            : trust;
      }

      @Override
      public void close() throws IOException {
        daemon.close();
      }
    };
  }

  private boolean isSecure() {
    return scheme.equals("https");
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
    return isSecure() ? all + secured(own) : all;
  }

  private static String secured(Path own) throws IOException {
    Path certificate = own.resolve("cert.pem");
    Path key = own.resolve("key.pem");
    AUTHORITY.certificate("localhost").writePem(certificate, key);
    Path users = Files.writeString(own.resolve("users"), "alice:s3cret\n");
    return """
        ssl.engine = "enable"
        ssl.pemfile = "%s"
        ssl.privkey = "%s"
        auth.backend = "plain"
        auth.backend.plain.userfile = "%s"
        auth.require = ("/git" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
        """
        .formatted(certificate, key, users);
  }
}
