package dev.mimic.tls;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;

/**
 * A queue of bytes in a growing heap buffer. The JDK's engine is faster with a heap buffer than
 * with a direct one.
 */
final class ByteQueue {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final int MAX_OVERSIZE_FACTOR = 4;

  private ByteBuffer bytes = NONE; // the content lies between position and limit
  private WeakReference<ByteBuffer> spare = new WeakReference<>(NONE); // an empty buffer for reuse

  /** Returns the content. Advancing its position removes bytes from the queue. */
  ByteBuffer front() {
    return bytes;
  }

  boolean isEmpty() {
    return !bytes.hasRemaining();
  }

  /** Returns free space of {@code size} bytes at the end, to be filled and passed to append. */
  ByteBuffer room(int size) {
    if (isEmpty()) {
      bytes = empty(size);
    } else if (bytes.capacity() - bytes.limit() < size) {
      makeRoom(size);
    }
    int end = bytes.limit();
    return bytes.duplicate().limit(end + size).position(end);
  }

  /** Returns an empty buffer: the last one, unless it is too small or far too large. */
  private ByteBuffer empty(int size) {
    ByteBuffer last = bytes.capacity() == 0 ? spare.get() : bytes;
    if (last == null || last.capacity() < size || last.capacity() / MAX_OVERSIZE_FACTOR > size) {
      last = ByteBuffer.allocate(size);
    }
    return last.clear().limit(0);
  }

  private void makeRoom(int size) {
    int needed = bytes.remaining() + size;
    if (bytes.capacity() < needed) {
      bytes = ByteBuffer.allocate(Math.max(needed, 2 * bytes.capacity())).put(bytes).flip();
    } else {
      bytes.compact().flip();
    }
  }

  /** Appends the bytes that were put into the last {@link #room}. */
  void append(ByteBuffer room) {
    bytes.limit(room.position());
  }

  /** Moves as many bytes as fit into {@code dst} and returns their number. */
  int take(ByteBuffer dst) {
    int count = Math.min(bytes.remaining(), dst.remaining());
    dst.put(dst.position(), bytes, bytes.position(), count);
    dst.position(dst.position() + count);
    bytes.position(bytes.position() + count);
    return count;
  }

  /**
   * Releases the memory if the queue is empty. The buffer remains weakly referenced: a busy flow
   * reuses it, and the garbage collector reclaims that of an idle flow.
   */
  void releaseIfEmpty() {
    if (isEmpty() && bytes.capacity() > 0) {
      if (!spare.refersTo(bytes)) {
        spare = new WeakReference<>(bytes);
      }
      bytes = NONE;
    }
  }
}
