package dev.mimic.sockets;

import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A flow that a separate thread connects or accepts, so that the operation can be cancelled.
 * Thread-safe. The thread completes the future, which wakes all waiting threads.
 */
final class PendingFlow {
  private final CompletableFuture<Flow> future = new CompletableFuture<>();
  private final Thread thread;

  private PendingFlow(Callable<Flow> operation) {
    this.thread = Thread.ofVirtual().name("mimic-socket").unstarted(() -> run(operation));
  }

  static PendingFlow start(Callable<Flow> operation) {
    PendingFlow pending = new PendingFlow(operation);
    pending.thread.start();
    return pending;
  }

  private void run(Callable<Flow> operation) {
    try {
      Flow flow = operation.call();
      if (!future.complete(flow)) {
        closeQuietly(flow); // cancelled in the meantime
      }
    } catch (Throwable e) { // an Error too: the waiting thread throws it
      future.completeExceptionally(e);
    }
  }

  /** Waits for the flow; cancels the operation if the thread is interrupted. */
  Flow await() throws IOException {
    try {
      boolean unused = awaitEnd(Duration.ZERO, TimeSource.system());
      return result();
    } catch (InterruptedException e) {
      cancel("Closed by interrupt");
      Thread.currentThread().interrupt();
      throw new SocketException("Closed by interrupt");
    }
  }

  /**
   * Waits until the operation has succeeded or failed.
   *
   * @param timeout the time limit; zero is no limit
   * @param time the clock of the timeout
   * @return false after the timeout; the operation continues
   */
  boolean awaitEnd(Duration timeout, TimeSource time) throws InterruptedException {
    CompletableFuture<Boolean> timedOut = new CompletableFuture<>();
    TimeSource.Timer timer =
        timeout.isZero() ? () -> {} : time.schedule(timeout, () -> timedOut.complete(true));
    try {
      Object unused = CompletableFuture.anyOf(future, timedOut).get();
    } catch (ExecutionException e) {
      // The caller gets the failure from result().
    } finally {
      timer.cancel();
    }
    return future.isDone();
  }

  /** Returns the flow or throws the failure of a completed operation. */
  Flow result() throws IOException {
    if (future.state() == Future.State.SUCCESS) {
      return future.resultNow();
    }
    throw failure(future.exceptionNow());
  }

  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException failure -> failure;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> new IOException(cause);
    };
  }

  /** Cancels the operation and interrupts its thread; an existing or later flow is closed. */
  void cancel(String reason) {
    if (abandon(reason)) {
      thread.interrupt();
    }
  }

  /**
   * Wakes all waiting threads with a failure; an existing or later flow is closed.
   *
   * @return whether the operation continues
   */
  boolean abandon(String reason) {
    boolean continues = future.completeExceptionally(new SocketException(reason));
    if (!continues && future.state() == Future.State.SUCCESS) {
      closeQuietly(future.resultNow());
    }
    return continues;
  }

  /** Waits for the end of the thread, up to a timeout or an interrupt. */
  void awaitThread(Duration timeout) {
    try {
      boolean unused = thread.join(timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Flow flow) {
    try {
      flow.close();
    } catch (IOException e) {
      // No caller uses the flow.
    }
  }
}
