package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of logins with keys and passwords that every server passes. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
abstract class AuthenticationContract {
  private final SshPeer peer;
  private Path folder;
  private Host host;

  AuthenticationContract(SshPeer peer) {
    this.peer = peer;
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    host = peer.start(folder);
  }

  @AfterAll
  void stop() throws IOException {
    if (host != null) {
      host.close();
    }
  }

  private void assertLetsIn(SshKey... keys) throws IOException {
    try (SshSession session = open(keys);
        Flow flow = session.run("echo in", SshPeer.deadline())) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
    }
  }

  private SshSession open(SshKey... keys) throws IOException {
    return host.session(host.clientBuilder().keys(List.of(keys)).build());
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
  void key_ofEachType_isAccepted(String options) throws Exception {
    String name = options.replaceAll("[ -]+", "_");
    Path plain = Sshd.key(folder, name, options.split(" "));
    host.authorize(plain);
    assertLetsIn(SshKey.ofFile(plain));
    assertLetsIn(SshKey.of(Files.readString(plain)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t ed25519", "-t rsa -b 2048 -m PEM", "-t ecdsa -m PKCS8"})
  void key_encrypted_isAcceptedWithItsPassphrase(String options) throws Exception {
    String name = "encrypted" + options.replaceAll("[ -]+", "_");
    Path key = Sshd.key(folder, name, (options + " -N open-sesame").split(" "));
    host.authorize(key);
    assertLetsIn(SshKey.ofFile(key, "open-sesame"));
    IOException missing = assertThrows(IOException.class, () -> open(SshKey.ofFile(key)));
    assertThat(missing).hasMessageThat().contains("is encrypted: give its passphrase");
    IOException wrong =
        assertThrows(IOException.class, () -> open(SshKey.ofFile(key, "open-barley")));
    assertThat(wrong).hasMessageThat().contains("does not decrypt the key");
    assertThat(wrong).hasMessageThat().doesNotContain("barley");
  }

  @Test
  void keys_second_isTriedAfterTheFirst() throws Exception {
    Path unknown = Sshd.key(folder, "unknown1", "-t", "ed25519");
    assertLetsIn(SshKey.ofFile(unknown), SshKey.ofFile(host.key()));
  }

  @Test
  void key_unknown_isRefused() throws Exception {
    Path unknown = Sshd.key(folder, "unknown", "-t", "ed25519");
    SshAuthenticationException e =
        assertThrows(SshAuthenticationException.class, () -> open(SshKey.ofFile(unknown)));
    assertThat(e)
        .hasMessageThat()
        .startsWith(
            "%s does not let %s in: it accepts publickey".formatted(host.at(), host.user()));
    assertThat(e).hasMessageThat().endsWith("and was offered 1 key and no password");
  }

  @Test
  void password_wrong_isRefusedAndNotShown() throws Exception {
    SshClient client = host.clientBuilder().keys(List.of()).password("guess-work").build();
    assertThat(client.toString()).doesNotContain("guess-work");
    SshAuthenticationException e =
        assertThrows(SshAuthenticationException.class, () -> host.session(client));
    assertThat(e).hasMessageThat().endsWith("and was offered 0 keys and a password");
  }

  @Test
  void keyFile_malformedOrMissing_isReported() throws Exception {
    Path file = Files.writeString(folder.resolve("nonsense"), "nonsense\n");
    IOException e = assertThrows(IOException.class, () -> open(SshKey.ofFile(file)));
    assertThat(e).hasMessageThat().contains("is not a private key for SSH");
    IOException missing =
        assertThrows(IOException.class, () -> open(SshKey.ofFile(folder.resolve("missing"))));
    assertThat(missing).hasMessageThat().contains("does not exist");
  }

  @Test
  void agent_staleSocket_isReported() throws Exception {
    Path socket = folder.resolve("stale");
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(Files.exists(socket)).isTrue();
    IOException e = assertThrows(IOException.class, () -> open(SshKey.ofAgent(socket)));
    assertThat(e).hasMessageThat().contains("agent");
    assertThat(e).hasMessageThat().contains(socket.toString());
  }

  @Test
  void open_withoutListener_isRefused() throws Exception {
    HostPort unused = peer.unusedPort();
    IOException e =
        assertThrows(
            IOException.class,
            () -> SshSession.open(peer.network(), unused, "a", host.client(), SshPeer.deadline()));
    assertThat(e).hasMessageThat().contains("connection refused");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void login_brokenAtAnyStep_reportsTheStep(boolean reset) throws Exception {
    BrokenLogins.assertReported(peer.network(), host.at(), host.user(), host.client(), reset);
  }
}
