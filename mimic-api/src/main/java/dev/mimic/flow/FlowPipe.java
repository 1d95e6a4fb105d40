package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Two connected flows in memory: what is written to one end is read from the other. A writer blocks
 * while a whole capacity is unread, until the reader has read half of it.
 *
 * <p>A network in memory is made of pipes. A pipe also makes a flow of anything that has streams:
 * hand out one end, and copy bytes between the other end and the streams.
 *
 * <pre>{@code
 * FlowPipe pipe = FlowPipe.create();
 * pipe.near().write(ByteBuffer.wrap(hello));
 * pipe.far().read(buffer);
 * }</pre>
 *
 * <p>A pipe holds memory for unread bytes only. When all are read, the memory serves the next bytes
 * or is garbage-collected, whichever comes first.
 */
public final class FlowPipe {
  private final End near;
  private final End far;

  private FlowPipe(Builder settings) {
    FlowPipeDirection toFar = settings.direction(settings.far, settings.near);
    FlowPipeDirection toNear = settings.direction(settings.near, settings.far);
    near = new End(settings.near, toNear, toFar, settings);
    far = new End(settings.far, toFar, toNear, settings);
  }

  /** Returns a pipe with the default settings of a {@link #builder}. */
  public static FlowPipe create() {
    return builder().build();
  }

  /** Returns a builder of pipes. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns one end. */
  public End near() {
    return near;
  }

  /** Returns the other end. */
  public End far() {
    return far;
  }

  /**
   * One end of a pipe: a {@link Flow} that can also be used without blocking.
   *
   * <p>Closing it with input unread resets the peer, which loses what it had not read, unless this
   * end had shut its output before. What {@link #shutdownInput} dropped counts as unread.
   *
   * <p>The methods that do not block ignore interrupts and do not wait for a turn. They can be used
   * together with the others: {@link #tryWrite} accepts nothing while another thread's write is in
   * progress, and {@link #tryRead} finds nothing while another thread takes what there is.
   *
   * <p><b>Callbacks.</b> {@link #onReadable} and {@link #onWritable} register one callback each. It
   * is called once. It runs in the thread that made it due, before that thread's call returns: one
   * that reads, writes, shuts or closes either end, or the one that registers. No lock is held, so
   * that another thread may already have taken the data or the room. A callback must be quick and
   * must not block. One that itself reads and writes should use an executor, since two that call
   * each other recurse. A second callback, registered before the first was called, replaces it. An
   * exception of a callback goes to the thread's uncaught-exception handler.
   */
  public static final class End implements Flow {
    private final FlowInfo info;
    private final FlowPipeDirection in;
    private final FlowPipeDirection out;
    private final TimeSource time;
    private final Consumer<End> onClose;
    private volatile Duration readTimeout = Duration.ZERO;
    private volatile Duration writeTimeout = Duration.ZERO;
    private volatile boolean closed;

    private End(FlowInfo info, FlowPipeDirection in, FlowPipeDirection out, Builder settings) {
      this.info = info;
      this.in = in;
      this.out = out;
      this.time = settings.time;
      this.onClose = settings.onClose;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      requireWritable(dst);
      try {
        return in.read(dst, readTimeout);
      } catch (ClosedByInterruptException e) {
        close();
        throw e;
      }
    }

    /**
     * Reads what there is, without blocking.
     *
     * @return the count; 0 if there is nothing now, or {@code dst} has no room; -1 at the end
     * @throws IOException as {@link #read} does
     */
    public int tryRead(ByteBuffer dst) throws IOException {
      requireWritable(dst);
      return in.tryRead(dst);
    }

    @Override
    public int available() throws ClosedChannelException {
      requireOpen();
      return in.available();
    }

