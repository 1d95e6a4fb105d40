package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a connection breaks, and how. */
final class BreakingNetworkTest {
  private static final HostPort AT = new HostPort("a.example", 1);

  private final FlowPipe pipe = FlowPipe.create();

  @AfterEach
  void close() throws IOException {
    pipe.near().close();
    pipe.far().close();
  }

  private final class Pipe implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) {
      return pipe.near();
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new IOException("nobody listens here");
    }

    @Override
    public String describe(HostPort to) {
      return "pipe(" + to + ")";
    }
  }

  @Test
  void connection_afterTheCalls_breaks() throws Exception {
    BreakingNetwork network = BreakingNetwork.of(new Pipe(), 2, () -> new IOException("reset"));
    Deadline soon = Deadline.after(Duration.ofSeconds(20), TimeSource.system());
    Flow flow = network.connect(AT, soon);
    flow.write(ByteBuffer.wrap(new byte[1]));
    pipe.far().write(ByteBuffer.wrap(new byte[1]));
    assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(1);
    assertThat(network.hasBroken()).isFalse();
    assertThat(assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1))))
        .hasMessageThat()
        .isEqualTo("reset");
    assertThat(network.hasBroken()).isTrue();
    assertThat(pipe.near().isOpen()).isFalse();
    assertThat(flow.isOpen()).isTrue();
    flow.close();
    assertThat(flow.isOpen()).isFalse();
    assertThat(network.describe(AT)).isEqualTo("pipe(a.example:1)");
  }

  @Test
  void calls_thatAreNegative_areRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> BreakingNetwork.of(new Pipe(), -1, () -> new IOException("reset")));
  }
}
