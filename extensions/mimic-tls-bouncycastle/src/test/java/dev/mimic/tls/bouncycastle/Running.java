package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A task that runs in its own virtual thread, with its outcome. */
final class Running<T> {
  private static final long TIMEOUT_SECONDS = 30;

  private final FutureTask<T> task;
  private final Thread thread;
  private volatile boolean interruptedAtEnd;

  private Running(Callable<T> body) {
    task =
        new FutureTask<>(
            () -> {
              try {
                return body.call();
              } finally {
                interruptedAtEnd = Thread.currentThread().isInterrupted();
              }
            });
    thread = Thread.startVirtualThread(task);
  }

  static <T> Running<T> start(Callable<T> body) {
    return new Running<>(body);
  }

  /** Starts a task and returns when it appears to be blocked. */
  static <T> Running<T> blocked(Callable<T> body) {
    Running<T> started = start(body);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    int looks = 0;
    while (looks < 10_000) { // a running task also waits briefly for classes and locks
      assertWithMessage("still running").that(System.nanoTime()).isLessThan(end);
      assertWithMessage("ended instead of waiting").that(started.task.isDone()).isFalse();
      looks = started.waits() ? looks + 1 : 0;
      Thread.onSpinWait();
    }
    return started;
  }

  private boolean waits() {
    Thread.State state = thread.getState();
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean isDone() {
    return task.isDone();
  }

  T result() throws Exception {
    return task.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for the task to fail with exactly this type of exception, which is returned. */
  <E extends Throwable> E failure(Class<E> type) {
    ExecutionException e = assertThrows(ExecutionException.class, this::result);
    Throwable cause = requireNonNull(e.getCause());
    if (cause.getClass() != type) {
      throw new AssertionError("expected " + type.getName() + ", but it was " + cause, cause);
    }
    return type.cast(cause);
  }

  /** Returns whether the thread's interrupt status was set when the task ended. */
  boolean endedInterrupted() {
    return interruptedAtEnd;
  }
}
