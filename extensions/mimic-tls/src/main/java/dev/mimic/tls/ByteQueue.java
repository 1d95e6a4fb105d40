package dev.mimic.tls;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;

/**
 * Bytes in the order in which they came: appended at the end, taken from the front. A heap buffer,
 * with which the JDK's engine is faster than with a direct one.
 */
final class ByteQueue {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);
  private static final int MOST_TIMES_TOO_LARGE = 4;

  private ByteBuffer bytes = NONE; // what is there: from position to limit
  private WeakReference<ByteBuffer> spare = new WeakReference<>(NONE); // of no bytes

  /** Returns the bytes; to move its position is to take them. */
  ByteBuffer front() {
    return bytes;
  }

  boolean isEmpty() {
    return !bytes.hasRemaining();
  }

  /** Returns so much room at the end; what is put there counts when it is appended. */
  ByteBuffer room(int size) {
    if (isEmpty()) {
      bytes = empty(size);
    } else if (bytes.capacity() - bytes.limit() < size) {
      makeRoom(size);
    }
    int end = bytes.limit();
    return bytes.duplicate().limit(end + size).position(end);
  }

  /** Returns a buffer without bytes; the last one, unless it is too small, or far too large. */
  private ByteBuffer empty(int size) {
    ByteBuffer last = bytes.capacity() == 0 ? spare.get() : bytes;
    if (last == null || last.capacity() < size || last.capacity() / MOST_TIMES_TOO_LARGE > size) {
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

  /** Appends what was put into the last {@link #room}. */
  void append(ByteBuffer room) {
    bytes.limit(room.position());
  }

  /** Moves bytes into {@code dst}, as many as it has room for; returns how many. */
  int take(ByteBuffer dst) {
    int count = Math.min(bytes.remaining(), dst.remaining());
    dst.put(dst.position(), bytes, bytes.position(), count);
    dst.position(dst.position() + count);
    bytes.position(bytes.position() + count);
    return count;
  }

  /**
   * Holds no memory any more if there are no bytes. A flow in use has it again at its next use; one
   * that is idle when garbage is collected gives it back.
   */
  void rest() {
    if (isEmpty() && bytes.capacity() > 0) {
      if (!spare.refersTo(bytes)) {
        spare = new WeakReference<>(bytes);
      }
      bytes = NONE;
    }
  }
}
