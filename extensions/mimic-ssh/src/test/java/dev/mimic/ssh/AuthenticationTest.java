package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in by OpenSSH's server. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class AuthenticationTest {
  @TempDir static Path folder;
  private static Host host;

  @BeforeAll
  static void start() throws IOException {
    host = Host.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    host.close();
  }

  private static void assertLetsIn(SshKey... keys) throws IOException {
    try (SshSession session = open(keys);
        Flow flow = session.run("echo in", Host.soon())) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
    }
  }

  private static SshSession open(SshKey... keys) throws IOException {
    SshClient client =
        SshClient.builder()
            .knownHosts(SshKnownHosts.of(host.sshd().knownHost()))
            .keys(List.of(keys))
            .build();
    return SshSession.open(Host.TCP, host.at(), Sshd.user(), client, Host.soon());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ed25519",
        "-t rsa -b 2048",
        "-t rsa -b 2048 -m PEM",
        "-t rsa -b 2048 -m PKCS8",
        "-t ecdsa -b 256",
        "-t ecdsa -b 384 -m PEM",
        "-t ecdsa -b 521 -m PKCS8"
      })
  void keysOfEachKindLetIn(String how) throws Exception {
    String name = how.replaceAll("[ -]+", "_");
    Path plain = Sshd.key(folder, name, how.split(" "));
    host.sshd().authorize(plain);
    assertLetsIn(SshKey.ofFile(plain));
    assertLetsIn(SshKey.of(Files.readString(plain)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t ed25519", "-t rsa -b 2048 -m PEM", "-t ecdsa -m PKCS8"})
  void encryptedKeysLetInByTheirPassphrase(String how) throws Exception {
    String name = "encrypted" + how.replaceAll("[ -]+", "_");
    Path key = Sshd.key(folder, name, (how + " -N open-sesame").split(" "));
    host.sshd().authorize(key);
    assertLetsIn(SshKey.ofFile(key, "open-sesame"));
    IOException missing = assertThrows(IOException.class, () -> open(SshKey.ofFile(key)));
    assertThat(missing).hasMessageThat().contains("is encrypted: give its passphrase");
    IOException wrong =
        assertThrows(IOException.class, () -> open(SshKey.ofFile(key, "open-barley")));
    assertThat(wrong).hasMessageThat().contains("does not decrypt the key");
    assertThat(wrong).hasMessageThat().doesNotContain("barley");
  }

  @Test
  void agentLetsIn() throws Exception {
    Path socket = folder.resolve("agent");
    Path key = Sshd.key(folder, "of_agent", "-t", "ed25519");
    host.sshd().authorize(key);
    Process agent =
        new ProcessBuilder(Programs.find("ssh-agent"), "-D", "-a", socket.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      for (int i = 0; i < 1000 && !Files.exists(socket); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      ProcessBuilder add = new ProcessBuilder(Programs.find("ssh-add"), "-q", key.toString());
      add.environment().put("SSH_AUTH_SOCK", socket.toString());
      Process adding = add.start();
      assertThat(adding.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(adding.exitValue()).isEqualTo(0);
      assertLetsIn(SshKey.ofAgent(socket));
    } finally {
      agent.destroyForcibly();
      assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    IOException gone = assertThrows(IOException.class, () -> open(SshKey.ofAgent(socket)));
    assertThat(gone).hasMessageThat().contains("agent");
  }

  @Test
  void theSecondKeyIsTriedAfterTheFirst() throws Exception {
    Path stranger = Sshd.key(folder, "stranger1", "-t", "ed25519");
    assertLetsIn(SshKey.ofFile(stranger), SshKey.ofFile(host.key()));
  }

  @Test
  void strangerIsRefused() throws Exception {
    Path stranger = Sshd.key(folder, "stranger", "-t", "ed25519");
    SshAuthenticationException e =
        assertThrows(SshAuthenticationException.class, () -> open(SshKey.ofFile(stranger)));
    assertThat(e)
        .hasMessageThat()
        .startsWith("%s does not let %s in: it takes publickey".formatted(host.at(), Sshd.user()));
    assertThat(e).hasMessageThat().endsWith("and was shown 1 key and no password");
  }

  @Test
  void wrongPasswordIsRefusedAndNotShown() throws Exception {
    SshClient client =
        SshClient.builder()
            .knownHosts(SshKnownHosts.of(host.sshd().knownHost()))
            .keys(List.of())
            .password("guess-work")
            .build();
    assertThat(client.toString()).doesNotContain("guess-work");
    SshAuthenticationException e =
        assertThrows(
            SshAuthenticationException.class,
            () -> SshSession.open(Host.TCP, host.at(), Sshd.user(), client, Host.soon()));
    assertThat(e).hasMessageThat().endsWith("and was shown 0 keys and a password");
  }

  @Test
  void whatIsNoKeyIsTold() throws Exception {
    Path file = Files.writeString(folder.resolve("nonsense"), "nonsense\n");
    IOException e = assertThrows(IOException.class, () -> open(SshKey.ofFile(file)));
    assertThat(e).hasMessageThat().contains("is no private key for SSH");
    IOException missing =
        assertThrows(IOException.class, () -> open(SshKey.ofFile(folder.resolve("missing"))));
    assertThat(missing).hasMessageThat().contains("there is no key file");
  }

  @Test
  void nobodyListening() throws Exception {
    int port = Daemon.freePort();
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                SshSession.open(
                    Host.TCP, new HostPort("127.0.0.1", port), "a", host.client(), Host.soon()));
    assertThat(e).hasMessageThat().contains("connection refused");
  }
}
