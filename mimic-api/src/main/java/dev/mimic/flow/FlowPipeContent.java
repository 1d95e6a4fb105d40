package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The unread bytes of one direction of a {@link FlowPipe}, and how far its two sides have ended it:
 * the rules of the stream, without threads. Not thread-safe; {@link FlowPipeDirection} guards it.
 *
 * <p>The bytes are in a circular array, which grows by doubling up to the capacity. A drained array
 * is only weakly reachable: a busy stream, which drains it all the time, finds it again, and an
 * idle one loses it to the next garbage collection.
 *
 * <p>Bytes are put and taken in three steps: {@link #beginPut} or {@link #beginTake}, {@link
 * Copy#run} and {@link #end}. The second needs no lock. One put and one take can be in progress at
 * a time; they do not overlap in the array.
 */
final class FlowPipeContent {
  /** The largest capacity: the sum of two positions in the array is still an {@code int}. */
  static final int MAX_CAPACITY = 1 << 30;

  private static final int MIN_LENGTH = 512;

  /** A copy between a buffer and a range of the array, which can run past the end of the array. */
  static final class Copy {
    private final ByteBuffer buffer;
    private final byte[] array;
    private final int from;
    private final int count;
    private final boolean isPut;
    private boolean done;

    private Copy(ByteBuffer buffer, byte[] array, int from, int count, boolean isPut) {
      this.buffer = buffer;
      this.array = array;
      this.from = from;
      this.count = count;
      this.isPut = isPut;
    }

    int count() {
      return count;
    }

    /** Copies the bytes. Does not move the position of the buffer. */
    void run() {
      int position = buffer.position();
      int straight = Math.min(count, array.length - from);
      if (isPut) {
        buffer.get(position, array, from, straight);
        buffer.get(position + straight, array, 0, count - straight);
      } else {
        buffer.put(position, array, from, straight);
        buffer.put(position + straight, array, 0, count - straight);
      }
      done = true;
    }
  }

  private final int capacity;
  private final boolean likeTcp;
  private byte @Nullable [] array; // null while there are no bytes and no put is in progress
  private @Nullable WeakReference<byte[]> drained; // an earlier array
  private int head;
  private int size; // includes what is being taken, excludes what is being put
  private boolean putting;
  private boolean taking;

  // Each is set once and never cleared.
  private boolean inputEnded; // the reader has shut its input: it reads nothing more
  private boolean dropped; // unread bytes were dropped
  private boolean readerClosed;
  private boolean readerReset; // the reader resets its peer by its close
  private boolean outputEnded; // the writer has shut its output, or is closed
  private boolean writerClosed;
  private boolean endArrived; // the reader sees the end after the bytes
  private boolean endRead; // the reader has read a clean end
  private boolean writtenAfterClose; // a write has been answered by a reset, as over TCP
  private @Nullable String gone; // why the bytes are not followed by a clean end

  FlowPipeContent(int capacity, boolean likeTcp) {
    this.capacity = capacity;
    this.likeTcp = likeTcp;
  }

  /** Returns the number of bytes that can still be read, including those that are being taken. */
  int available() {
    return inputEnded ? 0 : size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == capacity;
  }

  boolean isHalfEmpty() {
    return size <= capacity / 2;
  }

  boolean isTaking() {
    return taking;
  }

  boolean isPutting() {
    return putting;
  }

  boolean canTake() {
    return size > 0 && !taking && !inputEnded;
  }

  /** Returns the length of the array that is held. */
  int allocated() {
    return array == null ? 0 : array.length;
  }

  /** Begins to put as many bytes of {@code src} as there is room for. */
  Copy beginPut(ByteBuffer src) {
    int count = Math.min(src.remaining(), capacity - size);
    byte[] to = arrayFor(size + count);
    putting = true;
    return new Copy(src, to, wrap(head + size, to), count, true);
  }

  /** Begins to take bytes, of which there must be some, as far as {@code dst} has room for them. */
  Copy beginTake(ByteBuffer dst) {
    byte[] from = requireNonNull(array);
    taking = true;
    return new Copy(dst, from, head, Math.min(dst.remaining(), size), false);
  }

  /**
   * Ends a copy, and moves the position of its buffer; or returns false if it was not run, or was
   * discarded meanwhile because a side has ended.
   */
  boolean end(Copy copy) {
    boolean valid = copy.done && (copy.isPut ? putting : taking);
    if (copy.isPut) {
      putting = false;
      size += valid ? copy.count : 0;
    } else {
      taking = false;
      if (valid) {
        head = wrap(head + copy.count, requireNonNull(array)); // a put may have replaced the array
        size -= copy.count;
      }
    }
    if (valid) {
      copy.buffer.position(copy.buffer.position() + copy.count);
    }
    releaseIfEmpty();
    return valid;
  }

  private void releaseIfEmpty() {
    byte[] empty = array;
    if (size > 0 || putting || empty == null) {
      return;
    }
    if (drained == null || !drained.refersTo(empty)) {
      drained = new WeakReference<>(empty);
    }
    array = null;
    head = 0;
  }

  private byte[] arrayFor(int needed) {
    byte[] old = array == null && drained != null ? drained.get() : array;
    if (old == null || old.length < needed) {
      int doubled = needed == 1 ? 1 : Integer.highestOneBit(needed - 1) << 1;
      old = grown(old, Math.min(capacity, Math.max(MIN_LENGTH, doubled)));
    }
    array = old;
    return old;
  }

  private byte[] grown(byte @Nullable [] old, int length) {
    byte[] larger;
    if (old == null || size == 0) {
      larger = new byte[length];
    } else {
      int straight = Math.min(size, old.length - head);
      larger = Arrays.copyOfRange(old, head, head + length);
      System.arraycopy(old, 0, larger, straight, size - straight);
    }
    head = 0;
    return larger;
  }

  private static int wrap(int position, byte[] array) {
    return position < array.length ? position : position - array.length;
  }

  /** Drops the bytes and the memory, and discards the put and the take in progress. */
  private void clear() {
    array = null;
    drained = null;
    head = 0;
    size = 0;
    putting = false;
    taking = false;
  }

  /** Ends the input: drops what is unread, and what will be written. */
  void endInput() {
    inputEnded = true;
    dropped |= size > 0;
    clear();
  }

  /** Ends the output: the writer can put nothing more. */
  void endOutput() {
    outputEnded = true;
    putting = false;
  }

  /** Ends the stream: the reader reads the bytes, then the end. */
  void arriveEnd() {
    endArrived = true;
  }

  /** Breaks the stream before its end. The reader loses the bytes, unless this is like TCP. */
  void arriveReset() {
    if (gone == null && !endArrived) {
      gone = "reset by the peer";
      if (!likeTcp) {
        clear();
      }
    }
  }

  /**
   * Closes the reader. The first call decides whether its end is closed or reset.
   *
   * @return whether the end resets its peer: on request, or because it left something unread
   */
  boolean closeReader(boolean asReset) {
    if (!readerClosed) {
      readerClosed = true;
      readerReset = asReset || dropped || size > 0;
      clear();
    }
    return readerReset;
  }

  /** Closes the writer. */
  void closeWriter() {
    endOutput();
    writerClosed = true;
  }

  /** Replaces the end, unless it was read: the reader knows by a failed write that it is alone. */
  void loseWriter() {
    if (gone == null && !endRead) {
      gone = "a write has failed";
    }
  }

  boolean hasEnded() {
    return outputEnded || inputHasEnded();
  }

  /** Returns whether a write ends without waiting for room. */
  boolean inputHasEnded() {
    return readerClosed || (inputEnded && !likeTcp);
  }

  /** Returns whether a read has something to return or to throw. */
  boolean isReadable() {
    boolean atEnd = size == 0 && (gone != null || endArrived);
    return canTake() || atEnd || inputEnded || readerClosed;
  }

  boolean outputEnded() {
    return outputEnded;
  }

  boolean writerClosed() {
    return writerClosed;
  }

  void requireInput(boolean waited) throws ClosedChannelException {
    if (readerClosed) {
      throw closed(waited);
    }
  }

  void requireOutput(boolean waited) throws ClosedChannelException {
    if (outputEnded) {
      throw closed(waited);
    }
  }

  private static ClosedChannelException closed(boolean waited) {
    return waited ? new AsynchronousCloseException() : new ClosedChannelException();
  }

  void requireReader(FlowInfo writer) throws PeerGoneException {
    if (readerClosed) {
      throw new PeerGoneException(
          "%s is gone: %s by the peer".formatted(writer, readerReset ? "reset" : "closed"));
    }
  }

  /**
   * Accepts and drops the first write after the peer's clean close, if this is like TCP: there the
   * write is sent, and only the peer's answer to it is a reset.
   */
  boolean dropsAfterClose(ByteBuffer src) {
    boolean drops = readerClosed && likeTcp && !readerReset && !writtenAfterClose;
    if (drops) {
      writtenAfterClose = true;
      src.position(src.limit());
    }
    return drops;
  }

  /** Returns -1 where a read finds the end, and 0 where there are bytes or may yet be. */
  int end(FlowInfo reader) throws PeerGoneException {
    if (inputEnded) {
      return -1;
    }
    if (size > 0) {
      return 0;
    }
    if (gone != null) {
      throw new PeerGoneException("%s is gone: %s".formatted(reader, gone));
    }
    endRead = endArrived;
    return endArrived ? -1 : 0;
  }

  /** Returns whether nothing can be put; after the end of the input, {@code src} is dropped. */
  boolean drops(ByteBuffer src) {
    if (readerClosed) {
      return true;
    }
    if (inputEnded && !likeTcp) {
      dropped |= src.hasRemaining();
      src.position(src.limit());
      return true;
    }
    return false;
  }
}
