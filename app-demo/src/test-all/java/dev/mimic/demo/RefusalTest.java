package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import com.google.common.base.Splitter;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.ssh.server.SshHostKey;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of each command about untrusted servers, and about refused logins. */
@Timeout(60)
class RefusalTest {
  @TempDir private Path folder;
  @TempDir private Path given;

  /** Runs a command with AT, FILE and GIVEN replaced, which must fail and leave no file. */
  private String failure(String command, String at, Path file) throws IOException {
    String line =
        command
            .replace("AT", at)
            .replace("FILE", folder.resolve("made").toString())
            .replace("GIVEN", file.toString());
    CommandRun run = CommandRun.of(Splitter.on(' ').splitToStream(line).toArray(String[]::new));
    assertThat(run.out()).isEmpty();
    assertThat(Loopback.in(folder)).isEmpty();
    return run.failure();
  }

  private static SshServer ssh() throws IOException {
    return SshServer.builder()
        .password("me", "right")
        .commands(command -> 0)
        .serve(Loopback.RESOLVER.listen("tcp://localhost:0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh --known-hosts GIVEN ssh://me:right@AT true",
        "git clone --known-hosts GIVEN ssh://me:right@AT/r FILE",
        "kv pull --known-hosts GIVEN --store FILE ssh://me:right@AT/r",
        "get --known-hosts GIVEN --proxy ssh://me@AT http://localhost:1 -o FILE"
      })
  void hostKey_thatIsUnknownOrChanged_isRefused(String command) throws IOException {
    try (SshServer server = ssh()) {
      String at = server.at().toString();
      Path none = Files.createFile(given.resolve("none"));
      assertThat(failure(command, at, none))
          .matches(
              "cannot connect to \\S+: the host key of %s is not known: it is ssh-ed25519 SHA256:\\S+"
                      .formatted(at)
                  + " If the administrator of the host confirms this fingerprint, add this line to"
                  + " %s: \\Q%s\\E".formatted(none, server.knownHost()));

      String before = SshHostKey.generate().knownHost(server.at());
      Path other = Files.writeString(given.resolve("other"), before + "\n");
      assertThat(failure(command, at, other))
          .matches(
              "cannot connect to \\S+: the host key of %s has changed: .*".formatted(at)
                  + " If the host has a new key, remove the old one from "
                  + other);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh --known-hosts GIVEN ssh://me:wrong@AT true",
        "git clone --known-hosts GIVEN ssh://me:wrong@AT/r FILE",
        "kv pull --known-hosts GIVEN --store FILE ssh://me:wrong@AT/r",
        "get --known-hosts GIVEN --proxy ssh://me@AT http://localhost:1 -o FILE"
      })
  void password_thatSshServerRefuses_isTold(String command) throws IOException {
    try (SshServer server = ssh()) {
      Path known = Files.writeString(given.resolve("known"), server.knownHost() + "\n");
      assertThat(failure(command, server.at().toString(), known))
          .matches(
              "cannot connect to \\S+: %s does not let me in: it accepts password, and was offered"
                      .formatted(server.at())
                  + " .*: is it the right user, and the right password or --key\\?");
    }
  }

  @Test
  void password_thatHttpServerRefuses_isTold() throws IOException {
    try (HttpServer server =
        HttpServer.listen(
            Loopback.RESOLVER,
            "http://localhost:0",
            request ->
                HttpResponse.of(401).withHeader("WWW-Authenticate", "Basic realm=\"git\""))) {
      String at = server.address().substring("http://".length());
      assertThat(failure("get http://AT/x -o FILE", at, given))
          .isEqualTo(
              "GET %s/x: the server answered 401: it requires a user and a password: add"
                      .formatted(server.address())
                  + " USER:PASSWORD@ before the host");
      assertThat(failure("get http://me:wrong@AT/x -o FILE", at, given))
          .isEqualTo(
              "GET %s/x: the server answered 401: is it the right user, and the right password?"
                  .formatted(server.address()));
      assertThat(failure("git clone http://me:wrong@AT/r FILE", at, given))
          .isEqualTo(
              ("http://%s/r: the server requires a valid user and password: write user:password@"
                      + " before the host (401 Unauthorized)")
                  .formatted(at));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ping --ca-cert GIVEN tls://AT",
        "get --ca-cert GIVEN https://AT/x -o FILE",
        "git clone --ca-cert GIVEN https://AT/r FILE",
        "kv pull --ca-cert GIVEN --store FILE https://AT/r",
        "mail --ca-cert GIVEN --from a@b.example --to c@d.example smtps://AT"
      })
  void certificate_thatHasExpired_isRefused(String command) throws IOException {
    TestAuthority authority = TestAuthority.create();
    Path trust = given.resolve("authority.pem");
    Files.writeString(trust, authority.rootPem());
    Instant end = Instant.now().minus(Duration.ofDays(1));
    TestCertificate expired =
        authority.request("localhost").validity(end.minus(Duration.ofDays(90)), end).issue();
    TlsIdentity old = TlsIdentity.of(expired.privateKey(), expired.chain());
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {}) // of the client, which does not trust it
            .serve(
                Loopback.RESOLVER.with(Tls.IDENTITY, old).listen("tls://localhost:0"),
                PingPong::serve)) {
      assertThat(failure(command, server.address().substring("tls://".length()), trust))
          .matches(
              "cannot connect to \\S+: no TLS with \\S+: the certificate of CN=localhost has"
                  + " expired: it was valid until \\S+, and now it is \\S+: its owner has to renew"
                  + " it");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get http://AT/r -o FILE",
        "git clone http://AT/r FILE",
        "kv pull --store FILE http://AT/r"
      })
  void redirect_inCircle_isGivenUp(String command) throws IOException {
    try (HttpServer server =
        HttpServer.listen(Loopback.RESOLVER, "http://localhost:0", RefusalTest::sentBack)) {
      String at = server.address().substring("http://".length());
      assertThat(failure(command, at, given))
          .containsMatch("redirects too many times|Redirected more than 5 times");
    }
  }

  private static HttpResponse sentBack(HttpRequest request) {
    String query = request.query().map(each -> "?" + each).orElse("");
    return HttpResponse.of(302).withHeader("Location", request.path() + query);
  }
}
