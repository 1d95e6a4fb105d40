package dev.mimic.unix;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import dev.mimic.InterruptibleLock;
import dev.mimic.PeerGoneException;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connected stream socket as a flow; of whatever family its {@link SocketInput} is.
 *
 * <p>To shut down an end when the peer is already gone does nothing and does not fail: the next
 * read or write tells. A write that is under way when another thread shuts the output down fails.
 */
final class SocketFlow implements Flow {
  // The JDK copies all that remains of a heap buffer, again at each partial write, into a direct
  // one of that size, which it then keeps for the thread.
  private static final int SLICE = 128 * 1024;

  // The kernel tells of a reset once. If it tells a writer, a reader finds an end that looks clean,
  // perhaps before the writer has noted what it was told; so a reader gives a writer this long.
  private static final Duration GRACE = Duration.ofMillis(250);

  private final SocketChannel channel;
  private final FlowInfo info;
  private final SocketInput input;
  private final InterruptibleLock reading;
  private final InterruptibleLock writing;
  private volatile int readTimeoutMillis;
  private volatile boolean inputShut;
  private volatile boolean outputShut;
  private volatile @Nullable IOException gone; // how the kernel told us, which it does once
  private volatile boolean ended; // whether a read returned -1 that was no reset; set in its turn

  SocketFlow(SocketChannel connected, FlowInfo info, SocketInput input) {
    this.channel = connected;
    this.info = info;
    this.input = input;
    this.reading = new InterruptibleLock(connected);
    this.writing = new InterruptibleLock(connected);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("dst must not be read-only");
    }
    int atMostMillis = takeReadingTurn();
    try {
      if (!dst.hasRemaining()) {
        return 0;
      }
      int count = inputShut || ended ? -1 : readSome(dst, atMostMillis);
      if (count < 0) {
        noteEnd();
      }
      return count;
    } catch (IOException e) {
      throw failure(e);
    } finally {
      reading.unlock();
    }
  }

  /** Returns how long the read may wait after it has waited for its turn; 0 is without limit. */
  private int takeReadingTurn() throws IOException {
    int atMostMillis = readTimeoutMillis;
    if (atMostMillis == 0) {
      reading.lock();
      return 0;
    }
    long begin = System.nanoTime();
    if (!reading.tryLock(Duration.ofMillis(atMostMillis), TimeSource.system())) {
      throw new SocketTimeoutException(
          "%s: other reads came first for all of %d ms".formatted(info, atMostMillis));
    }
    long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    return (int) Math.max(1, atMostMillis - waitedMillis); // 1: what is there is read
  }

  private int readSome(ByteBuffer dst, int atMostMillis) throws IOException {
    int limit = dst.limit();
    if (!dst.isDirect()) {
      dst.limit(dst.position() + Math.min(dst.remaining(), SLICE));
    }
    try {
      return input.read(dst, atMostMillis);
    } finally {
      dst.limit(limit);
    }
  }

  /** Tells a clean end from the end that is left when a write has taken notice of a reset. */
  private void noteEnd() throws IOException {
    if (inputShut || ended) {
      return;
    }
    if (gone == null) {
      writing.awaitUnlock(GRACE);
    }
    IOException reset = gone;
    if (reset != null) {
      throw reset;
    }
    ended = true;
  }

  @Override
  public int available() throws IOException {
    checkOpen();
    if (inputShut || ended || !reading.tryLock()) {
      return 0;
    }
    try {
      return input.available(writing);
    } catch (IOException e) {
      if (inputShut && channel.isOpen()) {
        return 0; // just now
      }
      throw channel.isOpen() ? e : new ClosedChannelException();
    } finally {
      reading.unlock();
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    writing.lock();
    try {
      checkOutput();
      int count = src.remaining();
      while (src.hasRemaining()) {
        writeSome(src);
      }
      return count;
    } catch (IOException e) {
      throw writeFailure(e);
    } finally {
      writing.unlock();
    }
  }

  private void writeSome(ByteBuffer src) throws IOException {
    int limit = src.limit();
    if (!src.isDirect()) {
      src.limit(src.position() + Math.min(src.remaining(), SLICE));
    }
    try {
      channel.write(src);
    } finally {
      src.limit(limit);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    writing.lock();
    try {
      checkOutput();
      long count = 0;
      int end = offset + length;
      for (int i = offset; i < end; ) {
        if (srcs[i].hasRemaining()) {
          count += writeSome(srcs, i, end);
        } else {
          i++;
        }
      }
      return count;
    } catch (IOException e) {
      throw writeFailure(e);
    } finally {
      writing.unlock();
    }
  }

  /** Writes of as many buffers as make a slice, together. */
  private long writeSome(ByteBuffer[] srcs, int from, int end) throws IOException {
    int room = SLICE;
    int to = from;
    while (to < end && room > 0) {
      room -= srcs[to++].remaining();
    }
    ByteBuffer last = srcs[to - 1];
    int limit = last.limit();
    last.limit(limit + Math.min(room, 0));
    try {
      return channel.write(srcs, from, to - from);
    } finally {
      last.limit(limit);
    }
  }

  private void checkOutput() throws ClosedChannelException {
    if (outputShut) {
      throw new ClosedChannelException();
    }
  }

  /** Returns what a failed write throws: to shut the output down breaks a write under way. */
  private IOException writeFailure(IOException e) {
    return outputShut && !(e instanceof ClosedChannelException)
        ? (IOException) new AsynchronousCloseException().initCause(e)
        : failure(e);
  }

  /** Returns what a failed read or write throws, whatever the text of the system's error. */
  private IOException failure(IOException e) {
    if (e instanceof SocketTimeoutException || e instanceof AsynchronousCloseException) {
      return e;
    }
    if (!channel.isOpen()) { // it was open when the turn began
      return (IOException) new AsynchronousCloseException().initCause(e);
    }
    if (e instanceof ClosedChannelException) {
      return e;
    }
    gone = e;
    return new PeerGoneException("%s is gone: %s".formatted(info, e.getMessage()), e);
  }

  @Override
  public void shutdownInput() throws IOException {
    checkOpen();
    inputShut = true; // first: it is why a read that waits ends now
    try {
      input.shutdown();
    } catch (IOException e) {
      afterShutdown(e);
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    checkOpen();
    outputShut = true; // first: it is why a write that waits fails now
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      afterShutdown(e);
    }
  }

  private void checkOpen() throws ClosedChannelException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void afterShutdown(IOException e) throws IOException {
    IOException failure = failure(e);
    if (!(failure instanceof PeerGoneException)) {
      throw failure;
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>In whole milliseconds, rounded up. The system's time, not a {@code TimeSource}'s.
   */
  @Override
  public void readTimeout(Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException("atMost (%s) must not be negative".formatted(atMost));
    }
    boolean countable = atMost.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
    readTimeoutMillis = countable ? (int) atMost.plusNanos(999_999).toMillis() : Integer.MAX_VALUE;
  }

  @Override
  public FlowInfo info() {
    return info;
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    if (type.isInstance(this)) {
      return Optional.of(type.cast(this));
    }
    return type.isInstance(channel) ? Optional.of(type.cast(channel)) : Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Returns {@link #info}, such as {@code tcp(127.0.0.1:4343)}. */
  @Override
  public String toString() {
    return info.toString();
  }
}