    /**
     * Runs the callback once, as soon as {@link #tryRead} would return data or the end, or would
     * throw because of a reset or a close of this end.
     */
    public void onReadable(Runnable callback) {
      in.onReadable(requireNonNull(callback, "callback"));
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
      return (int) write(new ByteBuffer[] {src}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, srcs.length);
      for (int i = offset; i < offset + length; i++) {
        requireNonNull(srcs[i], "a buffer");
      }
      Duration timeout = writeTimeout;
      return timeout.isZero()
          ? writeAll(srcs, offset, length)
          : TimedWrite.run(this, timeout, time, () -> writeAll(srcs, offset, length));
    }

    private long writeAll(ByteBuffer[] srcs, int offset, int length) throws IOException {
      try {
        return out.write(srcs, offset, length);
      } catch (IOException e) {
        throw writeFailure(e);
      }
    }

    /**
     * Writes what there is room for, without blocking.
     *
     * @return the count, from 0 to what {@code src} has
     * @throws IOException as {@link #write(ByteBuffer)} does
     */
    public int tryWrite(ByteBuffer src) throws IOException {
      try {
        return out.tryWrite(src);
      } catch (IOException e) {
        throw writeFailure(e);
      }
    }

    /** Returns the failure of a write, after this end has taken note of it. */
    private IOException writeFailure(IOException e) {
      if (e instanceof ClosedByInterruptException) {
        close();
      } else if (e instanceof PeerGoneException) {
        in.loseWriter();
      }
      return e;
    }

    /**
     * Runs the callback once, as soon as {@link #tryWrite} would accept a byte, or would throw
     * because the peer is gone or this end is shut or closed.
     */
    public void onWritable(Runnable callback) {
      out.onWritable(requireNonNull(callback, "callback"));
    }

    @Override
    public void shutdownInput() throws IOException {
      requireOpen();
      in.endInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
      requireOpen();
      out.endOutput();
    }

    @Override
    public void readTimeout(Duration atMost) {
      readTimeout = TimeLimit.requireNotNegative(atMost);
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
      return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() {
      close(false);
    }

    /**
     * Closes this end as a crash would: the peer loses what it has not read, and its reads and
     * writes throw {@link PeerGoneException}. If this end had shut its output before, the peer
     * still reads to the end, and only its writes throw. Does nothing on a closed end.
     */
    public void reset() {
      close(true);
    }

    // Every caller takes each step, so that none returns before the end is closed. The directions
    // are locked one after the other, never both.
    private void close(boolean asReset) {
      closed = true;
      boolean resetsPeer = in.closeReader(asReset);
      if (out.closeWriter(resetsPeer)) {
        onClose.accept(this);
      }
    }

    private void requireOpen() throws ClosedChannelException {
      if (closed) {
        throw new ClosedChannelException();
      }
    }

    private static void requireWritable(ByteBuffer dst) {
      if (dst.isReadOnly()) {
        throw new IllegalArgumentException("dst is read-only");
      }
    }

    /**
     * Diverts what this end writes from now on, also the rest of a write in progress. The other end
     * reads what the result delivers. A network diverts both ends, since a close of one then
     * reaches the other only as a delivery.
     */
    public Delivery divert(Diversion to) {
      out.divert(requireNonNull(to, "to"));
      return new Delivery(out);
    }

    /** Returns the number of bytes of memory that both directions hold. */
    int allocated() {
      return in.allocated() + out.allocated();
    }

    /** Returns what {@link #info} prints. */
    @Override
    public String toString() {
      return info.toString();
    }
  }

  /**
   * The transit of what one end writes: a network that delays, holds or changes bytes takes them
   * here and passes them on to a {@link Delivery}. Thread-safe. Called without any lock of the
   * pipe.
   */
  public interface Diversion {
    /**
     * Accepts all bytes of a write; blocks while there is no room for them. Only one thread writes
     * at a time. {@link #close} wakes it.
     *
     * @throws IOException as {@link Flow#write} does
     */
    void write(ByteBuffer src) throws IOException;

    /** Accepts the bytes that there is room for, without blocking, and returns their number. */
    int tryWrite(ByteBuffer src) throws IOException;

