package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hop that messages name if one of several jump hosts fails. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class OpenSshHopsTest {
  private static final HostPort TARGET = new HostPort("target.example", 1);

  private final SshPeer peer = SshPeer.openSsh();

  @TempDir Path folder;

  /** Returns the failure to connect through a working jump host and then a second one. */
  private IOException failure(OpenSshHost good, HostPort second, SshClient client, Duration limit)
      throws IOException {
    SshJump first = SshJump.of(good.at(), good.user(), good.client());
    SshJump then = SshJump.of(second, good.user(), client);
    Network network = then.through(first.through(peer.network()));
    Deadline deadline = Deadline.after(limit, TimeSource.system());
    return assertThrows(IOException.class, () -> network.connect(TARGET, deadline).close());
  }

  @Test
  void message_refusedHostKeyOrLogin_namesTheHop() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"));
        OpenSshHost bad = OpenSshHost.start(peer, folder.resolve("bad"))) {
      SshClient client = good.client();
      IOException hostKey = failure(good, bad.at(), client, SshPeer.TIMEOUT);
      assertThat(hostKey).hasMessageThat().contains("the host key of " + bad.at());
      SshClient unknown = bad.clientBuilder().keys(List.of()).build();
      IOException login = failure(good, bad.at(), unknown, SshPeer.TIMEOUT);
      assertThat(login).hasMessageThat().startsWith(bad.at() + " does not let");
    }
  }

  @Test
  void message_withoutListener_namesTheHop() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"))) {
      HostPort unused = peer.unusedPort();
      IOException e = failure(good, unused, good.client(), SshPeer.TIMEOUT);
      assertThat(e).hasMessageThat().contains(unused.toString());
      SshJump first = SshJump.of(unused, "a", good.client());
      IOException atOnce =
          assertThrows(
              IOException.class,
              () -> first.through(peer.network()).connect(TARGET, SshPeer.deadline()).close());
      assertThat(atOnce).hasMessageThat().contains(unused.toString());
    }
  }

  @Test
  void message_unreachableTarget_namesItsPath() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"))) {
      IOException e = failure(good, good.at(), good.client(), SshPeer.TIMEOUT);
      assertThat(e).hasMessageThat().contains("target.example:1");
      assertThat(e).hasMessageThat().contains(good.at().toString());
    }
  }

  @Test
  void message_silentHop_namesIt() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"));
        FlowServer silent =
            peer.serve(flow -> flow.inputStream().transferTo(OutputStream.nullOutputStream()))) {
      IOException e = failure(good, SshPeer.at(silent), good.client(), Duration.ofSeconds(4));
      assertThat(e).hasMessageThat().contains(SshPeer.at(silent).toString());
    }
  }

  @Test
  void message_disconnectedHop_namesIt() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"));
        FlowServer closing = peer.serve(flow -> {});
        FlowServer nonsense =
            peer.serve(
                flow -> flow.write(ByteBuffer.wrap("SSH-2.0-x\r\n\0\0\0\1".getBytes(US_ASCII))))) {
      for (FlowServer server : List.of(closing, nonsense)) {
        IOException e = failure(good, SshPeer.at(server), good.client(), SshPeer.TIMEOUT);
        assertThat(e).hasMessageThat().contains(SshPeer.at(server).toString());
      }
    }
  }
}
