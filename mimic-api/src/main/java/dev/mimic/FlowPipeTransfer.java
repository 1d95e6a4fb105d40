package dev.mimic;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What moves the bytes of one direction of a {@link FlowPipe}: from the writer's buffer into that
 * of a reader who waits, or out of the buffer of a writer who waits into the reader's, without a
 * halt; only where nobody waits do they lie in the {@link FlowPipeContent} between.
 *
 * <p>All is called with the lock held, and some of it releases that for a while: to copy much, and
 * to wait.
 */
final class FlowPipeTransfer {
  /** Up to so many bytes are copied with the lock held. */
  private static final int FEW = 1024;

  private final FlowPipeLock lock; // guards what follows
  private final FlowPipeContent content;
  private final FlowInfo reader;
  private final FlowPipeWaits readers = new FlowPipeWaits(); // none of whom has been called
  private @Nullable FlowPipeWait rest; // of the write that has its turn, and waits for room

  FlowPipeTransfer(FlowPipeLock lock, FlowPipeContent content, FlowInfo reader) {
    this.lock = lock;
    this.content = content;
    this.reader = reader;
  }

  /** Returns the count, -1 at the end, or 0 if there is nothing now, or no room for it. */
  int take(ByteBuffer dst) throws IOException {
    if (!dst.hasRemaining()) {
      return 0;
    }
    if (content.canTake()) {
      return takeFromRing(dst);
    }
    int end = content.end(reader);
    return end == 0 && content.isEmpty() ? takeFromWriter(dst) : end;
  }

  private int takeFromRing(ByteBuffer dst) throws IOException {
    FlowPipeRing.Span span = content.beginTake(dst.remaining());
    boolean taken = false;
    int copied = 0;
    boolean apart = releaseFor(span);
    try {
      span.copyTo(dst);
      copied = span.count();
    } finally {
      lockAfter(apart);
      taken = content.endTake(copied);
      callReader(); // one was called for these bytes, and may have left some to the next
    }
    if (!taken) {
      content.requireOpenInput(true);
      return content.end(reader);
    }
    dst.position(dst.position() + copied);
    callWriter();
    return copied;
  }

  private int takeFromWriter(ByteBuffer dst) {
    int count = rest == null ? 0 : rest.empty(dst);
    callWriter();
    return count;
  }

  /** Puts what there is a reader or room for; nothing if one side is ended meanwhile. */
  void put(ByteBuffer src) {
    while (src.hasRemaining() && content.isEmpty() && !content.inputEnded() && fillReader(src)) {}
    if (content.inputEnded()) {
      content.drop(src);
    } else if (src.hasRemaining() && !content.isFull()) {
      putIntoRing(src);
    }
  }

  private void putIntoRing(ByteBuffer src) {
    FlowPipeRing.Span span = content.beginPut(src.remaining());
    int copied = 0;
    boolean apart = releaseFor(span);
    try {
      span.copyFrom(src);
      copied = span.count();
    } finally {
      lockAfter(apart);
      if (content.endPut(copied)) {
        src.position(src.position() + copied);
      }
      callReader();
    }
  }

  /** Much is copied without the lock, so that one side can put while the other takes. */
  private boolean releaseFor(FlowPipeRing.Span span) {
    boolean apart = span.count() > FEW;
    if (apart) {
      lock.unlockAndCall();
    }
    return apart;
  }

  private void lockAfter(boolean apart) {
    if (apart) {
      lock.lock();
    }
  }

  /** Hands bytes to the first reader who waits; returns whether there is one who could take any. */
  private boolean fillReader(ByteBuffer src) {
    FlowPipeWait first = readers.first();
    if (first == null || !first.fill(src)) {
      return false;
    }
    readers.remove(first);
    lock.call(first);
    return true;
  }

  /** Calls a reader if there are bytes for one, and all if there will be none. */
  private void callReader() {
    if (content.canTake()) {
      lock.call(readers.poll());
    } else if (content.isReadable()) { // the end came while bytes were being taken
      lock.callAll(readers);
    }
  }

  /** Not for each few bytes: to be woken costs more than to copy them. */
  private void callWriter() {
    if (rest != null && (content.isHalfEmpty() || !rest.buffer().hasRemaining())) {
      lock.call(rest);
    }
  }

  /** Has the reader wait for bytes in the queue. */
  void add(FlowPipeWait read) {
    readers.add(read);
  }

  /** Takes the reader out of the queue, if it is there; returns whether it was. */
  boolean remove(FlowPipeWait read) {
    return readers.remove(read);
  }

  /** Waits for room, or a reader who takes what is left. */
  void awaitRoom(ByteBuffer src) {
    rest = new FlowPipeWait(src);
    awaitUnlocked(rest);
    rest = null;
  }

  /** Waits without the lock. A reader that only has a callback hears before of what is there. */
  void awaitUnlocked(FlowPipeWait wait) {
    lock.unlockAndCall();
    wait.await();
    lock.lock();
  }

  /** Has all who wait woken when the lock is released. */
  void callAll() {
    lock.callAll(readers);
    lock.call(rest);
  }
}
