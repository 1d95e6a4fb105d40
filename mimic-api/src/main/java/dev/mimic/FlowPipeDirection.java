package dev.mimic;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link FlowPipe}: the bytes that one end has written and the other has not
 * read. Called by both ends; knows nothing of the other direction.
 *
 * <p>One lock guards it all. Callbacks, timers and the other direction are called without it: each
 * method ends in {@link #unlockAndCall}, which runs the callbacks that have come due.
 *
 * <p>A method that throws {@link ClosedByInterruptException} leaves it to its caller, the end, to
 * close both directions.
 */
final class FlowPipeDirection {
  private final TimeSource time;
  private final FlowInfo reader;
  private final FlowInfo writer;

  private final ReentrantLock lock = new ReentrantLock(); // guards what follows
  private final Condition readable = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition turn = lock.newCondition();
  private final FlowPipeContent content;

  private boolean writing; // a blocking write has its turn, and may be waiting for room
  private int readersWaiting;
  private int turnsWaiting;
  private boolean roomAwaited;
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
    ReadLimit limit = null;
    boolean waited = false;
    lock.lock();
    try {
      while (true) {
        requireOpenInput(waited);
        Interrupts.check(null);
        int count = take(dst);
        if (count != 0 || !dst.hasRemaining()) {
          return count;
        }
        if (limit == null && !atMost.isZero()) {
          limit = startLimit(atMost);
        } else if (limit != null && limit.reached) {
          throw new SocketTimeoutException(
              "%s: nothing to read within %s".formatted(reader, Durations.print(atMost)));
        } else {
          awaitReadable();
        }
        waited = true;
      }
    } finally {
      unlockAndCall();
      if (limit != null) {
        limit.cancel();
      }
    }
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
        put(src);
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
      wakeAll();
    } finally {
      unlockAndCall();
    }
  }

  /** The writer has no more. */
  void endOutput() {
    lock.lock();
    try {
      content.endOutput();
      wakeAll();
    } finally {
      unlockAndCall();
    }
  }

  /** The reader is closed. Returns whether its end resets its peer; each call says the same. */
  boolean closeReader(boolean asReset) {
    lock.lock();
    try {
      boolean resetsPeer = content.closeReader(asReset);
      wakeAll();
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
      wakeAll();
    } finally {
      unlockAndCall();
    }
  }

  /** The reader has heard, by a write that failed, that its peer is gone. */
  void loseWriter() {
    lock.lock();
    try {
      content.loseWriter();
      wakeAll();
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
      lock.unlock();
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

  private int take(ByteBuffer dst) throws PeerGoneException {
    int count = content.take(dst, reader);
    if (count > 0 && roomAwaited) {
      room.signal();
    }
    if (count > 0) {
      wakeReader(); // one was woken for these bytes, and may have left some to the next
    }
    return count;
  }

  private void put(ByteBuffer src) {
    content.put(src);
    wakeReader();
  }

  private void wakeReader() {
    if (readersWaiting > 0 && content.hasBytes()) {
      readable.signal();
    }
  }

  private void putAll(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      content.requireReader(writer);
      put(src);
      if (src.hasRemaining()) {
        awaitRoom();
        requireOutput(true);
      }
    }
  }

  private void takeTurn() throws IOException {
    boolean waited = false;
    while (true) {
      requireOutput(waited);
      if (!writing) {
        writing = true;
        return;
      }
      turnsWaiting++;
      await(turn);
      turnsWaiting--;
      waited = true;
    }
  }

  private void passTurn() {
    writing = false;
    if (turnsWaiting > 0) {
      turn.signal();
    }
  }

  private void awaitReadable() {
    readersWaiting++;
    await(readable);
    readersWaiting--;
  }

  /** Returns when there may be room. A reader that only has a callback must hear of it first. */
  private void awaitRoom() {
    if (onReadable != null && content.isReadable()) {
      unlockAndCall();
      lock.lock();
      return;
    }
    roomAwaited = true;
    await(room);
    roomAwaited = false;
  }

  /** Waits, without time-out: a timed wait costs a timer for each park. */
  @SuppressWarnings("WaitNotInLoop") // each caller looks again at what it waits for
  private static void await(Condition condition) {
    try {
      condition.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller looks at that, after it has looked for close
    }
  }

  private void wakeAll() {
    readable.signalAll();
    room.signalAll();
    turn.signalAll();
  }

  /** Returns whether {@link #tryWrite} would accept something, or throw. */
  private boolean isWritable() {
    return writing ? content.isWriteDecided() : content.isWritable();
  }

  /** Releases the lock, and then runs the callbacks that have come due. */
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
    lock.unlock();
    call(forReader);
    call(forWriter);
  }

  /** Runs a callback; what it throws is none of the business of whoever made it due. */
  @SuppressWarnings("CatchingThrowable") // handed on, whatever it is
  private static void call(@Nullable Runnable callback) {
    if (callback == null) {
      return;
    }
    try {
      callback.run();
    } catch (Throwable e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /** Starts the clock of one read; without the lock, for the time source is not ours. */
  private ReadLimit startLimit(Duration atMost) {
    ReadLimit limit = new ReadLimit();
    lock.unlock();
    try {
      limit.start(atMost);
    } finally {
      lock.lock();
    }
    return limit;
  }

  /** The time-out of one read that waits. */
  private final class ReadLimit {
    private boolean reached; // guarded by lock
    private TimeSource.Timer timer = () -> {}; // of the reading thread

    void start(Duration atMost) {
      timer = time.schedule(atMost, this::reach);
    }

    private void reach() {
      lock.lock();
      try {
        reached = true;
        readable.signalAll(); // whoever it is; time-outs are rare
      } finally {
        lock.unlock();
      }
    }

    void cancel() {
      timer.cancel();
    }
  }
}
