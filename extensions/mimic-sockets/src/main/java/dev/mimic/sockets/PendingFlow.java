package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A flow that is being connected, or accepted, in a thread of its own: so that another thread can
 * end it. Thread-safe.
 */
final class Connecting {
  private final CompletableFuture<Flow> made = new CompletableFuture<>();
  private final Thread thread;

  private Connecting(Callable<Flow> step) {
    this.thread = Thread.ofVirtual().name("mimic-socket").unstarted(() -> run(step));
  }

  static Connecting start(Callable<Flow> step) {
    Connecting connecting = new Connecting(step);
    connecting.thread.start();
    return connecting;
  }

  private void run(Callable<Flow> step) {
    try {
      Flow flow = step.call();
      if (!made.complete(flow)) {
        closeQuietly(flow); // too late for anybody
      }
    } catch (Throwable e) { // Throwable: whatever it is, the one who waits throws it
      made.completeExceptionally(e);
    }
  }

  /** Waits for it; if the thread is interrupted, gives it up. */
  Flow await() throws IOException {
    try {
      boolean unused = awaitEnd(Duration.ZERO, TimeSource.system());
      return result();
    } catch (InterruptedException e) {
      giveUp("Closed by interrupt");
      Thread.currentThread().interrupt();
      throw new SocketException("Closed by interrupt");
    }
  }

  /**
   * Waits until it has ended, well or not.
   *
   * @param atMost zero is without limit
   * @param time what measures it
   * @return false if it takes longer; it goes on
   */
  boolean awaitEnd(Duration atMost, TimeSource time) throws InterruptedException {
    CompletableFuture<Boolean> over = new CompletableFuture<>(); // of the time
    TimeSource.Timer timer =
        atMost.isZero() ? () -> {} : time.schedule(atMost, () -> over.complete(true));
    try {
      Object unused = CompletableFuture.anyOf(made, over).get();
    } catch (ExecutionException e) {
      // The result tells why there is none.
    } finally {
      timer.cancel();
    }
    return made.isDone();
  }

  /** Returns the flow, once it has ended, or throws why there is none. */
  Flow result() throws IOException {
    if (made.state() == Future.State.SUCCESS) {
      return made.resultNow();
    }
    throw failure(made.exceptionNow());
  }

  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException failure -> failure;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> new IOException(cause);
    };
  }

  /** Ends it by an interrupt; a flow that has come, or comes all the same, is closed. */
  void giveUp(String why) {
    if (leave(why)) {
      thread.interrupt();
    }
  }

  /**
   * Ends every wait for it; a flow that has come, or still comes, is closed.
   *
   * @return whether it still goes on
   */
  boolean leave(String why) {
    boolean goesOn = made.completeExceptionally(new SocketException(why));
    if (!goesOn && made.state() == Future.State.SUCCESS) {
      closeQuietly(made.resultNow());
    }
    return goesOn;
  }

  /** Waits for the end of the thread, for so long at most, and not if this one is interrupted. */
  void awaitThread(Duration atMost) {
    try {
      boolean unused = thread.join(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Flow flow) {
    try {
      flow.close();
    } catch (IOException e) {
      // Nobody has asked for it any more.
    }
  }
}
