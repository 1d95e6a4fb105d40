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

/** A message names the hop that failed, of two jump hosts behind a third one. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class OpenSshHopsTest {
  private static final HostPort TARGET = new HostPort("target.example", 1);

  private final SshPeer peer = SshPeer.openSsh();

  @TempDir Path folder;

  /** Returns the failure to go through a good host, and then by way of this one. */
  private IOException failure(OpenSshHost good, HostPort second, SshClient client, Duration limit)
      throws IOException {
    SshJump first = SshJump.of(good.at(), good.user(), good.client());
    SshJump then = SshJump.of(second, good.user(), client);
    Network network = then.through(first.through(peer.network()));
    Deadline deadline = Deadline.after(limit, TimeSource.system());
    return assertThrows(IOException.class, () -> network.connect(TARGET, deadline).close());
  }

  @Test
  void message_ofTwoHops_namesTheOneThatFailed() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"));
        OpenSshHost bad = OpenSshHost.start(peer, folder.resolve("bad"))) {
      SshClient client = good.client();
      IOException hostKey = failure(good, bad.at(), client, SshPeer.ENOUGH);
      assertThat(hostKey).hasMessageThat().contains("the host key of " + bad.at());
      SshClient stranger = bad.clientBuilder().keys(List.of()).build();
      IOException login = failure(good, bad.at(), stranger, SshPeer.ENOUGH);
      assertThat(login).hasMessageThat().startsWith(bad.at() + " does not let");
    }
  }

  @Test
  void message_whereNobodyListens_namesTheHop() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"))) {
      HostPort gone = peer.whereNobodyListens();
      IOException e = failure(good, gone, good.client(), SshPeer.ENOUGH);
      assertThat(e).hasMessageThat().contains(gone.toString());
      SshJump first = SshJump.of(gone, "a", good.client());
      IOException atOnce =
          assertThrows(
              IOException.class,
              () -> first.through(peer.network()).connect(TARGET, SshPeer.soon()).close());
      assertThat(atOnce).hasMessageThat().contains(gone.toString());
    }
  }

  @Test
  void message_ofTheTargetThatIsGone_namesThePathToIt() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"))) {
      IOException e = failure(good, good.at(), good.client(), SshPeer.ENOUGH);
      assertThat(e).hasMessageThat().contains("target.example:1");
      assertThat(e).hasMessageThat().contains(good.at().toString());
    }
  }

  @Test
  void message_ofASilentHop_namesIt() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"));
        FlowServer silent =
            peer.serve(flow -> flow.inputStream().transferTo(OutputStream.nullOutputStream()))) {
      IOException e = failure(good, SshPeer.at(silent), good.client(), Duration.ofSeconds(4));
      assertThat(e).hasMessageThat().contains(SshPeer.at(silent).toString());
    }
  }

  @Test
  void message_ofAHopThatBreaksOff_namesIt() throws Exception {
    try (OpenSshHost good = OpenSshHost.start(peer, folder.resolve("good"));
        FlowServer closing = peer.serve(flow -> {});
        FlowServer nonsense =
            peer.serve(
                flow -> flow.write(ByteBuffer.wrap("SSH-2.0-x\r\n\0\0\0\1".getBytes(US_ASCII))))) {
      for (FlowServer server : List.of(closing, nonsense)) {
        IOException e = failure(good, SshPeer.at(server), good.client(), SshPeer.ENOUGH);
        assertThat(e).hasMessageThat().contains(SshPeer.at(server).toString());
      }
    }
  }
}
