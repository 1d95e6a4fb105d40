package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command over TLS and over socket files: one process serves, another one pings. */
@Timeout(60)
class SecureCommandTest {
  @TempDir private Path folder;
  private final List<Process> serving = new ArrayList<>();
  private String authority = "";
  private String certificate = "";
  private String key = "";

  @BeforeEach
  void writePems() throws IOException {
    TestAuthority made = TestAuthority.create();
    authority = folder.resolve("authority.pem").toString();
    certificate = folder.resolve("certificate.pem").toString();
    key = folder.resolve("key.pem").toString();
    Files.writeString(Path.of(authority), made.rootPem());
    made.certificate("localhost").writePem(Path.of(certificate), Path.of(key));
  }

  @AfterEach
  void stopServing() throws InterruptedException {
    for (Process each : serving) {
      each.destroyForcibly().waitFor();
    }
  }

  /** Starts a server, and returns its address. */
  private String serve(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addFirst("serve");
    Process process = ServeTest.start(command.toArray(String[]::new));
    serving.add(process);
    String line = process.inputReader().readLine();
    assertThat(line).startsWith("listening on ");
    return line.substring("listening on ".length());
  }

  @ParameterizedTest
  @EnumSource
  void provider_ofEachKind_servesAndPings(TlsChoice provider) throws IOException {
    for (TlsChoice server : TlsChoice.values()) {
      String address =
          serve("tls://localhost:0", "--cert", certificate, "--key", key, "--tls", server.name());
      CommandRun run =
          CommandRun.of("ping", address, "--ca-cert", authority, "--tls", provider.name());
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).isEqualTo("pong\n");
    }
  }

  @Test
  void server_withUntrustedCertificate_isRefusedWithOption() throws IOException {
    String address = serve("tls://localhost:0", "--cert", certificate, "--key", key);
    CommandRun run = CommandRun.of("ping", address);
    assertThat(run.err()).startsWith("mimic: cannot connect to %s: ".formatted(address));
    assertThat(run.failure()).contains("give its certificate by --ca-cert");
  }

  @Test
  void client_withCertificate_isServed() throws IOException {
    String address =
        serve("tls://localhost:0", "--cert", certificate, "--key", key, "--client-ca", authority);
    CommandRun without = CommandRun.of("ping", address, "--ca-cert", authority);
    assertThat(without.failure()).contains("client certificate: give one by --cert and --key");
    CommandRun with =
        CommandRun.of("ping", address, "--ca-cert", authority, "--cert", certificate, "--key", key);
    assertThat(with.err()).isEmpty();
    assertThat(with.out()).isEqualTo("pong\n");
  }

  @Test
  void socketFile_thatIsServed_isPinged() throws IOException {
    String address = serve("unix:" + folder.resolve("s"));
    assertThat(Files.exists(folder.resolve("s"))).isTrue();
    assertThat(CommandRun.of("ping", address).out()).isEqualTo("pong\n");
  }

  @Test
  void certificateOptions_thatAreMissing_areNamed() {
    CommandRun noCertificate = CommandRun.of("serve", "tls://localhost:0");
    assertThat(noCertificate.err()).contains("give --cert and --key");
    assertThat(noCertificate.status()).isEqualTo(2);

    CommandRun noKey = CommandRun.of("serve", "tls://localhost:0", "--cert", certificate);
    assertThat(noKey.err())
        .isEqualTo("mimic: Missing required argument(s): --key=PEM (see mimic serve --help)\n");
    assertThat(noKey.status()).isEqualTo(2);

    CommandRun inClear = CommandRun.of("serve", "tcp://localhost:0", "--client-ca", authority);
    assertThat(inClear.err())
        .startsWith(
            "mimic: --cert, --key and --client-ca are for TLS, which tcp: addresses do not use");
    assertThat(inClear.status()).isEqualTo(2);

    CommandRun noFile = CommandRun.of("ping", "tls://localhost:1", "--ca-cert", "nowhere.pem");
    assertThat(noFile.err()).startsWith("mimic: ");
    assertThat(noFile.err()).contains("nowhere.pem");
    assertThat(noFile.status()).isEqualTo(1);
  }
}
