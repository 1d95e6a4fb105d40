package dev.mimic.unix;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A single read of a channel ahead of the reader that consumes its bytes. It either runs in its own
 * thread, until there are bytes, the stream ends or the channel is closed, or is non-blocking and
 * has completed when it is created.
 *
 * <p>The reading thread fills {@code buffer} before it completes {@code count}. After that, only
 * the consumer uses it. One consumer at a time may call the methods. {@link #cancel} can be called
 * by any thread, and wakes the consumer, which then ignores the buffer.
 */
final class ReadAhead {
  static final int MAX_BYTES = 16 * 1024;
  private static final int MAX_LATE_MILLIS = 500;

  private final SocketChannel channel;
  private final ByteBuffer buffer;
  private final CompletableFuture<Integer> count = new CompletableFuture<>();

  private final Thread thread;

  private ReadAhead(SocketChannel channel, ByteBuffer buffer) {
    this.channel = channel;
    this.buffer = buffer;
    this.thread =
        Thread.ofVirtual()
            .name("mimic timed read")
            .inheritInheritableThreadLocals(false)
            .unstarted(this::run);
  }

  /** Starts a thread that reads at most {@code bytes} bytes. */
  static ReadAhead start(SocketChannel channel, int bytes) {
    ReadAhead started = new ReadAhead(channel, ByteBuffer.allocate(Math.min(bytes, MAX_BYTES)));
    started.thread.start();
    return started;
  }

  /**
   * Reads the available bytes without blocking. No other thread may be using the channel.
   *
   * @param room a buffer for the bytes, which the returned object owns
   * @return the read, or empty if there were no bytes, no end and no reset
   */
  static Optional<ReadAhead> readAvailable(SocketChannel channel, ByteBuffer room)
      throws IOException {
    ReadAhead read = new ReadAhead(channel, room.clear());
    channel.configureBlocking(false);
    try {
      read.run();
    } finally {
      channel.configureBlocking(true);
    }
    boolean nothing = !read.count.isCompletedExceptionally() && read.result() == 0;
    return nothing ? Optional.empty() : Optional.of(read);
  }

  private void run() {
    try {
      int read = channel.read(buffer);
      buffer.flip();
      count.complete(read);
    } catch (Throwable e) { // Throwable: the consumer rethrows it
      buffer.flip();
      count.completeExceptionally(e);
    }
  }

  /**
   * Waits until the read has succeeded or failed.
   *
   * @param atMostMillis the limit on the wait; 0 means no limit
   * @throws SocketTimeoutException if the read has not ended in time; it continues
   * @throws ClosedByInterruptException if the thread is interrupted; the channel is then closed
   */
  void await(int atMostMillis) throws IOException {
    try {
      if (atMostMillis == 0) {
        count.get();
      } else if (!endsWithin(atMostMillis) && !endsWhenWoken()) {
        throw new SocketTimeoutException("Read timed out after %d ms".formatted(atMostMillis));
      }
    } catch (ExecutionException e) {
      // transferTo throws it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private boolean endsWithin(int millis) throws ExecutionException, InterruptedException {
    try {
      count.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /**
   * Returns whether the read ends after all. Bytes may have arrived that the reading thread has not
   * read yet. When woken, the thread checks for bytes. It gets more time until it waits again.
   */
  private boolean endsWhenWoken() throws ExecutionException, InterruptedException {
    LockSupport.unpark(thread);
    for (int i = 0; i < MAX_LATE_MILLIS && thread.getState() != Thread.State.WAITING; i++) {
      if (endsWithin(1)) {
        return true;
      }
    }
    return count.isDone();
  }

  private IOException interrupted() {
    if (!channel.isOpen()) {
      return new AsynchronousCloseException();
    }
    IOException interrupt = new ClosedByInterruptException();
    Closeables.closeOnto(interrupt, channel);
    return interrupt;
  }

  /** Returns the number of bytes read and not consumed, or 0 if the read has not ended. */
  int available() {
    return count.state() == Future.State.SUCCESS && count.resultNow() > 0 ? buffer.remaining() : 0;
  }

  /** Moves as many bytes as fit into {@code dst}, or returns -1, or throws the read's failure. */
  int transferTo(ByteBuffer dst) throws IOException {
    if (result() < 0) {
      return -1;
    }
    int moved = Math.min(buffer.remaining(), dst.remaining());
    dst.put(buffer.slice().limit(moved));
    buffer.position(buffer.position() + moved);
    return moved;
  }

  /** Returns the result of the read, which has ended. */
  private int result() throws IOException {
    try {
      return count.join();
    } catch (CompletionException e) {
      throw failure(requireNonNullElse(e.getCause(), e));
    }
  }

  private static IOException failure(Throwable thrown) {
    return switch (thrown) {
      case IOException failure -> failure;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      default -> new IOException(thrown);
    };
  }

  /** Returns whether nothing remains to be consumed of the read, which has ended. */
  boolean isConsumed() {
    return count.isCompletedExceptionally() || !buffer.hasRemaining();
  }

  /** Ends the wait for the read as if the input had ended. */
  void cancel() {
    count.complete(-1);
  }
}
