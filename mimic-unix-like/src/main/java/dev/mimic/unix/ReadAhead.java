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
 * One read of a channel before anybody asks for its bytes. It is done by a thread of its own, and
 * ends with the first bytes, with the end, or when the channel is closed; or it does not block, and
 * has ended. Used by one reader at a time.
 */
final class ReadAhead {
  static final int MOST_BYTES = 16 * 1024;
  private static final int MOST_MILLIS_LATE = 500;

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

  /** Starts to read, at most so many bytes. */
  static ReadAhead start(SocketChannel channel, int bytes) {
    ReadAhead started = new ReadAhead(channel, ByteBuffer.allocate(Math.min(bytes, MOST_BYTES)));
    started.thread.start();
    return started;
  }

  /**
   * Reads what is there, without blocking. Nobody else may be in the channel.
   *
   * @param room for the bytes; it belongs to what is returned
   * @return empty if there is nothing, not even the end or a reset
   */
  static Optional<ReadAhead> ofWhatIsThere(SocketChannel channel, ByteBuffer room)
      throws IOException {
    ReadAhead read = new ReadAhead(channel, room.clear());
    channel.configureBlocking(false);
    try {
      read.run();
    } finally {
      channel.configureBlocking(true);
    }
    boolean nothing = !read.count.isCompletedExceptionally() && read.ended() == 0;
    return nothing ? Optional.empty() : Optional.of(read);
  }

  private void run() {
    try {
      int read = channel.read(buffer);
      buffer.flip();
      count.complete(read);
    } catch (Throwable e) { // Throwable: whatever it is, the reader throws it
      buffer.flip();
      count.completeExceptionally(e);
    }
  }

  /**
   * Waits until the read has ended, well or not.
   *
   * @param atMostMillis 0 is without limit
   * @throws SocketTimeoutException if it has not; it goes on
   * @throws ClosedByInterruptException if the thread is interrupted; the channel is then closed
   */
  void await(int atMostMillis) throws IOException {
    try {
      if (atMostMillis == 0) {
        count.get();
      } else if (!endsWithin(atMostMillis) && !endsAfterAll()) {
        throw new SocketTimeoutException("Read timed out after %d ms".formatted(atMostMillis));
      }
    } catch (ExecutionException e) {
      // Left to transferTo.
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
   * Returns whether there are bytes, and only the thread is late to read them, or to be told of
   * them. When woken, it looks whether there are any; until it waits again it is given more time.
   */
  private boolean endsAfterAll() throws ExecutionException, InterruptedException {
    LockSupport.unpark(thread);
    for (int i = 0; i < MOST_MILLIS_LATE && thread.getState() != Thread.State.WAITING; i++) {
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
    Closing.onto(interrupt, channel);
    return interrupt;
  }

  /** Returns how many bytes it has read, if it has ended, that nobody has taken. */
  int available() {
    return count.state() == Future.State.SUCCESS && count.resultNow() > 0 ? buffer.remaining() : 0;
  }

  /** Moves bytes that were read, as many as there is room for; or returns -1, or throws. */
  int transferTo(ByteBuffer dst) throws IOException {
    if (ended() < 0) {
      return -1;
    }
    int moved = Math.min(buffer.remaining(), dst.remaining());
    dst.put(buffer.slice().limit(moved));
    buffer.position(buffer.position() + moved);
    return moved;
  }

  /** Returns the count of the read that has ended. */
  private int ended() throws IOException {
    try {
      return count.join();
    } catch (CompletionException e) {
      throw Outcomes.failure(requireNonNullElse(e.getCause(), e));
    }
  }

  /** Returns whether nothing is left of the read that has ended. */
  boolean isUsedUp() {
    return count.isCompletedExceptionally() || !buffer.hasRemaining();
  }

  /** Ends the wait for it as if the input had ended. */
  void giveUp() {
    count.complete(-1);
  }
}
