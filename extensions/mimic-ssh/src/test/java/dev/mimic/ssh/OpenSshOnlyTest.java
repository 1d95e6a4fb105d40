package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.flow.Flow;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that need OpenSSH's server or its agent. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class OpenSshOnlyTest {
  private final SshPeer peer = SshPeer.openSsh();

  @TempDir Path folder;

  @Test
  void hostKey_rsa_isAccepted() throws Exception {
    try (OpenSshHost host = OpenSshHost.start(peer, folder)) {
      String line = "[127.0.0.1]:%d %s".formatted(host.at().port(), host.publicKey("host_rsa"));
      HostKeyContract.connectKnowing(SshKnownHosts.of(line), host);
    }
  }

  @Test
  void certificate_ofKnownAuthority_isAccepted() throws Exception {
    Sshd.key(folder, "host_ed25519", "-t", "ed25519");
    Sshd.key(folder, "authority", "-t", "ed25519");
    String sign = "-q -s authority -I it -h -n 127.0.0.1 host_ed25519.pub";
    Programs.run(folder, "ssh-keygen", sign.split(" "));
    String certificate = "HostCertificate " + folder.resolve("host_ed25519-cert.pub");
    try (OpenSshHost certified = OpenSshHost.start(peer, folder, certificate)) {
      String authority = "@cert-authority * " + certified.publicKey("authority");
      HostKeyContract.connectKnowing(SshKnownHosts.of(authority + "\n"), certified);
    }
  }

  @Test
  void agent_withAuthorizedKey_logsIn() throws Exception {
    Path socket = folder.resolve("agent");
    Path key = Sshd.key(folder, "of_agent", "-t", "ed25519");
    Process agent =
        new ProcessBuilder(Programs.find("ssh-agent"), "-D", "-a", socket.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OpenSshHost host = OpenSshHost.start(peer, folder)) {
      host.authorize(key);
      for (int i = 0; i < 1000 && !Files.exists(socket); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      ProcessBuilder add = new ProcessBuilder(Programs.find("ssh-add"), "-q", key.toString());
      add.environment().put("SSH_AUTH_SOCK", socket.toString());
      Process adding = add.start();
      assertThat(adding.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(adding.exitValue()).isEqualTo(0);
      SshClient client = host.clientBuilder().keys(List.of(SshKey.ofAgent(socket))).build();
      try (SshSession session = host.session(client);
          Flow flow = session.run("echo in", SshPeer.deadline())) {
        assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
      }
    } finally {
      agent.destroyForcibly();
      assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
