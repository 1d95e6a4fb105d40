package dev.mimic;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of bytes in a ring, which grows by doubling as it fills. Not thread-safe.
 *
 * <p>A ring that is empty is only weakly held: a busy stream, which is drained all the time, finds
 * it again, and a quiet one loses it to the next garbage collection.
 *
 * <p>To put or to take much goes in three steps, of which only the first and the last need be
 * guarded: {@link #beginPut}, {@link Span#copyFrom}, {@link #endPut}; and so to take. Between them,
 * one thread puts at most and one takes, each in its own span of the ring.
 */
final class FlowPipeRing {
  /** The largest capacity: the sum of two places in the ring is still an {@code int}. */
  static final int LARGEST = 1 << 30;

  private static final int SMALLEST = 512;

  /** A stretch of a ring, which may run over its end. */
  static final class Span {
    private final byte[] ring;
    private final int from;
    private final int count;

    private Span(byte[] ring, int from, int count) {
      this.ring = ring;
      this.from = from;
      this.count = count;
    }

    int count() {
      return count;
    }

    private int straight() {
      return Math.min(count, ring.length - from);
    }

    /** Copies as many bytes in, and leaves the position of {@code src} where it is. */
    void copyFrom(ByteBuffer src) {
      src.get(src.position(), ring, from, straight());
      src.get(src.position() + straight(), ring, 0, count - straight());
    }

    /** Copies as many bytes out, and leaves the position of {@code dst} where it is. */
    void copyTo(ByteBuffer dst) {
      dst.put(dst.position(), ring, from, straight());
      dst.put(dst.position() + straight(), ring, 0, count - straight());
    }
  }

  private final int capacity;
  private byte @Nullable [] ring; // null while it is empty, and nothing is being put
  private @Nullable WeakReference<byte[]> spare; // a ring that was drained
  private int head;
  private int size; // with what is being taken, without what is being put
  private boolean putting;
  private boolean taking;

  FlowPipeRing(int capacity) {
    this.capacity = capacity;
  }

  int size() {
    return size;
  }

  /** Returns whether there are no bytes, not even such as are being taken. */
  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == capacity;
  }

  boolean isHalfEmpty() {
    return size <= capacity / 2;
  }

  /** Returns whether there are bytes to take, and nobody is about it. */
  boolean canTake() {
    return size > 0 && !taking;
  }

  /** Returns how much memory it holds on to. */
  int allocated() {
    return ring == null ? 0 : ring.length;
  }

  /** Returns where to put so many bytes, or what there is room for. */
  Span beginPut(int atMost) {
    int count = Math.min(atMost, capacity - size);
    byte[] to = ringFor(size + count);
    putting = true;
    return new Span(to, wrap(head + size, to), count);
  }

  /**
   * Returns whether what was put is now there; otherwise the ring was cleared, or the put refused.
   */
  boolean endPut(int count) {
    boolean accepted = putting;
    putting = false;
    size += accepted ? count : 0;
    releaseIfEmpty();
    return accepted;
  }

  /** Lets the put that is under way end in vain. */
  void refusePut() {
    putting = false;
  }

  /** Returns where so many bytes are to be had, or what there is, which is something. */
  Span beginTake(int atMost) {
    byte[] from = ring;
    if (from == null || taking) {
      throw new IllegalStateException("nothing can be taken");
    }
    taking = true;
    return new Span(from, head, Math.min(atMost, size));
  }

  /** Returns whether the bytes are taken; otherwise the ring was cleared. */
  boolean endTake(int count) {
    boolean taken = taking;
    taking = false;
    if (taken && ring != null) {
      head = wrap(head + count, ring); // of this ring, which may have grown since
      size -= count;
      releaseIfEmpty();
    }
    return taken;
  }

  /** Drops what there is, and the memory, and makes a put or a take that is under way vain. */
  void clear() {
    ring = null;
    spare = null;
    head = 0;
    size = 0;
    putting = false;
    taking = false;
  }

  /** Leaves the memory to whoever comes first: the next bytes, or the garbage collector. */
  private void releaseIfEmpty() {
    byte[] drained = ring;
    if (size > 0 || putting || drained == null) {
      return;
    }
    if (spare == null || !spare.refersTo(drained)) {
      spare = new WeakReference<>(drained);
    }
    ring = null;
    head = 0;
  }

  private byte[] ringFor(int needed) {
    byte[] old = ring == null && spare != null ? spare.get() : ring;
    if (old != null && needed <= old.length) {
      ring = old;
      return old;
    }
    int length = Math.min(capacity, Math.max(SMALLEST, powerOfTwoFrom(needed)));
    byte[] larger = old == null || size == 0 ? new byte[length] : grown(old, length);
    ring = larger;
    head = 0;
    return larger;
  }

  private byte[] grown(byte[] old, int length) {
    int straight = Math.min(size, old.length - head);
    byte[] larger = Arrays.copyOfRange(old, head, head + length);
    System.arraycopy(old, 0, larger, straight, size - straight);
    return larger;
  }

  private static int powerOfTwoFrom(int atLeast) {
    return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
  }

  private static int wrap(int place, byte[] ring) {
    return place < ring.length ? place : place - ring.length;
  }
}
