package dev.mimic.unix;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Obtains the results of tasks that run in other threads. */
final class Futures {
  private Futures() {}

  /**
   * Waits for the outcome and returns its value, or rethrows the exception of the other thread.
   *
   * @throws ClosedByInterruptException if this thread is interrupted; the interrupt status is set
   */
  static <T> T await(CompletableFuture<T> outcome) throws IOException {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      throw failure(requireNonNullElse(e.getCause(), e));
    }
  }

  /** Returns the failure as an {@code IOException}, or throws it if it is unchecked. */
  static IOException failure(Throwable thrown) {
    return switch (thrown) {
      case IOException failure -> failure;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> new IOException(thrown);
    };
  }
}
