package dev.mimic.unix;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A task that runs in its own thread. Every wait for it is bounded. */
final class Running<T> {
  private static final long LIMIT_SECONDS = 30;

  /** A kind of thread. */
  enum Kind {
    PLATFORM,
    VIRTUAL;

    <T> Running<T> start(Callable<T> task) {
      return new Running<>(this, task);
    }
  }

  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final Thread thread;

  private volatile boolean interruptedAtEnd;

  private Running(Kind kind, Callable<T> task) {
    Runnable body =
        () -> {
          try {
            T value = task.call();
            interruptedAtEnd = Thread.currentThread().isInterrupted();
            outcome.complete(value);
          } catch (Throwable e) { // Throwable: the test thread throws it
            interruptedAtEnd = Thread.currentThread().isInterrupted();
            outcome.completeExceptionally(e);
          }
        };
    this.thread =
        kind == Kind.VIRTUAL
            ? Thread.ofVirtual().name("test").start(body)
            : Thread.ofPlatform().daemon().name("test").start(body);
  }

  T get() throws Exception {
    return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  <X extends Throwable> X failure(Class<X> type) {
    ExecutionException e = assertThrows(ExecutionException.class, this::get);
    return assertThrows(
        type,
        () -> {
          throw e.getCause() == null ? e : e.getCause();
        });
  }

  boolean wasInterruptedAtEnd() {
    return interruptedAtEnd;
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Waits until the thread is blocked in a channel, or waits for another thread or a lock. */
  Running<T> awaitBlocked() throws TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!isBlocked()) {
      if (outcome.isDone() || System.nanoTime() - end > 0) {
        throw new TimeoutException("not blocked, done: " + outcome);
      }
      LockSupport.parkNanos(50_000); // there is no event; a spin would occupy a carrier thread
    }
    return this;
  }

  private boolean isBlocked() {
    StackTraceElement[] stack = thread.getStackTrace();
    if (stack.length == 0) {
      return false;
    }
    return switch (stack[0].getMethodName()) {
      case "park",
          "parkNanos",
          "poll",
          "read0",
          "write0",
          "writev0",
          "accept",
          "accept0",
          "connect0" ->
          true;
      default -> false;
    };
  }
}
