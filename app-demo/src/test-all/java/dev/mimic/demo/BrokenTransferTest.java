package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Splitter;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages and leftovers of transfers that the server cuts off. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class BrokenTransferTest {
  private static final long PART = 100_000;

  @TempDir private Path folder;
  @TempDir private Path given;
  private ServedText served;

  @BeforeEach
  void serve() throws IOException {
    served = new ServedText(given.resolve("r.git"));
  }

  @AfterEach
  void stop() throws IOException {
    served.close();
  }

  /** Returns the message for a server that dies, and checks that FILE does not exist. */
  private String failure(String command, String server, String output) throws IOException {
    try (FlowServer dying = Loopback.dyingAfter(PART, server)) {
      int port = URI.create(dying.address()).getPort();
      String line =
          command
              .replace("AT", "localhost:" + port)
              .replace("KNOWN", known(port))
              .replace("FILE", folder.resolve("made").toString());
      CommandRun run = CommandRun.of(Splitter.on(' ').splitToStream(line).toArray(String[]::new));
      assertThat(run.out().length()).isLessThan(ServedText.TEXT.length());
      assertThat(run.out()).startsWith(output);
      assertThat(Loopback.in(folder)).isEmpty();
      return run.failure();
    }
  }

  private String known(int port) throws IOException {
    return Files.writeString(given.resolve("known"), served.knownHost(port)).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole", "chunks"})
  void get_fromDyingServer_saysTryAgain(String path) throws IOException {
    String url = "http://AT/" + path;
    assertThat(failure("get -o FILE " + url, served.http(), ""))
        .matches(
            "GET \\S+: the server ended the connection before the content was complete: try again");
    assertThat(failure("get " + url, served.http(), ServedText.TEXT.substring(0, 1000)))
        .contains("try again");
  }

  @Test
  void clone_fromDyingServer_saysTryAgain() throws IOException {
    String again = "\\S+: the server closed the connection during the transfer: try again";
    assertThat(failure("git clone -q http://AT/r FILE", served.http(), "")).matches(again);
    assertThat(failure("git clone -q git://AT/r FILE", served.git(), "")).matches(again);
    assertThat(failure("kv pull -q --store FILE git://AT/r", served.git(), "")).matches(again);
    String overSsh = "git clone -q --known-hosts KNOWN ssh://me:right@AT/r FILE";
    assertThat(failure(overSsh, served.ssh(), "")).matches(again);
  }

  @Test
  void ssh_toDyingServer_saysCommandWasLost() throws IOException {
    // Received output can be lost: the system drops it at a reset.
    assertThat(failure("ssh --known-hosts KNOWN ssh://me:right@AT print", served.ssh(), ""))
        .matches(
            "the command \"print\" on \\S+ was lost: (the server ended the connection|.* is gone.*)");
  }

  @Test
  void proxy_thatDiesBeforeAnswer_isNamed() throws IOException {
    try (FlowServer server =
        FlowServer.serve(
            Loopback.RESOLVER.listen("tcp://localhost:0"),
            flow -> {
              int unused = flow.inputStream().read();
            })) {
      String at = server.address().substring("tcp://".length());
      String closed = "closed the connection before it answered";
      for (String scheme : List.of("socks5", "http")) {
        String proxy = scheme + "://" + at;
        assertThat(CommandRun.of("ping", "tcp://localhost:1", "--proxy", proxy).failure())
            .contains("proxy %s %s".formatted(at, closed));
      }
      assertThat(CommandRun.of("ping", server.address()).failure())
          .matches(
              "127.0.0.1:\\d+ ended before it answered: is it a server of ping-pong\\?|tcp\\(\\S+"
                  + " is gone.*");
    }
  }

  @Test
  void mail_toDyingServer_namesStep() throws IOException {
    TestAuthority authority = TestAuthority.create();
    Path trust = given.resolve("authority.pem");
    Files.writeString(trust, authority.rootPem());
    TestCertificate certificate = authority.certificate("localhost");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    try (FlowServer server =
        FlowServer.serve(
            Loopback.RESOLVER.with(Tls.IDENTITY, identity).listen("tls://localhost:0"),
            BrokenTransferTest::takeHalfAMail)) {
      String address = server.address().replace("tls:", "smtps:");
      CommandRun run =
          CommandRun.of(
              "mail", "--ca-cert=" + trust, "--from=a@b.example", "--to=c@d.example", address);
      assertThat(run.failure()).containsMatch("(closed|lost).* when it was asked");
    }
  }

  private static void takeHalfAMail(Flow flow) throws IOException {
    for (String answer : List.of("220 hello", "250 hello", "250 yes", "250 yes", "354 go on")) {
      flow.write(US_ASCII.encode(answer + "\r\n"));
      ByteBuffer unused = ByteBuffer.allocate(1000);
      int count = flow.read(unused);
      if (count < 0) {
        return;
      }
    }
  }
}
