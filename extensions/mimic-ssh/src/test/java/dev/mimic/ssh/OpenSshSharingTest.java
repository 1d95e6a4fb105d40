package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with OpenSSH's server, over TCP. */
final class OpenSshSharingTest extends SharingContract {
  private static final int ROUNDS = 3;
  private static final int FLOWS = 40;

  OpenSshSharingTest() {
    super(SshPeer.openSsh());
  }

  @Test
  void flows_fortyWithMaxStartups_allSucceed(@TempDir Path folder) throws Exception {
    try (OpenSshHost host = OpenSshHost.start(peer, folder, "MaxStartups 10:30:100");
        FlowServer echo =
            peer.serve(
                flow -> {
                  long unused = flow.inputStream().transferTo(flow.outputStream());
                  flow.shutdownOutput();
                });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SshJump jump = SshJump.of(host.at(), host.user(), host.client());
      CyclicBarrier together = new CyclicBarrier(FLOWS);
      for (int round = 0; round < ROUNDS; round++) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < FLOWS; i++) {
          all.add(
              threads.submit(
                  () -> {
                    together.await();
                    try (Flow flow =
                        jump.through(peer.network())
                            .connect(SshPeer.at(echo), SshPeer.deadline())) {
                      Host.assertEchoes(flow, 200_000);
                    }
                    return true;
                  }));
        }
        for (Future<?> each : all) {
          each.get(60, TimeUnit.SECONDS);
        }
        awaitIdle(jump);
      }
      assertThat(host.log().split("Accepted publickey", -1).length - 1).isAtLeast(ROUNDS);
      assertThat(host.log().split("Accepted publickey", -1).length - 1).isLessThan(10);
    }
  }
}
