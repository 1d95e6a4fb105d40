package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of {@link TimedWrite}, and of a pipe's write timeout. */
@Timeout(60)
final class TimedWriteTest {
  private static final Duration TIMEOUT = Duration.ofMillis(250);

  private final ManualTimeSource time = new ManualTimeSource();
  private final FlowPipe pipe = FlowPipe.builder().capacity(8).timeSource(time).build();

  private long run(TimedWrite.Write write) throws IOException {
    return TimedWrite.run(pipe.near(), TIMEOUT, time, write);
  }

  @Test
  void run_endedInTime_cancelsTimer() throws IOException {
    assertThat(run(() -> 7)).isEqualTo(7);
    assertThat(time.timers()).isEqualTo(0);
    time.advance(TIMEOUT);
    assertThat(pipe.near().isOpen()).isTrue();
  }

  @Test
  void run_failedInTime_throwsUnchangedAndLeavesFlowOpen() {
    PeerGoneException gone = new PeerGoneException("gone");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                run(
                    () -> {
                      throw gone;
                    }));
    assertThat(thrown).isSameInstanceAs(gone);
    assertThat(time.timers()).isEqualTo(0);
    assertThat(pipe.near().isOpen()).isTrue();
  }

  @Test
  void run_uncheckedFailure_cancelsTimer() {
    assertThrows(
        IllegalStateException.class,
        () ->
            run(
                () -> {
                  throw new IllegalStateException();
                }));
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void run_returningAfterTimeout_closesFlowAndThrows() {
    SocketTimeoutException expired =
        assertThrows(
            SocketTimeoutException.class,
            () ->
                run(
                    () -> {
                      time.advance(TIMEOUT);
                      return 1;
                    }));
    assertThat(expired)
        .hasMessageThat()
        .isEqualTo("pipe(far): the write was not accepted within 250 ms, and the flow is closed");
    assertThat(pipe.near().isOpen()).isFalse();
  }

  @Test
  void run_failingAfterTimeout_keepsCause() {
    SocketTimeoutException expired =
        assertThrows(
            SocketTimeoutException.class,
            () ->
                run(
                    () -> {
                      time.advance(TIMEOUT);
                      throw new AsynchronousCloseException();
                    }));
    assertThat(expired).hasCauseThat().isInstanceOf(AsynchronousCloseException.class);
    assertThat(pipe.near().isOpen()).isFalse();
  }

  @Test
  void run_interruptedAfterTimeout_reportsInterrupt() {
    assertThrows(
        ClosedByInterruptException.class,
        () ->
            run(
                () -> {
                  time.advance(TIMEOUT);
                  throw new ClosedByInterruptException();
                }));
  }

  @Test
  void write_toFullPipe_timesOutOnItsTimeSource() throws Exception {
    pipe.near().write(ByteBuffer.allocate(3));
    pipe.near().writeTimeout(TIMEOUT);
    FutureTask<Integer> writing =
        new FutureTask<>(() -> pipe.near().write(ByteBuffer.allocate(100)));
    Thread thread = Thread.ofVirtual().start(writing);
    time.awaitTimers(1, Duration.ofSeconds(10));
    time.advance(TIMEOUT.minusNanos(1));
    assertThat(writing.isDone()).isFalse();
    time.advance(Duration.ofNanos(1));

    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThat(writing.exceptionNow()).isInstanceOf(SocketTimeoutException.class);
    assertThat(pipe.near().isOpen()).isFalse();
    assertThat(pipe.far().read(ByteBuffer.allocate(100))).isAtLeast(3);
  }

  @Test
  void write_withoutTimeout_schedulesNothing() throws Exception {
    assertThat(pipe.near().write(ByteBuffer.allocate(8))).isEqualTo(8);
    FutureTask<Integer> writing = new FutureTask<>(() -> pipe.near().write(ByteBuffer.allocate(1)));
    Thread.ofVirtual().start(writing);
    assertThat(pipe.far().read(ByteBuffer.allocate(8))).isEqualTo(8);
    assertThat(writing.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(time.timers()).isEqualTo(0);
  }
}
