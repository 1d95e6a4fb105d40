package dev.mimic;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * What one direction of a {@link FlowPipe} holds, and how far its two sides have ended it: the
 * rules of the stream, without threads. Not thread-safe; {@link FlowPipeDirection} guards it.
 */
final class FlowPipeContent {
  private final FlowPipeRing ring;

  private boolean writing; // a write has its turn
  private boolean inputEnded; // the reader has shut its input: what is written is dropped
  private boolean dropped; // and something was
  private boolean readerClosed; // the reader is gone
  private boolean readerReset; // and it resets its peer
  private boolean outputEnded; // the writer has shut its output, or is closed
  private boolean writerClosed; // the writer is gone
  private boolean endTaken; // the reader knows of a clean end
  private @Nullable String gone; // why the reader finds no clean end, after what there is

  FlowPipeContent(int capacity) {
    ring = new FlowPipeRing(capacity);
  }

  /** The reader wants no more. */
  void endInput() {
    inputEnded = true;
    dropped |= !ring.isEmpty();
    ring.clear();
  }

  /** The writer has no more. */
  void endOutput() {
    outputEnded = true;
    ring.refusePut();
  }

  /**
   * The reader is closed. The first call decides whether its end is closed or reset.
   *
   * @return whether the end resets its peer: as it asked, or because it left something unread
   */
  boolean closeReader(boolean asReset) {
    if (!readerClosed) {
      readerClosed = true;
      readerReset = asReset || dropped || !ring.isEmpty();
      ring.clear();
    }
    return readerReset;
  }

  /** The writer is closed. A reset drops what is not read, unless the output has ended before. */
  void closeWriter(boolean asReset) {
    if (asReset && !outputEnded) {
      gone = "reset by the peer";
      ring.clear();
    }
    endOutput();
    writerClosed = true;
  }

  /** The reader has heard otherwise that its peer is gone: no clean end, unless it was there. */
  void loseWriter() {
    if (gone == null && !endTaken) {
      gone = "a write has failed";
    }
  }

  boolean writerClosed() {
    return writerClosed;
  }

  /** Returns whether a write is under way. */
  boolean isWriting() {
    return writing;
  }

  /** A write begins: no other is accepted. */
  void beginWrite() {
    writing = true;
  }

  /** The write that was under way has ended. */
  void endWrite() {
    writing = false;
  }

  /** Returns whether there are bytes to take, and nobody is about it. */
  boolean canTake() {
    return ring.canTake();
  }

  /** Returns how many bytes there are to be read. */
  int size() {
    return ring.size();
  }

  /** Returns whether there are no bytes, not even such as are being taken. */
  boolean isEmpty() {
    return ring.isEmpty();
  }

  /** Returns whether there is no room. */
  boolean isFull() {
    return ring.isFull();
  }

  /** Returns whether so much was read that a writer who waits should go on. */
  boolean isHalfEmpty() {
    return ring.isHalfEmpty();
  }

  /** Returns whether what is written is dropped. */
  boolean inputEnded() {
    return inputEnded;
  }

  /** Returns whether a read has something to return or to throw. */
  boolean isReadable() {
    boolean isAtEnd = ring.isEmpty() && (gone != null || outputEnded);
    return ring.canTake() || isAtEnd || inputEnded || readerClosed;
  }

  /** Returns whether one more write would be accepted in part, be dropped, or has to throw. */
  boolean isWritable() {
    boolean hasRoom = !writing && !ring.isFull();
    return hasRoom || outputEnded || inputEnded || readerClosed;
  }

  /** Begins to take bytes, of which there are some. */
  FlowPipeRing.Span beginTake(int atMost) {
    return ring.beginTake(atMost);
  }

  /** Returns whether the bytes are taken; if not, the input was ended meanwhile in some way. */
  boolean endTake(int count) {
    return ring.endTake(count);
  }

  /** Returns -1 where a read finds the end, and 0 where bytes are to be had or may yet come. */
  int end(FlowInfo reader) throws PeerGoneException {
    if (inputEnded) {
      return -1;
    }
    if (!ring.isEmpty()) {
      return 0;
    }
    if (gone != null) {
      throw new PeerGoneException("%s is gone: %s".formatted(reader, gone));
    }
    endTaken = outputEnded;
    return outputEnded ? -1 : 0;
  }

  /** Throws if the reader is closed. */
  void requireOpenInput(boolean waited) throws ClosedChannelException {
    if (readerClosed) {
      throw closed(waited);
    }
  }

  /** Throws if the output has ended. */
  void requireOpenOutput(boolean waited) throws ClosedChannelException {
    if (outputEnded) {
      throw closed(waited);
    }
  }

  private static ClosedChannelException closed(boolean waited) {
    return waited ? new AsynchronousCloseException() : new ClosedChannelException();
  }

  /** Throws if there is nobody to write to. */
  void requireReader(FlowInfo writer) throws PeerGoneException {
    if (readerClosed) {
      throw new PeerGoneException(
          "%s is gone: %s by the peer".formatted(writer, readerReset ? "reset" : "closed"));
    }
  }

  /** Accepts all, for nobody. */
  void drop(ByteBuffer src) {
    dropped |= src.hasRemaining();
    src.position(src.limit());
  }

  /** Begins to put bytes where there is room. */
  FlowPipeRing.Span beginPut(int atMost) {
    return ring.beginPut(atMost);
  }

  /** Returns whether the bytes are there; if not, the input or the output was ended meanwhile. */
  boolean endPut(int count) {
    return ring.endPut(count);
  }

  /** Returns how much memory the unread bytes hold. */
  int allocated() {
    return ring.allocated();
  }
}
