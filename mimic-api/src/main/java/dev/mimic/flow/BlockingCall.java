package dev.mimic.flow;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A blocking call of a library that knows no deadline, such as a native look-up of a name or the
 * login of an SSH library. It runs in a thread of its own, so that the caller stops waiting when a
 * deadline passes or an interrupt arrives.
 *
 * <pre>{@code
 * Session session =
 *     BlockingCall.of("login at " + host, () -> library.logIn(socket))
 *         .cancelWith(socket)
 *         .run(deadline);
 * }</pre>
 *
 * <p>Where closing something wakes the blocked call in the caller's own thread, {@link
 * Deadline#guard} needs no second thread.
 *
 * <p><b>Thread.</b> Each run starts a new virtual thread, or a platform thread ({@link
 * #onPlatformThread}), named after the task. The thread ends with the call, even if the caller has
 * stopped waiting. It is never interrupted, because an interrupt would close a flow or a channel
 * that the call may share with others.
 *
 * <p><b>Late result.</b> A result belongs to the caller once {@link #run} returns it. A result that
 * arrives after the caller has stopped waiting is discarded in the thread of the call: it is closed
 * if it is {@link AutoCloseable}, unless {@link #discardWith} says otherwise. A late failure is
 * dropped.
 *
 * <p>Immutable and thread-safe, as far as the call itself is.
 *
 * @param <R> the type of the result
 */
public final class BlockingCall<R> {
  private final String task;
  private final Callable<? extends R> call;
  private final boolean platform;
  private final Closeable cancellation;
  private final Consumer<? super R> discarder;

  private BlockingCall(
      String task,
      Callable<? extends R> call,
      boolean platform,
      Closeable cancellation,
      Consumer<? super R> discarder) {
    this.task = requireNonNull(task, "task");
    this.call = requireNonNull(call, "call");
    this.platform = platform;
    this.cancellation = requireNonNull(cancellation, "cancellation");
    this.discarder = requireNonNull(discarder, "discarder");
  }

  /**
   * Returns a call that has not been started.
   *
   * @param task a noun phrase without secrets, for the name of the thread and the message of a
   *     timeout, such as {@code login at example.org}
   */
  public static <R> BlockingCall<R> of(String task, Callable<? extends R> call) {
    return new BlockingCall<>(task, call, false, () -> {}, BlockingCall::close);
  }

  /** Returns this call on a platform thread: native code would pin the carrier of a virtual one. */
  public BlockingCall<R> onPlatformThread() {
    return new BlockingCall<>(task, call, true, cancellation, discarder);
  }

  /**
   * Returns this call with something to close when the call fails or the caller stops waiting. The
   * close should end the call; it may be repeated, and comes from another thread.
   */
  public BlockingCall<R> cancelWith(Closeable cancellation) {
    return new BlockingCall<>(task, call, platform, cancellation, discarder);
  }

  /** Returns this call with another way to discard a late result. */
  public BlockingCall<R> discardWith(Consumer<? super R> discarder) {
    return new BlockingCall<>(task, call, platform, cancellation, discarder);
  }

  /**
   * Runs the call and returns its result, which the caller owns.
   *
   * @throws SocketTimeoutException if the deadline has passed; the message begins with the task
   * @throws ClosedByInterruptException if the thread is interrupted, also before; the interrupt
   *     status is set
   * @throws IOException if the call throws; another checked exception becomes its cause
   */
  public R run(Deadline deadline) throws IOException {
    Pending pending = new Pending();
    try {
      return deadline.guard(pending, Pending::run).result.resultNow();
    } catch (SocketTimeoutException e) {
      pending.abandon();
      throw timeout(e);
    } catch (Throwable failure) {
      pending.abandon();
      throw failure;
    }
  }

  private SocketTimeoutException timeout(SocketTimeoutException e) {
    SocketTimeoutException timeout = new SocketTimeoutException(task + ": " + e.getMessage());
    timeout.initCause(e);
    return timeout;
  }

  /**
   * Waits for the result of a task that is already running, which others may wait for too. A
   * timeout or an interrupt does not affect the task.
   *
   * @throws SocketTimeoutException if the deadline has passed
   * @throws ClosedByInterruptException if the thread is interrupted; the interrupt status is set
   * @throws IOException if the task failed; another checked exception becomes its cause
   */
  public static <R> R await(CompletableFuture<R> task, Deadline deadline) throws IOException {
    CompletableFuture<R> copy = task.copy();
    return deadline.guard(
        () -> copy.completeExceptionally(new AsynchronousCloseException()), it -> get(copy));
  }

  private static <R> R get(CompletableFuture<R> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      throw switch (requireNonNullElse(e.getCause(), e)) {
        case IOException failure -> failure;
        case RuntimeException mistake -> throw mistake;
        case Error error -> throw error;
        case Throwable other -> new IOException(other);
      };
    }
  }

  private static void close(Object late) {
    if (late instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        // The caller no longer waits, and a late result has no other owner.
      }
    }
  }

  /**
   * One run. Its future is completed once: by the thread of the call, which wakes the caller; or by
   * {@link #close}, after which the thread of the call discards its result. If the caller fails
   * although the call succeeded, {@link #abandon} discards the result.
   */
  private final class Pending implements Closeable {
    private final CompletableFuture<R> result = new CompletableFuture<>();

    private Pending run() throws IOException {
      Thread.Builder thread = platform ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
      thread.name("mimic " + task).start(this::complete);
      get(result);
      return this;
    }

    private void complete() {
      try {
        R value = requireNonNull(call.call(), () -> task + " returned null");
        if (!result.complete(value)) {
          discarder.accept(value);
        }
      } catch (Throwable e) { // Throwable: the waiting thread throws it
        result.completeExceptionally(e);
      }
    }

    private void abandon() {
      if (result.state() == CompletableFuture.State.SUCCESS) {
        discarder.accept(result.resultNow());
      }
    }

    @Override
    public void close() throws IOException {
      result.completeExceptionally(new AsynchronousCloseException());
      cancellation.close();
    }
  }
}
