package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.flow.FlowPipeTest.bytes;
import static dev.mimic.flow.FlowPipeTest.read;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowPipeTask.On;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of read timeouts, on a manual clock and on that of the system. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeReadTimeoutTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ManualTimeSource time = new ManualTimeSource();
  private final FlowPipe pipe = FlowPipe.builder().timeSource(time).build();
  private final FlowPipe.End near = pipe.near();
  private final FlowPipe.End far = pipe.far();

  @ParameterizedTest
  @EnumSource(On.class)
  void readTimeout_passed_failsReadAndKeepsFlow(On kind) throws Exception {
    far.readTimeout(Duration.ofMillis(250));
    FlowPipeTask<String> reader = FlowPipeTask.start(kind, () -> read(far));
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(249));
    assertThat(reader.isDone()).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(reader.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .isEqualTo("pipe(near): nothing to read within 250 ms");

    near.write(bytes("late"));
    assertThat(read(far)).isEqualTo("late");
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void read_endsInTime_cancelsTimer() throws Exception {
    far.readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> reader = FlowPipeTask.start(() -> read(far));
    time.awaitTimers(1, LONG);
    near.write(bytes("x"));
    assertThat(reader.result()).isEqualTo("x");
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void read_withoutWait_startsNoTimer() throws Exception {
    TimeSource none =
        new TimeSource() {
          @Override
          public long nanoTime() {
            throw new AssertionError("asked for the time");
          }

          @Override
          public Timer schedule(Duration delay, Runnable task) {
            throw new AssertionError("started a timer");
          }
        };
    FlowPipe timeless = FlowPipe.builder().timeSource(none).build();
    timeless.far().readTimeout(Duration.ofSeconds(1));
    timeless.near().write(bytes("x"));
    assertThat(read(timeless.far())).isEqualTo("x");
    assertThrows(AssertionError.class, () -> read(timeless.far()));
    timeless.near().write(bytes("y")); // the lock is free again
    assertThat(read(timeless.far())).isEqualTo("y");
  }

  @Test
  void readTimeout_changedDuringRead_keepsFirstLimit() throws Exception {
    far.readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> reader = FlowPipeTask.start(() -> read(far));
    time.awaitTimers(1, LONG);
    far.readTimeout(Duration.ZERO);
    time.advance(Duration.ofSeconds(1));
    reader.failure(SocketTimeoutException.class);
  }

  @Test
  void readTimeout_ofOneReader_sparesOther() throws Exception {
    far.readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> hasty = FlowPipeTask.start(() -> read(far));
    time.awaitTimers(1, LONG);
    far.readTimeout(Duration.ofSeconds(2));
    FlowPipeTask<String> patient = FlowPipeTask.start(() -> read(far));
    time.awaitTimers(2, LONG);
    time.advance(Duration.ofSeconds(1));
    hasty.failure(SocketTimeoutException.class);
    assertThat(patient.isDone()).isFalse();
    near.write(bytes("x"));
    assertThat(patient.result()).isEqualTo("x");
  }

  @Test
  void readTimeout_behindUnlimitedReader_passes() throws Exception {
    FlowPipeTask<String> first = FlowPipeTask.blocked(() -> read(far));
    far.readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> second = FlowPipeTask.start(() -> read(far));
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofSeconds(1));
    second.failure(SocketTimeoutException.class);
    near.write(bytes("x"));
    assertThat(first.result()).isEqualTo("x");
  }

  @Test
  void read_behindOneThatTimesOut_getsItsTurn() throws Exception {
    FlowPipeTask<String> first = FlowPipeTask.blocked(() -> read(far));
    far.readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> second = FlowPipeTask.start(() -> read(far));
    time.awaitTimers(1, LONG);
    far.readTimeout(Duration.ZERO);
    FlowPipeTask<String> third = FlowPipeTask.blocked(() -> read(far));
    time.advance(Duration.ofSeconds(1));
    second.failure(SocketTimeoutException.class);
    near.write(bytes("x"));
    assertThat(first.result()).isEqualTo("x");
    near.write(bytes("y"));
    assertThat(third.result()).isEqualTo("y");
  }

  @Test
  void timedRead_closeOrInterrupt_leavesNoTimer() throws Exception {
    far.readTimeout(Duration.ofSeconds(1));
    near.readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> closed = FlowPipeTask.start(() -> read(far));
    FlowPipeTask<String> interrupted = FlowPipeTask.start(() -> read(near));
    time.awaitTimers(2, LONG);
    interrupted.interrupt();
    interrupted.failure(ClosedByInterruptException.class);
    assertThat(closed.result()).isEqualTo("<end>");
    assertThat(time.timers()).isEqualTo(0);

    FlowPipe another = FlowPipe.builder().timeSource(time).build();
    another.far().readTimeout(Duration.ofSeconds(1));
    FlowPipeTask<String> closedHere = FlowPipeTask.start(() -> read(another.far()));
    time.awaitTimers(1, LONG);
    another.far().close();
    closedHere.failure(AsynchronousCloseException.class);
    assertThat(time.timers()).isEqualTo(0);
  }

  @ParameterizedTest
  @EnumSource(On.class)
  void readTimeout_onSystemClock_passes(On kind) throws Exception {
    FlowPipe real = FlowPipe.create();
    real.far().readTimeout(Duration.ofMillis(5));
    FlowPipeTask<String> reader = FlowPipeTask.start(kind, () -> read(real.far()));
    reader.failure(SocketTimeoutException.class);
    real.near().write(bytes("x"));
    assertThat(read(real.far())).isEqualTo("x");
  }
}
