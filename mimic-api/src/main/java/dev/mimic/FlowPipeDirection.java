package dev.mimic;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link FlowPipe}: the bytes that one end has written and the other has not
 * read. Called by both ends; knows nothing of the other direction.
 *
 * <p>Bytes go from the writer's buffer into that of a reader who waits, or out of the buffer of a
 * writer who waits into the reader's, without a halt; only where nobody waits do they lie in the
 * {@link FlowPipeContent} between.
 *
 * <p>One lock guards it all. Callbacks, timers and the other direction are called without it, and
 * so are threads woken: each method ends in {@link #unlockAndCall}, which wakes the threads and
 * runs the callbacks that have come due.
 *
 * <p>A method that throws {@link ClosedByInterruptException} leaves it to its caller, the end, to
 * close both directions.
 */
final class FlowPipeDirection {
  /** Up to so many bytes are copied with the lock held. */
  private static final int FEW = 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final TimeSource.Timer NO_TIMER = () -> {};

  private final TimeSource time;
  private final FlowInfo reader;
  private final FlowInfo writer;

  private final FlowPipeLock lock = new FlowPipeLock(); // guards what follows
  private final FlowPipeContent content;
  private final FlowPipeWaits readers = new FlowPipeWaits(); // none of whom has been called
  private final FlowPipeWaits turns = new FlowPipeWaits(); // of writers
  private boolean writing; // a write has its turn
  private @Nullable FlowPipeWait rest; // of that write, which waits for room
  private @Nullable Runnable onReadable;
  private @Nullable Runnable onWritable;

  FlowPipeDirection(int capacity, TimeSource time, FlowInfo reader, FlowInfo writer) {
    this.content = new FlowPipeContent(capacity);
    this.time = time;
    this.reader = reader;
    this.writer = writer;
  }

  /** Reads, and waits for the first byte if it must; at most this long, zero being without end. */
  int read(ByteBuffer dst, Duration atMost) throws IOException {
    lock.lock();
    try {
      requireOpenInput(false);
      Interrupts.check(null);
      int count = take(dst);
      if (count != 0 || !dst.hasRemaining()) {
        return count;
      }
    } finally {
      unlockAndCall();
    }
    return new Read(dst, atMost).await();
  }

  int tryRead(ByteBuffer dst) throws IOException {
    lock.lock();
    try {
      requireOpenInput(false);
      return take(dst);
    } finally {
      unlockAndCall();
    }
  }

  /** Writes all of it. */
  int write(ByteBuffer src) throws IOException {
    int count = src.remaining();
    lock.lock();
    try {
      takeTurn();
      try {
        putAll(src);
      } finally {
        passTurn();
      }
    } finally {
      unlockAndCall();
    }
    return count;
  }

  /** Writes all of all of them, in one turn. */
  long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    long count = 0;
    lock.lock();
    try {
      takeTurn();
      try {
        for (int i = offset; i < offset + length; i++) {
          count += srcs[i].remaining();
          putAll(srcs[i]);
        }
      } finally {
        passTurn();
      }
    } finally {
      unlockAndCall();
    }
    return count;
  }

  int tryWrite(ByteBuffer src) throws IOException {
    int before = src.remaining();
    lock.lock();
    try {
      requireOpenOutput(false);
      if (src.hasRemaining()) {
        content.requireReader(writer);
      }
      if (!writing) {
        writing = true;
        putInTurn(src);
      }
      return before - src.remaining();
    } finally {
      unlockAndCall();
    }
  }

  void onReadable(Runnable callback) {
    lock.lock();
    try {
      onReadable = callback;
    } finally {
      unlockAndCall();
    }
  }

  void onWritable(Runnable callback) {
    lock.lock();
    try {
      onWritable = callback;
    } finally {
      unlockAndCall();
    }
  }

  /** The reader wants no more. */
  void endInput() {
    lock.lock();
    try {
      content.endInput();
      callAll();
    } finally {
      unlockAndCall();
    }
  }

  /** The writer has no more. */
  void endOutput() {
    lock.lock();
    try {
      content.endOutput();
      callAll();
    } finally {
      unlockAndCall();
    }
  }

  /** The reader is closed. Returns whether its end resets its peer; each call says the same. */
  boolean closeReader(boolean asReset) {
    lock.lock();
    try {
      boolean resetsPeer = content.closeReader(asReset);
      callAll();
      return resetsPeer;
    } finally {
      unlockAndCall();
    }
  }

  /** The writer is closed, and resets its reader or not. */
  void closeWriter(boolean asReset) {
    lock.lock();
    try {
      content.closeWriter(asReset);
      callAll();
    } finally {
      unlockAndCall();
    }
  }

  /** The reader has heard, by a write that failed, that its peer is gone. */
  void loseWriter() {
    lock.lock();
    try {
      content.loseWriter();
      callAll();
    } finally {
      unlockAndCall();
    }
  }

  /** Returns how much memory the unread bytes hold. */
  int allocated() {
    lock.lock();
    try {
      return content.allocated();
    } finally {
      unlockAndCall();
    }
  }

  // From here on, all is called with the lock held.

  private void requireOpenInput(boolean waited) throws ClosedChannelException {
    if (content.readerClosed()) {
      throw closed(waited);
    }
  }

  private void requireOpenOutput(boolean waited) throws ClosedChannelException {
    if (content.outputEnded()) {
      throw closed(waited);
    }
  }

  /** An interrupt closes the end, even one whose output is shut; but not one that is closed. */
  private void requireOutput(boolean waited) throws ClosedChannelException {
    if (!content.writerClosed()) {
      Interrupts.check(null);
    }
    requireOpenOutput(waited);
  }

  private static ClosedChannelException closed(boolean waited) {
    return waited ? new AsynchronousCloseException() : new ClosedChannelException();
  }

  /** Returns the count, -1 at the end, or 0 if there is nothing now, or no room for it. */
  private int take(ByteBuffer dst) throws IOException {
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
      requireOpenInput(true);
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
  private void put(ByteBuffer src) {
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
      unlockAndCall();
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

  private void callReader() {
    if (content.canTake()) {
      lock.call(readers.poll());
    }
  }

  /** Not for each few bytes: to be woken costs more than to copy them. */
  private void callWriter() {
    if (rest != null && (content.isHalfEmpty() || !rest.buffer().hasRemaining())) {
      lock.call(rest);
    }
  }

  // What a reader has taken from a writer who waits is written, whatever comes after that: it is
  // only for more bytes that the output must be open.
  private void putAll(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      requireOutput(true);
      content.requireReader(writer);
      put(src);
      if (src.hasRemaining() && content.isFull()) {
        awaitRoom(src);
      }
    }
  }

  private void putInTurn(ByteBuffer src) {
    try {
      put(src);
    } finally {
      passTurn();
    }
  }

  private void takeTurn() throws IOException {
    requireOutput(false);
    while (writing) {
      FlowPipeWait wait = new FlowPipeWait(NOTHING);
      turns.add(wait);
      awaitUnlocked(wait);
      turns.remove(wait);
      requireOutput(true);
    }
    writing = true;
  }

  private void passTurn() {
    writing = false;
    lock.call(turns.poll());
  }

  private void awaitRoom(ByteBuffer src) {
    rest = new FlowPipeWait(src);
    awaitUnlocked(rest);
    rest = null;
  }

  /** Waits without the lock. A reader that only has a callback hears before of what is there. */
  private void awaitUnlocked(FlowPipeWait wait) {
    unlockAndCall();
    wait.await();
    lock.lock();
  }

  private void callAll() {
    lock.callAll(readers);
    lock.callAll(turns);
    lock.call(rest);
  }

  /** Returns whether {@link #tryWrite} would accept something, or throw. */
  private boolean isWritable() {
    return writing ? content.isWriteDecided() : content.isWritable();
  }

  /** Releases the lock, and then wakes the threads and runs the callbacks that have come due. */
  private void unlockAndCall() {
    Runnable forReader = null;
    Runnable forWriter = null;
    if (onReadable != null && content.isReadable()) {
      forReader = onReadable;
      onReadable = null;
    }
    if (onWritable != null && isWritable()) {
      forWriter = onWritable;
      onWritable = null;
    }
    lock.unlockAndCall(forReader, forWriter);
  }

  /** One read that has found nothing, and waits. */
  private final class Read {
    private final FlowPipeWait wait;
    private final Duration atMost;
    private boolean expired; // guarded by lock

    Read(ByteBuffer dst, Duration atMost) {
      this.wait = new FlowPipeWait(dst);
      this.atMost = atMost;
    }

    int await() throws IOException {
      TimeSource.Timer timer = atMost.isZero() ? NO_TIMER : time.schedule(atMost, this::expire);
      try {
        int count = takeOrQueue();
        while (count == 0) {
          count = wait.await() && wait.moved() > 0 ? wait.moved() : takeOrQueue();
        }
        return count;
      } finally {
        timer.cancel();
      }
    }

    /** Returns what there is to read, or 0: then this waits in the queue. */
    private int takeOrQueue() throws IOException {
      lock.lock();
      try {
        readers.remove(wait);
        if (wait.moved() > 0) { // as the thread was interrupted, which the next call hears
          return wait.moved();
        }
        requireOpenInput(true);
        Interrupts.check(null);
        int count = take(wait.buffer());
        if (count == 0) {
          requireTime();
          wait.begin();
          readers.add(wait);
        }
        return count;
      } finally {
        unlockAndCall();
      }
    }

    private void requireTime() throws SocketTimeoutException {
      if (expired) {
        throw new SocketTimeoutException(
            "%s: nothing to read within %s".formatted(reader, Durations.print(atMost)));
      }
    }

    private void expire() {
      lock.lock();
      try {
        expired = true;
        if (readers.remove(wait)) {
          lock.call(wait);
        }
      } finally {
        unlockAndCall();
      }
    }
  }
}
