package dev.mimic.flow;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A task of a test in another thread, with its outcome. */
final class FlowPipeTask<T> {

  /** The kinds of threads. */
  enum On {
    PLATFORM,
    VIRTUAL
  }

  private static final long PATIENCE_SECONDS = 30;

  private final FutureTask<T> task;
  private final Thread thread;
  private volatile boolean interruptedAtEnd;

  private FlowPipeTask(On on, Callable<T> body) {
    task =
        new FutureTask<>(
            () -> {
              try {
                return body.call();
              } finally {
                interruptedAtEnd = Thread.currentThread().isInterrupted();
              }
            });
    thread = (on == On.VIRTUAL ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
  }

  static <T> FlowPipeTask<T> start(On on, Callable<T> body) {
    return new FlowPipeTask<>(on, body);
  }

  static <T> FlowPipeTask<T> start(Callable<T> body) {
    return new FlowPipeTask<>(On.VIRTUAL, body);
  }

  /** Starts a task, and waits until it is blocked. */
  static <T> FlowPipeTask<T> blocked(On on, Callable<T> body) {
    FlowPipeTask<T> started = start(on, body);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (started.thread.getState() != Thread.State.WAITING) {
      assertWithMessage("still running").that(System.nanoTime()).isLessThan(end);
      assertWithMessage("ended instead of waiting").that(started.task.isDone()).isFalse();
      Thread.onSpinWait();
    }
    return started;
  }

  static <T> FlowPipeTask<T> blocked(Callable<T> body) {
    return blocked(On.VIRTUAL, body);
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean isDone() {
    return task.isDone();
  }

  T result() throws Exception {
    return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for a failure of exactly this type. */
  <E extends Throwable> E failure(Class<E> type) {
    ExecutionException e = assertThrows(ExecutionException.class, this::result);
    assertWithMessage("failure").that(e).hasCauseThat().isInstanceOf(type);
    Throwable cause = requireNonNull(e.getCause());
    assertWithMessage("failure").that(cause.getClass()).isEqualTo(type);
    return type.cast(cause);
  }

  /** Returns whether the thread's interrupt status was set when the task ended. */
  boolean endedInterrupted() {
    return interruptedAtEnd;
  }
}
