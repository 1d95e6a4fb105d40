package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.unix.Loopback.Family;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SocketFlowTimeoutTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private final Family family;
  private Loopback pair;

  SocketFlowTimeoutTest(Family family) {
    this.family = family;
  }

  @BeforeEach
  void connect() throws IOException {
    pair = family.open();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  @ParameterizedTest
  @EnumSource
  void read_timedOut_leavesFlowUsable(ThreadKind kind) throws Exception {
    pair.near().readTimeout(Duration.ofMillis(30));
    Running<Integer> reader =
        Running.start(
            kind,
            () -> {
              long begin = System.nanoTime();
              assertThrows(SocketTimeoutException.class, () -> readOne(pair.near()));
              assertThrows(SocketTimeoutException.class, () -> readOne(pair.near()));
              assertThat(System.nanoTime() - begin).isAtLeast(59_000_000L);
              pair.far().write(ByteBuffer.allocate(1));
              return readOne(pair.near());
            });

    assertThat(reader.result()).isEqualTo(1);
    pair.near().write(ByteBuffer.allocate(1));
    assertThat(readOne(pair.far())).isEqualTo(1);
  }

  @Test
  void readTimeout_belowMillisecond_isNotInfinite() {
    pair.near().readTimeout(Duration.ofNanos(1));
    assertThrows(SocketTimeoutException.class, () -> readOne(pair.near()));
  }

  @Test
  void readTimeout_veryLong_isAccepted() throws IOException {
    pair.near().readTimeout(Duration.ofSeconds(Long.MAX_VALUE));
    pair.far().write(ByteBuffer.allocate(1));
    assertThat(readOne(pair.near())).isEqualTo(1);
  }

  @Test
  void readTimeout_negative_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> pair.near().readTimeout(Duration.ofMillis(-1)));
  }

  @ParameterizedTest
  @EnumSource
  void read_waitingForOtherRead_timesOut(ThreadKind kind) throws Exception {
    Running<Integer> first = Running.start(kind, () -> readOne(pair.near())).awaitBlocked();
    pair.near().readTimeout(Duration.ofMillis(30));
    Running<Integer> second = Running.start(kind, () -> readOne(pair.near()));

    second.failure(SocketTimeoutException.class);
    pair.far().write(ByteBuffer.allocate(1));
    assertThat(first.result()).isEqualTo(1);
    pair.far().write(ByteBuffer.allocate(1));
    assertThat(readOne(pair.near())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void read_waitingForLockAndBytes_timesOutOnce(ThreadKind kind) throws Exception {
    Running<Integer> first = Running.start(kind, () -> readOne(pair.near())).awaitBlocked();
    pair.near().readTimeout(Duration.ofMillis(300));
    long begin = System.nanoTime();
    Running<Integer> second = Running.start(kind, () -> readOne(pair.near())).awaitBlocked();
    pair.far().write(ByteBuffer.allocate(1));
    assertThat(first.result()).isEqualTo(1);

    second.failure(SocketTimeoutException.class);
    assertThat(System.nanoTime() - begin).isAtLeast(299_000_000L);
  }

  @Test
  void readTimeout_zero_removesLimit() throws Exception {
    pair.near().readTimeout(Duration.ofMillis(1));
    assertThrows(SocketTimeoutException.class, () -> readOne(pair.near()));
    pair.near().readTimeout(Duration.ZERO);
    Running<Integer> reader =
        Running.start(ThreadKind.PLATFORM, () -> readOne(pair.near())).awaitBlocked();

    pair.far().write(ByteBuffer.allocate(1));

    assertThat(reader.result()).isEqualTo(1);
  }

  @Test
  void timedRead_everyKindOfBuffer_fillsAtPosition() throws IOException {
    pair.near().readTimeout(LONG);
    ByteBuffer[] kinds = {
      ByteBuffer.allocate(40_000),
      ByteBuffer.allocateDirect(40_000),
      ByteBuffer.allocate(50_000).position(10_000).slice()
    };
    for (ByteBuffer buffer : kinds) {
      pair.far().write(counting(39_990));
      buffer.position(3).limit(39_993);
      while (buffer.hasRemaining()) {
        pair.near().read(buffer);
      }
      assertThat(buffer.limit(39_993).position(3)).isEqualTo(counting(39_990));
    }
  }

  @Test
  void timedRead_atEnd_returnsMinusOne() throws IOException {
    pair.near().readTimeout(LONG);
    pair.far().close();

    assertThat(readOne(pair.near())).isEqualTo(-1);
    assertThat(readOne(pair.near())).isEqualTo(-1);
  }

  @Test
  void write_duringTimedReads_isNotTimed() throws Exception {
    pair.near().readTimeout(Duration.ofMillis(1));
    Running<Integer> writer =
        Running.start(
            ThreadKind.PLATFORM, () -> pair.near().write(ByteBuffer.allocate(20_000_000)));
    writer.awaitBlocked();
    for (int i = 0; i < 50; i++) {
      assertThrows(SocketTimeoutException.class, () -> readOne(pair.near()));
    }
    Running<Long> drain =
        Running.start(ThreadKind.VIRTUAL, () -> pair.far().inputStream().skip(Long.MAX_VALUE) + 0L);

    assertThat(writer.result()).isEqualTo(20_000_000);
    pair.near().shutdownOutput();
    assertThat(drain.result()).isEqualTo(20_000_000L);
  }

  private static ByteBuffer counting(int count) {
    ByteBuffer out = ByteBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      out.put((byte) i);
    }
    return out.flip();
  }

  @ParameterizedTest
  @EnumSource
  void write_timedOut_isMeasuredByTimeSource(ThreadKind kind) throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    SocketChannel channel = Loopback.channel(pair.near());
    SocketFlow flow = new SocketFlow(channel, pair.near().info(), new NoInput(), time);
    flow.writeTimeout(LONG);
    Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(flow));
    time.awaitTimers(1, Duration.ofSeconds(10));
    time.advance(LONG);

    writer.failure(SocketTimeoutException.class);
    assertThat(flow.isOpen()).isFalse();
    assertThat(time.timers()).isEqualTo(0);
  }

  /** The input of a flow that is only written. */
  private static final class NoInput implements SocketInput {
    @Override
    public int read(ByteBuffer dst, int atMostMillis) {
      return -1;
    }

    @Override
    public int available(InterruptibleLock writing) {
      return 0;
    }

    @Override
    public void shutdown() {}
  }
}
