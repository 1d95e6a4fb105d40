package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Context;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the verification of host keys that pass with every server. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
abstract class HostKeyContract {
  private final SshPeer peer;
  private Path folder;
  private Host host;

  HostKeyContract(SshPeer peer) {
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

  private void connectKnowing(SshKnownHosts known) throws IOException {
    connectKnowing(known, host);
  }

  static void connectKnowing(SshKnownHosts known, Host to) throws IOException {
    Context context =
        Context.empty()
            .with(Ssh.KNOWN_HOSTS, known)
            .with(Ssh.KEYS, List.of(SshKey.ofFile(to.key())))
            .with(Ssh.COMMAND, "echo in");
    try (Flow flow =
        to.peer().resolver().with(context).withTimeout(SshPeer.TIMEOUT).resolve(to.address())) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
    }
  }

  private SshHostKeyException refusal(SshKnownHosts known) {
    ResolutionException e = assertThrows(ResolutionException.class, () -> connectKnowing(known));
    Throwable cause = e;
    while (cause != null && !(cause instanceof SshHostKeyException)) {
      cause = cause.getCause();
    }
    assertThat(cause).isInstanceOf(SshHostKeyException.class);
    assertThat(e).hasMessageThat().contains(cause.getMessage());
    return (SshHostKeyException) cause;
  }

  @Test
  void hostKey_unknown_isRefusedWithFingerprintAndLine() throws Exception {
    String message = String.valueOf(refusal(SshKnownHosts.of("")).getMessage());
    Files.writeString(folder.resolve("host.pub"), host.hostKey() + "\n");
    String fingerprint =
        Programs.run(folder, "ssh-keygen", "-lf", "host.pub")
            .replaceAll("(?s)^[0-9]+ (SHA256:[^ ]+) .*", "$1");
    assertThat(message).contains("the host key of %s is not known".formatted(host.at()));
    assertThat(message).contains(fingerprint);
    String line = message.replaceAll("(?s).*: (\\[127.*)", "$1");
    assertThat(line).isEqualTo(host.knownHost());
    connectKnowing(SshKnownHosts.of(line));
  }

  @Test
  void hostKey_changed_isRefused() throws Exception {
    Path other = Sshd.key(folder, "another", "-t", "ed25519");
    String known =
        "[127.0.0.1]:%d %s".formatted(host.at().port(), Files.readString(Path.of(other + ".pub")));
    assertThat(refusal(SshKnownHosts.of(known))).hasMessageThat().contains("has changed: it is");
  }

  @Test
  void hostName_hashed_isMatched() throws Exception {
    Path file = Files.writeString(folder.resolve("hashed"), host.knownHost() + "\n");
    Programs.run(folder, "ssh-keygen", "-H", "-f", file.toString());
    assertThat(Files.readString(file)).startsWith("|1|");
    connectKnowing(SshKnownHosts.ofFile(file));
  }

  @Test
  void hostKey_revoked_isRefused() throws Exception {
    String line = host.knownHost();
    assertThat(refusal(SshKnownHosts.of(line + "\n@revoked " + line + "\n")))
        .hasMessageThat()
        .contains("host key");
  }

  @Test
  void knownHosts_missingFile_isReported() {
    ResolutionException e =
        assertThrows(
            ResolutionException.class,
            () -> connectKnowing(SshKnownHosts.ofFile(folder.resolve("none"))));
    assertThat(e).hasMessageThat().containsMatch("the file of known hosts .* does not exist");
  }
}
