package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The status of a command that closes its output long before it ends. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class OpenSshStatusTest {
  private static final String COMMAND = "exec >&- 2>&-; read line; exit 7";

  private final SshPeer peer = SshPeer.openSsh();

  @TempDir Path folder;

  private static int read(Flow flow) throws IOException {
    return flow.read(ByteBuffer.allocate(1));
  }

  private static void awaitEndOfOutput(Flow flow) {
    String message = "";
    while (!message.contains("has closed its output, but has not ended within 200 ms")) {
      message =
          String.valueOf(assertThrows(SocketTimeoutException.class, () -> read(flow)).getMessage());
    }
  }

  @Test
  void status_afterEndOfOutput_isAwaitedWithReadTimeout() throws Exception {
    try (Host host = peer.start(folder);
        Flow flow = host.run(COMMAND)) {
      flow.readTimeout(Duration.ofMillis(200));
      awaitEndOfOutput(flow);
      flow.readTimeout(Duration.ZERO);
      flow.write(ByteBuffer.wrap("go\n".getBytes(US_ASCII)));
      SshExitException e = assertThrows(SshExitException.class, () -> read(flow));
      assertThat(e.status()).isEqualTo(OptionalInt.of(7));
    }
  }

  @Test
  void output_cutAfterTheStatus_isNoCleanEnd() throws Exception {
    // The shell ends immediately. The server then sends its status and keeps the output open.
    String command =
        "(while kill -0 $$ 2>&-; do sleep 0.05; done; echo reported; sleep 10) & exit 0";
    Host host = peer.start(folder);
    try (Flow flow = host.run(command)) {
      byte[] reported = flow.inputStream().readNBytes("reported\n".length());
      assertThat(new String(reported, US_ASCII)).isEqualTo("reported\n");
      host.close();
      assertThrows(PeerGoneException.class, () -> read(flow));
    } finally {
      host.close();
    }
  }

  @Test
  void status_awaited_isAbandonedAtClose() throws Exception {
    try (Host host = peer.start(folder)) {
      Flow flow = host.run(COMMAND);
      flow.readTimeout(Duration.ofMillis(200));
      awaitEndOfOutput(flow);
      flow.readTimeout(Duration.ZERO);
      CompletableFuture<Integer> waiting = new CompletableFuture<>();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      waiting.complete(read(flow));
                    } catch (IOException e) {
                      waiting.completeExceptionally(e);
                    }
                  });
      while (reader.getState() != Thread.State.WAITING && !waiting.isDone()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      flow.close();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
      assertThat(e).hasCauseThat().isInstanceOf(AsynchronousCloseException.class);
    }
  }
}
