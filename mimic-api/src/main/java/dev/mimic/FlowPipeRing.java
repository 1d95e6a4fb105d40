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
 */
final class FlowPipeRing {
  /** The largest capacity: the sum of two places in the ring is still an {@code int}. */
  static final int LARGEST = 1 << 30;

  private static final int SMALLEST = 512;

  private final int capacity;
  private byte @Nullable [] ring; // null while it is empty
  private @Nullable WeakReference<byte[]> spare; // a ring that was drained
  private int head;
  private int size;

  FlowPipeRing(int capacity) {
    this.capacity = capacity;
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

  /** Returns how much memory it holds on to. */
  int allocated() {
    return ring == null ? 0 : ring.length;
  }

  /** Takes in as much as there is room for. */
  void put(ByteBuffer src) {
    int count = Math.min(src.remaining(), capacity - size);
    if (count == 0) {
      return;
    }
    byte[] to = ringFor(size + count);
    int tail = wrap(head + size, to);
    int straight = Math.min(count, to.length - tail);
    src.get(to, tail, straight);
    src.get(to, 0, count - straight);
    size += count;
  }

  /** Gives out as much as there is and {@code dst} has room for, and returns the count. */
  int take(ByteBuffer dst) {
    int count = Math.min(dst.remaining(), size);
    byte[] from = ring;
    if (count == 0 || from == null) {
      return 0;
    }
    int straight = Math.min(count, from.length - head);
    dst.put(from, head, straight);
    dst.put(from, 0, count - straight);
    head = wrap(head + count, from);
    size -= count;
    if (size == 0) {
      release(from);
    }
    return count;
  }

  /** Drops what there is, and the memory. */
  void clear() {
    ring = null;
    spare = null;
    head = 0;
    size = 0;
  }

  /** Leaves the memory to whoever comes first: the next bytes, or the garbage collector. */
  private void release(byte[] drained) {
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
