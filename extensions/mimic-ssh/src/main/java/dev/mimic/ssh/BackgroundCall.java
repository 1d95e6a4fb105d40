package dev.mimic.ssh;

import static java.util.Objects.requireNonNullElse;

import dev.mimic.flow.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A blocking call of JSch in a thread of its own. JSch swallows interrupts while it waits, so the
 * caller's thread must not execute its calls.
 */
final class BackgroundCall {
  private BackgroundCall() {}

  /**
   * Returns the result of the call.
   *
   * @param partial closed if the call fails, the deadline passes, or the thread is interrupted,
   *     which ends the call
   * @param task the name of the task, for its thread and for the message of a timeout
   * @throws IOException if the call throws; another checked exception becomes its cause
   */
  static <R extends Closeable> R run(
      Deadline deadline, Closeable partial, String task, Callable<R> call) throws IOException {
    try {
      return deadline.bound(
          new PendingResult<R>(partial),
          pending -> {
            Thread.ofVirtual().name("mimic " + task).start(() -> pending.complete(call));
            return pending.await();
          });
    } catch (SocketTimeoutException e) {
      throw timeout(task, e);
    }
  }

  /** Returns a timeout exception that names the task, and thus the hop that did not answer. */
  static SocketTimeoutException timeout(String task, SocketTimeoutException e) {
    SocketTimeoutException timeout = new SocketTimeoutException(task + ": " + e.getMessage());
    timeout.initCause(e);
    return timeout;
  }

  /** Waits for a future by the deadline. A timeout or an interrupt does not affect the future. */
  static <R> R await(Deadline deadline, CompletableFuture<R> future) throws IOException {
    CompletableFuture<R> copy = future.copy();
    return deadline.bound(
        () -> copy.completeExceptionally(new AsynchronousCloseException()), it -> get(copy));
  }

  private static <R> R get(CompletableFuture<R> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      throw failure(requireNonNullElse(e.getCause(), e));
    }
  }

  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException failure -> failure;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> new IOException(cause);
    };
  }

  /** The pending result of a call. Closing it abandons the call. */
  private static final class PendingResult<R extends Closeable> implements Closeable {
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final Closeable partial;

    PendingResult(Closeable partial) {
      this.partial = partial;
    }

    void complete(Callable<R> call) {
      try {
        R value = call.call();
        if (!result.complete(value)) {
          value.close(); // the call was abandoned
        }
      } catch (Throwable e) { // Throwable: the waiting thread throws it
        result.completeExceptionally(e);
      }
    }

    R await() throws IOException {
      return get(result);
    }

    @Override
    public void close() throws IOException {
      result.completeExceptionally(new AsynchronousCloseException());
      partial.close();
    }
  }
}
