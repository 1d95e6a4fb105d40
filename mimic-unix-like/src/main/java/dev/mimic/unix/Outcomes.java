package dev.mimic.unix;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What another thread did for this one: its result, or its exception. */
final class Outcomes {
  private Outcomes() {}

  /**
   * Waits for it and returns it, or throws what the other thread threw.
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

  /** Returns the failure as what a caller can throw, or throws it. */
  static IOException failure(Throwable thrown) {
    return switch (thrown) {
      case IOException failure -> failure;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> new IOException(thrown);
    };
  }
}
