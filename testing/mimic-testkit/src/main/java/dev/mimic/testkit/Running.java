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
 * A task of a test that runs in a new thread, with access to its result. Thread-safe.
 *
 * <pre>{@code
 * Running<Integer> reader = Running.blocked(kind, () -> flow.read(buffer));
 * flow.close();
 * reader.failure(AsynchronousCloseException.class);
 * }</pre>
 *
 * <p>Each wait has a timeout, which defaults to 20 seconds. When it is exceeded, the wait throws an
 * {@link AssertionError} with the stack of the thread.
 *
 * @param <T> the type of the result
 */
public final class Running<T> {
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final long POLL_NANOS = 100_000;

  private final FutureTask<T> task;
  private final Thread thread;
  private final Duration timeout;
  private volatile boolean interruptedAtEnd;

  private Running(ThreadKind kind, Duration timeout, Callable<T> body) {
    this.timeout = timeout;
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
    return start(kind, TIMEOUT, task);
  }

  /** Starts a task in a new thread of this kind, with a timeout for each wait. */
  public static <T> Running<T> start(ThreadKind kind, Duration timeout, Callable<T> task) {
    Running<T> started = new Running<>(kind, timeout, task);
    started.thread.start();
    return started;
  }

  /** Starts a task and waits until it is {@link #awaitBlocked blocked}. */
  public static <T> Running<T> blocked(ThreadKind kind, Callable<T> task) {
    return start(kind, task).awaitBlocked();
  }

  /**
   * Waits until the thread is blocked by a lock, a condition, a timed wait or a system call of the
   * JDK's channels. Fails if the task ends instead.
   */
  public Running<T> awaitBlocked() {
    long end = System.nanoTime() + timeout.toNanos();
    for (int observations = 0;
        observations < 2; ) { // twice, because a thread can block briefly before
      if (task.isDone()) {
        throw new AssertionError(
            "ended instead of blocking: " + describe(), failure().orElse(null));
      }
      if (System.nanoTime() - end > 0) {
        throw timedOut("does not block");
      }
      observations = isBlocked() ? observations + 1 : 0;
      LockSupport.parkNanos(POLL_NANOS); // there is no notification
    }
    return this;
  }

  /** Waits until the thread is blocked or the task has ended. */
  void awaitBlockedOrDone() {
    long end = System.nanoTime() + timeout.toNanos();
    while (!task.isDone() && !isBlocked()) {
      if (System.nanoTime() - end > 0) {
        throw timedOut("does not block");
      }
      LockSupport.parkNanos(POLL_NANOS);
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
   * Waits for the task and returns its result.
   *
   * @throws ExecutionException if the task threw
   */
  public T result() throws Exception {
    return result(timeout);
  }

  T result(Duration limit) throws ExecutionException, InterruptedException {
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw timedOut("has not ended within " + limit);
    }
  }

  /** Waits for the task to throw an exception of exactly this type, and returns the exception. */
  public <E extends Throwable> E failure(Class<E> type) {
    Throwable thrown =
        failure().orElseThrow(() -> new AssertionError("expected " + type + ": " + describe()));
    if (thrown.getClass() != type) {
      throw new AssertionError("expected " + type + ": " + describe(), thrown);
    }
    return type.cast(thrown);
  }

  /** Waits for the task and returns its exception, or empty if it succeeded. */
  public Optional<Throwable> failure() {
    try {
      result(timeout);
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

  private String describe() {
    return switch (task.state()) {
      case RUNNING -> "it is running";
      case SUCCESS -> "it returned " + task.resultNow();
      case FAILED -> "it threw " + task.exceptionNow();
      case CANCELLED -> "it was cancelled";
    };
  }

  private AssertionError timedOut(String what) {
    String stack =
        Stream.of(thread.getStackTrace())
            .limit(12)
            .map(frame -> "\n    in " + frame)
            .collect(Collectors.joining());
    return new AssertionError(
        "%s %s: it is %s%s".formatted(thread, what, thread.getState(), stack));
  }
}
