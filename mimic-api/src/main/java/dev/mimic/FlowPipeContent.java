package dev.mimic;

import java.nio.ByteBuffer;

/**
 * What one direction of a {@link FlowPipe} holds, and how far its two sides have ended it: the
 * rules of the stream, without threads. Not thread-safe; {@link FlowPipeDirection} guards it.
 */
final class FlowPipeContent {
  private final FlowPipeRing ring;

  private boolean inputEnded; // the reader has shut its input: what is written is dropped
  private boolean readerClosed; // the reader is gone
  private boolean readerReset; // and it resets its peer
  private boolean outputEnded; // the writer has shut its output, or is closed
  private boolean reset; // the writer is gone, and what it wrote is lost

  FlowPipeContent(int capacity) {
    ring = new FlowPipeRing(capacity);
  }

  /** The reader wants no more. */
  void endInput() {
    inputEnded = true;
    ring.clear();
  }

  /** The writer has no more. */
  void endOutput() {
    outputEnded = true;
  }

  /**
   * The reader is closed. The first call decides whether its end is closed or reset.
   *
   * @return whether the end resets its peer: as it asked, or because it leaves something unread
   */
  boolean closeReader(boolean asReset) {
    if (!readerClosed) {
      readerClosed = true;
      readerReset = asReset || !ring.isEmpty();
      ring.clear();
    }
    return readerReset;
  }

  /** The writer is closed. A reset drops what is not read, unless the reader is at the end. */
  void closeWriter(boolean asReset) {
    if (asReset && !(outputEnded && ring.isEmpty())) {
      reset = true;
      ring.clear();
    }
    outputEnded = true;
  }

  boolean readerClosed() {
    return readerClosed;
  }

  boolean outputEnded() {
    return outputEnded;
  }

  /** Returns whether there are bytes to take. */
  boolean hasBytes() {
    return !ring.isEmpty();
  }

  /** Returns whether a read has something to return or to throw. */
  boolean isReadable() {
    return !ring.isEmpty() || outputEnded || inputEnded || readerClosed;
  }

  /** Returns whether a write would be accepted in part, or has something to throw. */
  boolean isWritable() {
    return !ring.isFull() || isWriteDecided();
  }

  /** Returns whether a write need not wait for room: it is refused, or dropped. */
  boolean isWriteDecided() {
    return outputEnded || inputEnded || readerClosed;
  }

  /** Returns the count, -1 at the end, or 0 if there is no byte to be had or no room for one. */
  int take(ByteBuffer dst, FlowInfo reader) throws PeerGoneException {
    if (!dst.hasRemaining()) {
      return 0;
    }
    if (inputEnded) {
      return -1;
    }
    if (reset) {
      throw new PeerGoneException("%s: reset by the peer".formatted(reader));
    }
    return ring.isEmpty() && outputEnded ? -1 : ring.take(dst);
  }

  /** Accepts what there is room for. */
  void put(ByteBuffer src) {
    if (inputEnded) {
      src.position(src.limit());
    } else {
      ring.put(src);
    }
  }

  /** Returns how much memory the unread bytes hold. */
  int allocated() {
    return ring.allocated();
  }
}
