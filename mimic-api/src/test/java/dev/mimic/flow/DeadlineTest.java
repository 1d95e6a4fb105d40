package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class DeadlineTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ManualTimeSource time = new ManualTimeSource();
  private final Deadline deadline = Deadline.after(Duration.ofSeconds(2), time);
  private final FakeFlow halfMade = new FakeFlow();

  private static int read(Flow flow) throws IOException {
    return flow.read(ByteBuffer.allocate(1));
  }

  @Test
  void remaining_overTime_shrinksToZero() {
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(2));
    time.advance(Duration.ofMillis(500));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(1500));
    time.advance(Duration.ofDays(1));
    assertThat(deadline.remaining()).isEqualTo(Duration.ZERO);
    assertThat(deadline.timeSource()).isSameInstanceAs(time);
  }

  @Test
  void after_negativeOrEndlessTime_isPassedOrNot() {
    assertThat(Deadline.after(Duration.ofSeconds(-1), time).remaining()).isEqualTo(Duration.ZERO);
    Deadline endless = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), TimeSource.system());
    assertThat(endless.remaining()).isGreaterThan(Duration.ofDays(365));
  }

  @Test
  void guard_success_leavesResourceOpen() throws IOException {
    String made = deadline.guard(halfMade, flow -> "made of " + flow.remote());
    assertThat(made).isEqualTo("made of " + halfMade.remote());
    assertThat(time.timers()).isEqualTo(0);
    time.advance(LONG);
    assertThat(halfMade.isOpen()).isTrue();
  }

  @Test
  void guard_failure_closesAndThrows() {
    for (Throwable failure :
        new Throwable[] {new IOException(), new IllegalStateException(), new AssertionError()}) {
      FakeFlow flow = new FakeFlow();
      Throwable thrown =
          assertThrows(
              Throwable.class,
              () ->
                  deadline.guard(
                      flow,
                      f -> {
                        switch (failure) {
                          case IOException e -> throw e;
                          case RuntimeException e -> throw e;
                          case Error e -> throw e;
                          default -> throw new AssertionError();
                        }
                      }));
      assertThat(thrown).isSameInstanceAs(failure);
      assertThat(flow.isOpen()).isFalse();
      assertThat(time.timers()).isEqualTo(0);
    }
  }

  @Test
  void guard_failingClose_isSuppressed() {
    IOException failure = new IOException("of the step");
    for (Exception ofClose :
        new Exception[] {new IOException("of the close"), new IllegalStateException()}) {
      IOException thrown =
          assertThrows(
              IOException.class,
              () ->
                  deadline.guard(
                      closing(ofClose),
                      c -> {
                        throw failure;
                      }));
      assertThat(thrown).isSameInstanceAs(failure);
      assertThat(thrown.getSuppressed()).asList().contains(ofClose);
    }
  }

  @Test
  void guard_closeThrowingSameFailure_isNotSuppressed() {
    IOException failure = new IOException("the only one");
    assertThat(
            assertThrows(
                IOException.class,
                () ->
                    deadline.guard(
                        closing(failure),
                        c -> {
                          throw failure;
                        })))
        .isSameInstanceAs(failure);
  }

  private static Closeable closing(Exception failure) {
    return () -> {
      switch (failure) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        default -> throw new AssertionError();
      }
    };
  }

  @Test
  void guard_passedDeadline_closesWithoutStep() {
    time.advance(Duration.ofSeconds(2));
    AtomicInteger steps = new AtomicInteger();
    SocketTimeoutException thrown =
        assertThrows(
            SocketTimeoutException.class,
            () -> deadline.guard(halfMade, flow -> steps.incrementAndGet()));
    assertThat(thrown).hasMessageThat().isEqualTo("not done within 2 s");
    assertThat(steps.get()).isEqualTo(0);
    assertThat(halfMade.isOpen()).isFalse();
  }

  @Test
  void guard_expiry_closesAndWakesStep() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> bound = threads.submit(() -> deadline.guard(halfMade, DeadlineTest::read));
      time.awaitTimers(1, LONG);
      time.advance(Duration.ofSeconds(2).minusNanos(1));
      assertThat(halfMade.isOpen()).isTrue();
      time.advance(Duration.ofNanos(1));
      Throwable thrown = failureOf(bound);
      assertThat(thrown).isInstanceOf(SocketTimeoutException.class);
      assertThat(thrown).hasCauseThat().isInstanceOf(AsynchronousCloseException.class);
      assertThat(halfMade.isOpen()).isFalse();
    }
  }

  @Test
  void guard_resultTooLate_isClosed() {
    FakeFlow made = new FakeFlow();
    assertThrows(
        SocketTimeoutException.class,
        () ->
            deadline.guard(
                halfMade,
                flow -> {
                  time.advance(Duration.ofSeconds(2));
                  return made;
                }));
    assertThat(made.isOpen()).isFalse();
    assertThat(halfMade.isOpen()).isFalse();
  }

  @Test
  void guard_expiryWithFailingClose_isTimeout() {
    IOException ofClose = new IOException("of the close");
    assertThrows(
        SocketTimeoutException.class,
        () ->
            deadline.guard(
                closing(new IllegalStateException(ofClose)),
                flow -> {
                  time.advance(Duration.ofSeconds(2));
                  throw new AsynchronousCloseException();
                }));
  }

  @Test
  void guard_lateTimer_closesNothing() throws IOException {
    LateTime late = new LateTime();
    int made = Deadline.after(Duration.ofSeconds(2), late).guard(halfMade, flow -> 1);
    assertThat(made).isEqualTo(1);
    late.task.run(); // it was running when it was cancelled
    assertThat(halfMade.isOpen()).isTrue();
  }

  @Test
  void guard_timerStillClosing_isTimeout() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    FakeFlow made = new FakeFlow();
    Closeable slow =
        () -> {
          closing.countDown();
          awaitQuietly(proceed);
        };
    LateTime late = new LateTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<FakeFlow> bound =
          threads.submit(
              () ->
                  Deadline.after(Duration.ofSeconds(2), late)
                      .guard(
                          slow,
                          c -> {
                            Thread unused = Thread.ofVirtual().start(late.task);
                            awaitQuietly(closing);
                            return made;
                          }));
      assertThat(made.awaitClosed()).isTrue();
      proceed.countDown();
      assertThat(failureOf(bound)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** A time source whose timers a test runs, even if they were cancelled. */
  private static final class LateTime implements TimeSource {
    private Runnable task = () -> {};

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      this.task = task;
      return () -> {};
    }
  }

  @Test
  void guard_pendingInterrupt_closesWithoutStep() {
    AtomicInteger steps = new AtomicInteger();
    Thread.currentThread().interrupt();
    assertThrows(
        ClosedByInterruptException.class,
        () -> deadline.guard(halfMade, flow -> steps.incrementAndGet()));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(steps.get()).isEqualTo(0);
    assertThat(halfMade.isOpen()).isFalse();
  }

  @Test
  void guard_interrupt_closesAndWakesStep() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch inStep = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> kept =
          threads.submit(
              () -> {
                assertThrows(
                    ClosedByInterruptException.class,
                    () ->
                        deadline.guard(
                            (Closeable) closed::countDown,
                            c -> {
                              inStep.countDown();
                              awaitQuietly(closed);
                              throw new IOException("closed under the step");
                            }));
                return Thread.currentThread().isInterrupted();
              });
      assertThat(inStep.await(20, TimeUnit.SECONDS)).isTrue();
      interruptAll(threads);
      assertThat(kept.get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(time.timers()).isEqualTo(0);
  }

  // Interrupts the only thread.
  private static void interruptAll(ExecutorService threads) {
    assertThat(threads.shutdownNow()).isEmpty();
  }

  @Test
  void guard_resultDespiteInterrupt_isClosed() {
    FakeFlow made = new FakeFlow();
    assertThrows(
        ClosedByInterruptException.class,
        () ->
            deadline.guard(
                halfMade,
                flow -> {
                  interruptFromAnotherThread(Thread.currentThread());
                  return made;
                }));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(made.isOpen()).isFalse();
    assertThat(halfMade.isOpen()).isFalse();
  }

  @Test
  void guard_interruptAfterChannelIo_isNoticedAtEndOfStep() throws IOException {
    ChannelStep returning =
        flow -> {
          useAChannel();
          interruptFromAnotherThread(Thread.currentThread());
        };
    ChannelStep failing =
        flow -> {
          returning.take(flow);
          throw new IOException("of the step");
        };
    for (ChannelStep step : List.of(returning, failing)) {
      FakeFlow flow = new FakeFlow();
      assertThrows(
          ClosedByInterruptException.class,
          () ->
              deadline.guard(
                  flow,
                  halfMade -> {
                    step.take(halfMade);
                    return "made";
                  }));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(flow.isOpen()).isFalse();
    }
  }

  private interface ChannelStep {
    void take(FakeFlow flow) throws IOException;
  }

  /** Blocks in a channel of the JDK, which then no longer notifies other channels of interrupts. */
  private static void useAChannel() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.sink().write(ByteBuffer.allocate(1));
    pipe.sink().close();
    pipe.source().close();
  }

  @Test
  void guard_uncheckedFailureAfterExpiry_isTimeout() {
    SocketTimeoutException thrown =
        assertThrows(
            SocketTimeoutException.class,
            () ->
                deadline.guard(
                    halfMade,
                    flow -> {
                      time.advance(LONG);
                      throw new IllegalStateException("closed under me");
                    }));
    assertThat(thrown).hasCauseThat().hasMessageThat().isEqualTo("closed under me");
  }

  @Test
  void guard_interrupter_doesNotWaitForClose() throws Exception {
    CountDownLatch mayClose = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Closeable slow = () -> awaitQuietly(mayClose);
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      AtomicReference<Thread> stepping = new AtomicReference<>();
      Future<?> step =
          threads.submit(
              () ->
                  deadline.guard(
                      slow,
                      halfMade -> {
                        stepping.set(Thread.currentThread());
                        begun.countDown();
                        awaitQuietly(mayClose);
                        return "made";
                      }));
      begun.await();
      requireNonNull(stepping.get()).interrupt(); // would not return if it closed the flow
      mayClose.countDown();
      assertThat(assertThrows(ExecutionException.class, step::get).getCause())
          .isInstanceOf(ClosedByInterruptException.class);
    }
  }

  private static void interruptFromAnotherThread(Thread target) {
    CountDownLatch done = new CountDownLatch(1);
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  target.interrupt();
                  done.countDown();
                });
    awaitQuietly(done);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Throwable failureOf(Future<?> future) {
    return requireNonNull(
        assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS)).getCause());
  }
}
