package dev.mimic;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * One direction of a {@link FlowPipe}: the bytes that one end has written and the other has not
 * read. Called by both ends; knows nothing of the other direction.
 *
 * <p>It decides who may write and who waits; {@link FlowPipeTransfer} moves the bytes, and {@link
 * FlowPipeContent} holds what was written and is not read, and the rules of the ends.
 *
 * <p>One lock guards it all. Callbacks, timers and the other direction are called without it, and
 * so are threads woken: each method ends in {@link FlowPipeLock#unlockAndCall}.
 *
 * <p>A method that throws {@link ClosedByInterruptException} leaves it to its caller, the end, to
 * close both directions.
 */
final class FlowPipeDirection {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final TimeSource.Timer NO_TIMER = () -> {};

  private final TimeSource time;
  private final FlowInfo reader;
  private final FlowInfo writer;

  private final FlowPipeLock lock; // guards what follows
  private final FlowPipeContent content;
  private final FlowPipeTransfer transfer;
  private final FlowPipeWaits turns = new FlowPipeWaits(); // of writers

  FlowPipeDirection(int capacity, TimeSource time, FlowInfo reader, FlowInfo writer) {
    this.content = new FlowPipeContent(capacity);
    this.lock = new FlowPipeLock(content);
    this.transfer = new FlowPipeTransfer(lock, content, reader);
    this.time = time;
    this.reader = reader;
    this.writer = writer;
  }

  /** Reads, and waits for the first byte if it must; at most this long, zero being without end. */
  int read(ByteBuffer dst, Duration atMost) throws IOException {
    lock.lock();
    try {
      content.requireOpenInput(false);
      Interrupts.check(null);
      int count = transfer.take(dst);
      if (count != 0 || !dst.hasRemaining()) {
        return count;
      }
    } finally {
      lock.unlockAndCall();
    }
    return new Read(dst, atMost).await();
  }

  int tryRead(ByteBuffer dst) throws IOException {
    lock.lock();
    try {
      content.requireOpenInput(false);
      return transfer.take(dst);
    } finally {
      lock.unlockAndCall();
    }
  }

  int available() {
    lock.lock();
    try {
      return content.size();
    } finally {
      lock.unlockAndCall();
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
      lock.unlockAndCall();
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
      lock.unlockAndCall();
    }
    return count;
  }

  int tryWrite(ByteBuffer src) throws IOException {
    int before = src.remaining();
    lock.lock();
    try {
      content.requireOpenOutput(false);
      if (src.hasRemaining()) {
        content.requireReader(writer);
      }
      if (!content.isWriting()) {
        content.beginWrite();
        putInTurn(src);
      }
      return before - src.remaining();
    } finally {
      lock.unlockAndCall();
    }
  }

  void onReadable(Runnable callback) {
    lock.lock();
    try {
      lock.callIfReadable(callback);
    } finally {
      lock.unlockAndCall();
    }
  }

  void onWritable(Runnable callback) {
    lock.lock();
    try {
      lock.callIfWritable(callback);
    } finally {
      lock.unlockAndCall();
    }
  }

  /** The reader wants no more. */
  void endInput() {
    lock.lock();
    try {
      content.endInput();
      callAll();
    } finally {
      lock.unlockAndCall();
    }
  }

  /** The writer has no more. */
  void endOutput() {
    lock.lock();
    try {
      content.endOutput();
      callAll();
    } finally {
      lock.unlockAndCall();
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
      lock.unlockAndCall();
    }
  }

  /** The writer is closed, and resets its reader or not. */
  void closeWriter(boolean asReset) {
    lock.lock();
    try {
      content.closeWriter(asReset);
      callAll();
    } finally {
      lock.unlockAndCall();
    }
  }

  /** The reader has heard, by a write that failed, that its peer is gone. */
  void loseWriter() {
    lock.lock();
    try {
      content.loseWriter();
      callAll();
    } finally {
      lock.unlockAndCall();
    }
  }

  /** Returns how much memory the unread bytes hold. */
  int allocated() {
    lock.lock();
    try {
      return content.allocated();
    } finally {
      lock.unlockAndCall();
    }
  }

  // From here on, all is called with the lock held.

  /** An interrupt closes the end, even one whose output is shut; but not one that is closed. */
  private void requireOutput(boolean waited) throws ClosedChannelException {
    if (!content.writerClosed()) {
      Interrupts.check(null);
    }
    content.requireOpenOutput(waited);
  }

  // What a reader has taken from a writer who waits is written, whatever comes after that: it is
  // only for more bytes that the output must be open.
  private void putAll(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      requireOutput(true);
      content.requireReader(writer);
      transfer.put(src);
      if (src.hasRemaining() && content.isFull()) {
        transfer.awaitRoom(src);
      }
    }
  }

  private void putInTurn(ByteBuffer src) {
    try {
      transfer.put(src);
    } finally {
      passTurn();
    }
  }

  private void takeTurn() throws IOException {
    requireOutput(false);
    while (content.isWriting()) {
      FlowPipeWait wait = new FlowPipeWait(NOTHING);
      turns.add(wait);
      transfer.awaitUnlocked(wait);
      turns.remove(wait);
      requireOutput(true);
    }
    content.beginWrite();
  }

  private void passTurn() {
    content.endWrite();
    lock.call(turns.poll());
  }

  private void callAll() {
    transfer.callAll();
    lock.callAll(turns);
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
        transfer.remove(wait);
        if (wait.moved() > 0) { // as the thread was interrupted, which the next call hears
          return wait.moved();
        }
        content.requireOpenInput(true);
        Interrupts.check(null);
        int count = transfer.take(wait.buffer());
        if (count == 0) {
          requireTime();
          wait.begin();
          transfer.add(wait);
        }
        return count;
      } finally {
        lock.unlockAndCall();
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
        if (transfer.remove(wait)) {
          lock.call(wait);
        }
      } finally {
        lock.unlockAndCall();
      }
    }
  }
}
