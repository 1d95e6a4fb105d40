package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with the server of {@code mimic-ssh-server}, in memory. */
final class InMemorySharingTest extends SharingContract {
  InMemorySharingTest() {
    super(SshPeer.inMemory());
  }

  private static void awaitConnections(InMemoryHost host, int count) throws InterruptedException {
    for (int i = 0; i < 1000 && host.connections() != count; i++) {
      TimeUnit.MILLISECONDS.sleep(10); // the server closes its side asynchronously
    }
    assertThat(host.connections()).isEqualTo(count);
  }

  @Test
  void connection_ofOneJump_isSharedWhileAFlowIsOpen(@TempDir Path folder) throws Exception {
    try (InMemoryHost host = (InMemoryHost) peer.start(folder);
        FlowServer peerless = peer.serve(flow -> flow.inputStream().readAllBytes())) {
      HostPort to = SshPeer.at(peerless);
      Network first = SshJump.of(host.at(), host.user(), host.client()).through(peer.network());
      // Equal values, but another object.
      Network second = SshJump.of(host.at(), host.user(), host.client()).through(peer.network());
      List<Flow> flows = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        flows.add(first.connect(to, SshPeer.deadline()));
      }
      assertThat(host.connections()).isEqualTo(1);
      flows.add(first.connect(to, SshPeer.deadline()));
      assertThat(host.connections()).isEqualTo(2);
      Flow other = second.connect(to, SshPeer.deadline());
      assertThat(host.connections()).isEqualTo(3);

      for (Flow each : flows.subList(1, flows.size())) {
        each.close();
      }
      awaitConnections(host, 2);
      other.close();
      awaitConnections(host, 1);
      first.connect(to, SshPeer.deadline()).close();
      assertThat(host.connections()).isEqualTo(1);
      flows.getFirst().close();
      awaitConnections(host, 0);
    }
  }

  @Test
  void connection_behindTwoJumps_isSharedOnBoth(@TempDir Path folder) throws Exception {
    try (InMemoryHost outer = (InMemoryHost) peer.start(folder.resolve("outer"));
        InMemoryHost inner = (InMemoryHost) peer.start(folder.resolve("inner"));
        FlowServer peerless = peer.serve(flow -> flow.inputStream().readAllBytes())) {
      SshJump first = SshJump.of(outer.at(), outer.user(), outer.client());
      SshJump second = SshJump.of(inner.at(), inner.user(), inner.client());
      List<Flow> flows = new ArrayList<>();
      for (int i = 0; i < 10; i++) { // each resolution creates new networks
        Network both = second.through(first.through(peer.network()));
        flows.add(both.connect(SshPeer.at(peerless), SshPeer.deadline()));
      }
      assertThat(outer.connections()).isEqualTo(1);
      assertThat(inner.connections()).isEqualTo(1);
      for (Flow each : flows) {
        each.close();
      }
      awaitConnections(inner, 0);
      awaitConnections(outer, 0);
    }
  }
}
