package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the buffers and the time source that a blocked TLS flow uses. */
@Timeout(60)
final class TlsBuffersAndTimeTest {
  private static final HostPort PEER = new HostPort("localhost", 1);
  private static final Duration ENOUGH = Duration.ofSeconds(20);

  private final TestAuthority authority = TestAuthority.create();
  private final TlsProvider provider = TlsProvider.jsse();
  private final TlsServer server =
      TlsServer.builder(provider, Certificates.identity(authority, "localhost")).build();
  private final TlsClient client =
      TlsClient.builder(provider).trust(Certificates.trust(authority)).build();
  private final ManualTimeSource time = new ManualTimeSource();
  private final FlowPipe pipe = FlowPipe.builder().timeSource(time).build();

  @AfterEach
  void close() throws IOException {
    pipe.near().close();
    pipe.far().close();
  }

  @Test
  void readLock_underManualTime_isAwaitedInThatTime() throws Exception {
    Running<TlsFlow> upgrading =
        Running.start(
            ThreadKind.VIRTUAL,
            () -> Tls.upgrade(pipe.near(), client, PEER, Deadline.after(ENOUGH, time)));
    TlsFlow far = Tls.upgrade(pipe.far(), server);
    far.handshake();
    TlsFlow near = upgrading.result();
    Running<Integer> first =
        Running.blocked(ThreadKind.VIRTUAL, () -> near.read(ByteBuffer.allocate(1)));
    int timers = time.timers();
    near.readTimeout(Duration.ofMillis(20));
    Running<Integer> second =
        Running.blocked(ThreadKind.VIRTUAL, () -> near.read(ByteBuffer.allocate(1)));
    time.awaitTimers(timers + 1, ENOUGH);
    time.advance(Duration.ofMillis(19));
    assertThat(time.timers()).isEqualTo(timers + 1); // independent of the system's clock
    assertThat(second.isDone()).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(second.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .contains("timed out while another read was in progress");
    far.write(ByteBuffer.wrap(new byte[] {7}));
    assertThat(first.result()).isEqualTo(1);
  }

  @Test
  void serverHandshake_underManualTime_timesOutByIt() throws Exception {
    Duration limit = Duration.ofMillis(20);
    TlsServer hasty =
        TlsServer.builder(provider, Certificates.identity(authority, "localhost"))
            .handshakeTimeout(limit)
            .build();
    TlsFlow accepted = Tls.upgrade(pipe.far(), hasty, time);
    Running<Void> handshake =
        Running.start(
            ThreadKind.VIRTUAL,
            () -> {
              accepted.handshake();
              return null;
            });
    time.awaitTimers(1, ENOUGH);
    time.advance(limit.minusMillis(1));
    assertThat(time.timers()).isEqualTo(1); // however long the system's clock says
    assertThat(handshake.isDone()).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(handshake.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .contains("the peer has said nothing");
  }

  /** A flow that records the buffer size of the first read. */
  private static final class BufferRecordingFlow extends ForwardingFlow {
    private final AtomicInteger room = new AtomicInteger(-1);

    BufferRecordingFlow(Flow below) {
      super(below);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      room.compareAndSet(-1, dst.remaining());
      return super.read(dst);
    }
  }

  @Test
  void idleFlow_beforeAnyBytes_hasSmallBuffer() throws Exception {
    BufferRecordingFlow below = new BufferRecordingFlow(pipe.far());
    TlsFlow accepted = Tls.upgrade(below, server);
    Running<Integer> reading =
        Running.blocked(ThreadKind.VIRTUAL, () -> accepted.read(ByteBuffer.allocate(1)));
    assertThat(below.room.get()).isAtMost(16);
    accepted.close();
    assertThat(reading.failure()).isPresent();
  }
}
