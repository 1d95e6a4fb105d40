package dev.mimic.unix;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeLimit;
import dev.mimic.flow.TimeSource;
import dev.mimic.flow.TimedWrite;
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
 * A flow over a connected stream socket, whose family determines its {@link SocketInput}.
 *
 * <p>{@code reading} is held during a read, and {@code writing} during a write. A close, a shutdown
 * or an interrupt wakes a thread that is blocked in the channel or waits for a lock. The volatile
 * fields are set by any thread.
 *
 * <p>Shutting down an end when the peer is already gone has no effect and does not fail. The next
 * read or write reports it. A write in progress fails when another thread shuts down the output.
 */
final class SocketFlow implements Flow {
  // The JDK copies the whole rest of a heap buffer into a direct buffer of that size, again at each
  // partial write, and then caches the direct buffer for the thread.
  private static final int SLICE_BYTES = 128 * 1024;

  // The kernel reports a reset only once. After it has reported one to a writer, a reader sees a
  // clean end, perhaps before the writer has set gone. A reader waits this long for a writer.
  private static final Duration RESET_GRACE = Duration.ofMillis(250);

  private final SocketChannel channel;
  private final FlowInfo info;
  private final SocketInput input;
  private final InterruptibleLock reading;
  private final InterruptibleLock writing;
  private final TimeSource time;
  private volatile int readTimeoutMillis;
  private volatile Duration writeTimeout = Duration.ZERO;
  private volatile boolean inputShut;
  private volatile boolean outputShut;
  private volatile @Nullable IOException gone; // the reset, which the kernel reports only once
  private volatile boolean ended; // whether a read has found a clean end; set under the read lock

  SocketFlow(SocketChannel connected, FlowInfo info, SocketInput input, TimeSource time) {
    this.time = time;
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
    int atMostMillis = lockReading();
    try {
      if (!dst.hasRemaining()) {
        return 0;
      }
      int count = inputShut || ended ? -1 : readSome(dst, atMostMillis);
      if (count < 0) {
        confirmEnd();
      }
      return count;
    } catch (IOException e) {
      throw failure(e);
    } finally {
      reading.unlock();
    }
  }

  /** Locks, and returns the time that remains for the read; 0 means no limit. */
  private int lockReading() throws IOException {
    int atMostMillis = readTimeoutMillis;
    if (atMostMillis == 0) {
      reading.lock();
      return 0;
    }
    long begin = System.nanoTime();
    if (!reading.tryLock(Duration.ofMillis(atMostMillis), TimeSource.system())) {
      throw new SocketTimeoutException(
          "%s: timed out after %d ms while another read was in progress"
              .formatted(info, atMostMillis));
    }
    long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    return (int) Math.max(1, atMostMillis - waitedMillis); // at least 1, to read available bytes
  }

  private int readSome(ByteBuffer dst, int atMostMillis) throws IOException {
    int limit = dst.limit();
    if (!dst.isDirect()) {
      dst.limit(dst.position() + Math.min(dst.remaining(), SLICE_BYTES));
    }
    try {
      return input.read(dst, atMostMillis);
    } finally {
      dst.limit(limit);
    }
  }

  /** Throws if the end is that of a reset which the kernel has already reported to a writer. */
  private void confirmEnd() throws IOException {
    if (inputShut || ended) {
      return;
    }
    if (gone == null) {
      writing.awaitUnlock(RESET_GRACE);
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
        return 0; // the input was shut down meanwhile
      }
      throw channel.isOpen() ? e : new ClosedChannelException();
    } finally {
      reading.unlock();
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    Duration timeout = writeTimeout;
    return timeout.isZero()
        ? writeAll(src)
        : (int) TimedWrite.run(this, timeout, time, () -> writeAll(src));
  }

  private int writeAll(ByteBuffer src) throws IOException {
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
      src.limit(src.position() + Math.min(src.remaining(), SLICE_BYTES));
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
    Duration timeout = writeTimeout;
    return timeout.isZero()
        ? writeAll(srcs, offset, length)
        : TimedWrite.run(this, timeout, time, () -> writeAll(srcs, offset, length));
  }

  private long writeAll(ByteBuffer[] srcs, int offset, int length) throws IOException {
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

  /** Writes from as many buffers as make up a slice, in one call. */
  private long writeSome(ByteBuffer[] srcs, int from, int end) throws IOException {
    int room = SLICE_BYTES;
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

  /** Returns the exception of a failed write, which a shutdown of the output may have ended. */
  private IOException writeFailure(IOException e) {
    return outputShut && !(e instanceof ClosedChannelException)
        ? (IOException) new AsynchronousCloseException().initCause(e)
        : failure(e);
  }

  /** Returns the exception of a failed read or write, independent of the system's error text. */
  private IOException failure(IOException e) {
    if (e instanceof SocketTimeoutException || e instanceof AsynchronousCloseException) {
      return e;
    }
    if (!channel.isOpen()) { // it was open when this thread got the lock
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
    inputShut = true; // set first: a read that the next step wakes checks it
    try {
      input.shutdown();
    } catch (IOException e) {
      afterShutdown(e);
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    checkOpen();
    outputShut = true; // set first: a write that the next step fails checks it
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
   * <p>The timeout is rounded up to whole milliseconds, and measured by the system's clock, not by
   * a {@code TimeSource}.
   */
  @Override
  public void readTimeout(Duration atMost) {
    Duration limit = TimeLimit.requireNotNegative(atMost);
    boolean countable = limit.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
    readTimeoutMillis = countable ? (int) limit.plusNanos(999_999).toMillis() : Integer.MAX_VALUE;
  }

  @Override
  public void writeTimeout(Duration atMost) {
    writeTimeout = TimeLimit.requireNotNegative(atMost);
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
