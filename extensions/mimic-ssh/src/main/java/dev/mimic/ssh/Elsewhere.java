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

/** Work of the library, in a thread that nobody interrupts: it forgets interrupts when it waits. */
final class Elsewhere {
  private Elsewhere() {}

  /**
   * Returns what the step returns.
   *
   * @param halfMade what to close if the step fails, time is up, or the thread is interrupted; that
   *     ends the step
   * @param doing names the step, for its thread and for the message of a time-out
   * @throws IOException also for what else the step throws, as the cause
   */
  static <R extends Closeable> R run(
      Deadline deadline, Closeable halfMade, String doing, Callable<R> step) throws IOException {
    try {
      return deadline.bound(
          new Outcome<R>(halfMade),
          outcome -> {
            Thread.ofVirtual().name("mimic " + doing).start(() -> outcome.becomeOf(step));
            return outcome.await();
          });
    } catch (SocketTimeoutException e) {
      throw late(doing, e);
    }
  }

  /** Returns a time-out that says of what: of several hops, the one that did not answer. */
  static SocketTimeoutException late(String doing, SocketTimeoutException e) {
    SocketTimeoutException late = new SocketTimeoutException(doing + ": " + e.getMessage());
    late.initCause(e);
    return late;
  }

  /** Waits for what another thread makes, and leaves it alone if this one gives up. */
  static <R> R await(Deadline deadline, CompletableFuture<R> made) throws IOException {
    CompletableFuture<R> copy = made.copy();
    return deadline.bound(
        () -> copy.completeExceptionally(new AsynchronousCloseException()), it -> get(copy));
  }

  private static <R> R get(CompletableFuture<R> made) throws IOException {
    try {
      return made.get();
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

  /** What comes of a step. To close it is to give it up. */
  private static final class Outcome<R extends Closeable> implements Closeable {
    private final CompletableFuture<R> made = new CompletableFuture<>();
    private final Closeable halfMade;

    Outcome(Closeable halfMade) {
      this.halfMade = halfMade;
    }

    void becomeOf(Callable<R> step) {
      try {
        R result = step.call();
        if (!made.complete(result)) {
          result.close(); // too late for anybody
        }
      } catch (Throwable e) { // Throwable: whatever it is, the one who asked throws it
        made.completeExceptionally(e);
      }
    }

    R await() throws IOException {
      return get(made);
    }

    @Override
    public void close() throws IOException {
      made.completeExceptionally(new AsynchronousCloseException());
      halfMade.close();
    }
  }
}
