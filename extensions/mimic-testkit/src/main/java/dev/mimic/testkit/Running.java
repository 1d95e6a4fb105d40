package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that a test has running in a thread of its own, and whose outcome it looks at.
 * Thread-safe.
 *
 * <pre>{@code
 * Running<Integer> reader = Running.blocked(kind, () -> flow.read(buffer));
 * flow.close();
 * reader.failure(AsynchronousCloseException.class);
 * }</pre>
 *
 * <p>No wait here is without end: what takes longer than the patience, 20 seconds unless told
 * otherwise, is an {@link AssertionError} that shows where the thread is.
 *
 * @param <T> what the task returns
 */
public final class Running<T> {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long BETWEEN_LOOKS_NANOS = 100_000;

  private final FutureTask<T> task;
  private final Thread thread;
  private final Duration patience;
  private volatile boolean interruptedAtEnd;

  private Running(ThreadKind kind, Duration patience, Callable<T> body) {
    this.patience = patience;
    this.task =
        new FutureTask<>(
            () -> {
              try {
                return body.call();
              } finally {
                interruptedAtEnd = Thread.currentThread().isInterrupted();
              }
            });
    this.thread = kind.factory().newThread(task);
  }

  /** Starts a task in a new thread of this kind. */
  public static <T> Running<T> start(ThreadKind kind, Callable<T> task) {
    return start(kind, PATIENCE, task);
  }

  /** Starts a task in a new thread of this kind; each wait for it takes at most this long. */
  public static <T> Running<T> start(ThreadKind kind, Duration patience, Callable<T> task) {
    Running<T> started = new Running<>(kind, patience, task);
    started.thread.start();
    return started;
  }

  /** Starts a task as {@link #start} does, and returns when it {@link #awaitBlocked waits}. */
  public static <T> Running<T> blocked(ThreadKind kind, Callable<T> task) {
    return start(kind, task).awaitBlocked();
  }

  /**
   * Waits until the thread waits: for a lock, a condition or time, or in a call of the JDK's
   * channels into the system. Fails if the task ends instead.
   */
  public Running<T> awaitBlocked() {
    long end = System.nanoTime() + patience.toNanos();
    for (int looks = 0; looks < 2; ) { // twice, for a thread may also wait a moment on its way
      if (task.isDone()) {
        throw new AssertionError("ended instead of waiting: " + told(), failure().orElse(null));
      }
      if (System.nanoTime() - end > 0) {
        throw stuck("does not wait");
      }
      looks = isBlocked() ? looks + 1 : 0;
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS); // nothing tells of it
    }
    return this;
  }

  /** Waits until the thread waits, or the task has ended. */
  void awaitBlockedOrDone() {
    long end = System.nanoTime() + patience.toNanos();
    while (!task.isDone() && !isBlocked()) {
      if (System.nanoTime() - end > 0) {
        throw stuck("does not wait");
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }

  private boolean isBlocked() {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      case RUNNABLE -> isInSystemCall();
      case NEW, TERMINATED -> false;
    };
  }

  private boolean isInSystemCall() {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 0
        && stack[0].isNativeMethod()
        && stack[0].getClassName().startsWith("sun.nio.ch.");
  }

  /** Returns whether the task has ended. */
  public boolean isDone() {
    return task.isDone();
  }

  /** Interrupts the thread. */
  public void interrupt() {
    thread.interrupt();
  }

  /**
   * Waits for the task to end, and returns what it returned.
   *
   * @throws ExecutionException if it threw
   */
  public T result() throws Exception {
    return result(patience);
  }

  T result(Duration atMost) throws ExecutionException, InterruptedException {
    try {
      return task.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw stuck("has not ended within " + atMost);
    }
  }

  /** Waits for the task to fail with just this type, no subclass, and returns what it threw. */
  public <E extends Throwable> E failure(Class<E> type) {
    Throwable thrown =
        failure().orElseThrow(() -> new AssertionError("expected " + type + ": " + told()));
    if (thrown.getClass() != type) {
      throw new AssertionError("expected " + type + ": " + told(), thrown);
    }
    return type.cast(thrown);
  }

  /** Waits for the task to end, and returns what it threw, if anything. */
  public Optional<Throwable> failure() {
    try {
      result(patience);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(requireNonNull(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + thread, e);
    }
  }

  /** Returns whether the thread's interrupt status was set when the task ended. */
  public boolean endedInterrupted() {
    return interruptedAtEnd;
  }

  private String told() {
    return switch (task.state()) {
      case RUNNING -> "it is running";
      case SUCCESS -> "it returned " + task.resultNow();
      case FAILED -> "it threw " + task.exceptionNow();
      case CANCELLED -> "it was cancelled";
    };
  }

  private AssertionError stuck(String what) {
    String stack =
        Stream.of(thread.getStackTrace())
            .limit(12)
            .map(frame -> "\n    in " + frame)
            .collect(Collectors.joining());
    return new AssertionError(
        "%s %s: it is %s%s".formatted(thread, what, thread.getState(), stack));
  }
}
