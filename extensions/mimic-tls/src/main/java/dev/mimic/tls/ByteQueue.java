package dev.mimic.tls;

import java.nio.ByteBuffer;

/** Bytes in the order in which they came: appended at the end, taken from the front. */
final class ByteQueue {
  private ByteBuffer bytes = ByteBuffer.allocate(0); // what is there: from position to limit

  /** Returns the bytes; to move its position is to take them. */
  ByteBuffer front() {
    return bytes;
  }

  boolean isEmpty() {
    return !bytes.hasRemaining();
  }

  /** Returns room at the end, at least so much; what is put there counts when it is appended. */
  ByteBuffer room(int atLeast) {
    if (isEmpty()) {
      bytes.clear().limit(0);
    }
    if (bytes.capacity() - bytes.limit() < atLeast) {
      makeRoom(atLeast);
    }
    int end = bytes.limit();
    return bytes.duplicate().limit(bytes.capacity()).position(end);
  }

  private void makeRoom(int atLeast) {
    if (bytes.capacity() - bytes.remaining() < atLeast) {
      bytes = ByteBuffer.allocate(bytes.remaining() + atLeast).put(bytes).flip();
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
}