    /**
     * Runs the callback once, as soon as {@link #tryWrite} would accept a byte or throw. The
     * callback throws nothing.
     */
    void onWritable(Runnable callback);

    /** Accepts the end of the output. Called once, before or without a close. */
    void end();

    /** Accepts the close of the end that writes. Called once. */
    void close(boolean asReset);
  }

  /**
   * The far side of a {@link Diversion}: makes diverted bytes readable at the other end. The caller
   * keeps the order, and calls from one thread at a time. No method blocks.
   */
  public static final class Delivery {
    private final FlowPipeDirection direction;

    private Delivery(FlowPipeDirection direction) {
      this.direction = direction;
    }

    /**
     * Delivers the bytes that there is room for.
     *
     * @return their number; can be 0 also while a write from before the diversion is in progress
     * @throws PeerGoneException if the reading end is closed
     */
    public int deliver(ByteBuffer src) throws PeerGoneException {
      return direction.deliver(src);
    }

    /** Returns the number of bytes that the direction has carried so far. */
    public long position() {
      return direction.written();
    }

    /** Runs the callback once, as soon as {@link #deliver} would accept a byte or throw. */
    public void onDeliverable(Runnable callback) {
      direction.onDeliverable(requireNonNull(callback, "callback"));
    }

    /** Delivers the end: the reader reads what was delivered, then -1. */
    public void end() {
      direction.deliverEnd();
    }

    /**
     * Delivers a reset: the reader reads what was delivered, and its next read throws {@link
     * PeerGoneException}. Does nothing after the end.
     */
    public void reset() {
      direction.deliverReset();
    }
  }

  /** Settings of pipes. Not thread-safe; can build any number of pipes. */
  public static final class Builder {
    private static final FlowInfo NEAR = FlowInfo.of("pipe", "near", "far");
    private static final FlowInfo FAR = FlowInfo.of("pipe", "far", "near");

    private int capacity = 64 * 1024;
    private TimeSource time = TimeSource.system();
    private FlowInfo near = NEAR;
    private FlowInfo far = FAR;
    private boolean likeTcp;
    private Consumer<End> onClose = end -> {};

    private Builder() {}

    private FlowPipeDirection direction(FlowInfo reader, FlowInfo writer) {
      return new FlowPipeDirection(capacity, likeTcp, time, reader, writer);
    }

    /** Sets how many unread bytes each direction holds. Defaults to 64 KiB. */
    public Builder capacity(int bytes) {
      if (bytes < 1 || bytes > FlowPipeContent.MAX_CAPACITY) {
        throw new IllegalArgumentException(
            "bytes (%d) must be from 1 to %d".formatted(bytes, FlowPipeContent.MAX_CAPACITY));
      }
      capacity = bytes;
      return this;
    }

    /** Sets the clock of the timeouts. Defaults to the system's. */
    public Builder timeSource(TimeSource time) {
      this.time = requireNonNull(time, "time");
      return this;
    }

    /** Sets the {@link Flow#info} of each end. */
    public Builder info(FlowInfo near, FlowInfo far) {
      this.near = requireNonNull(near, "near");
      this.far = requireNonNull(far, "far");
      return this;
    }

    /**
     * Makes the pipe behave as a TCP connection does where the two differ:
     *
     * <ul>
     *   <li>the first write after the peer's clean close succeeds, and only later ones throw {@link
     *       PeerGoneException};
     *   <li>what was written before a reset can still be read;
     *   <li>what is written to a peer that has shut its input fills the capacity, and then blocks.
     * </ul>
     */
    public Builder likeTcp() {
      likeTcp = true;
      return this;
    }

    /**
     * Sets the action that is called once for each end, after its close or reset, in the thread
     * that closes it. It must not block or throw.
     */
    public Builder onClose(Consumer<End> action) {
      onClose = requireNonNull(action, "action");
      return this;
    }

    /** Returns a new pipe. */
    public FlowPipe build() {
      return new FlowPipe(this);
    }
  }
}
