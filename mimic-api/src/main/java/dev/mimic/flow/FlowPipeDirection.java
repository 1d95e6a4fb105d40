package dev.mimic.flow;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link FlowPipe}: a monitor between the end that writes and the end that
 * reads. It knows nothing of the other direction.
 *
 * <p><b>State.</b> Bytes that are written and not yet read are in up to three places. They are read
 * in this order:
 *
 * <ol>
 *   <li>the buffer of {@code waitingReader}, a thread that has found nothing to read. What a writer
 *       puts there is read;
 *   <li>the {@link FlowPipeContent}, up to the capacity;
 *   <li>the buffer of {@code waitingWriter}, a thread that has found no room.
 * </ol>
 *
 * <p>The first and the last save a copy: while one side waits, bytes go straight from the buffer of
 * one thread into that of the other.
 *
 * <p><b>Invariants</b>, whenever the lock is free:
 *
 * <ul>
 *   <li>At most one thread reads and at most one writes. A write has its turn, {@code writing},
 *       from its first byte to its last. A read has its turn while it is the {@code waitingReader}
 *       or copies bytes out of the content. All others wait at {@code readTurn} and {@code
 *       writeTurn}.
 *   <li>If there is a {@code waitingReader}, the content is empty and neither side has ended.
 *   <li>If there is a {@code waitingWriter} that is not due to be woken, its buffer has bytes left,
 *       the content is more than half full, and neither side has ended.
 *   <li>Memory is held only for unread bytes and for a put in progress.
 * </ul>
 *
 * <p><b>Wake-ups.</b> A method that changes the state wakes no thread itself. It ends with {@link
 * #release}, which compares the new state with each wait:
 *
 * <table>
 *   <caption>Waits, and the states that end them</caption>
 *   <tr><th>Wait</th><th>Ends when</th></tr>
 *   <tr><td>{@code waitingReader}</td><td>its buffer has bytes, a read would return or throw, or
 *       its time limit has passed. It is then no longer the {@code waitingReader}.</td></tr>
 *   <tr><td>{@code waitingWriter}</td><td>the content is half empty, its own buffer is empty, or
 *       a side has ended. Waking it for every few bytes would cost more than copying them.</td></tr>
 *   <tr><td>{@code readTurn}, {@code writeTurn}</td><td>no thread has that turn</td></tr>
 *   <tr><td>{@code onReadable}, {@code onWritable}</td><td>{@code tryRead} would return or throw;
 *       {@code tryWrite} would accept a byte or throw. Of a diverted direction, {@code onWriteTurn}
 *       ends when no thread writes, and the diversion has the callback from then on.</td></tr>
 * </table>
 *
 * <p>A woken thread checks the state again. If it fails, its own {@code release} passes the turn
 * on, so that a close reaches all threads one after the other. An interrupt needs no other thread:
 * the interrupted one takes itself out of the state. A method that throws {@link
 * ClosedByInterruptException} leaves it to the end to close both directions.
 *
 * <p><b>Diversion.</b> Once diverted, a write still takes its turn here and checks the state, but
 * its bytes, the end and the close go to the {@link FlowPipe.Diversion}, which is called without
 * the lock. What it delivers later is put here as a write would put it.
 *
 * <p><b>The lock</b> is held for a few instructions. Large copies are done without it, so that one
 * thread puts while another takes; the content then says whether a close has discarded the copy.
 * Threads are woken, callbacks run and timers are set without the lock.
 */
final class FlowPipeDirection {
  private static final int MAX_LOCKED_COPY = 1024;

  // A thread tries this often before it queues for the lock: queueing takes longer than its use.
  private static final int LOCK_SPINS = 50;

  private final TimeSource time;
  private final FlowInfo reader;
  private final FlowInfo writer;

  private final ReentrantLock lock = new ReentrantLock(); // guards all that follows
  private final Condition readTurn = lock.newCondition();
  private final Condition writeTurn = lock.newCondition();
  private final FlowPipeContent content;
  private @Nullable FlowPipeWaiter waitingReader;
  private @Nullable FlowPipeWaiter waitingWriter;
  private @Nullable Runnable onReadable;
  private @Nullable Runnable onWritable;
  private @Nullable Runnable onWriteTurn; // to be registered with the diversion after a write
  private FlowPipe.@Nullable Diversion diversion;
  private boolean writing;
  private long written;

  FlowPipeDirection(
      int capacity, boolean likeTcp, TimeSource time, FlowInfo reader, FlowInfo writer) {
    this.content = new FlowPipeContent(capacity, likeTcp);
    this.time = time;
    this.reader = reader;
    this.writer = writer;
  }

  /** Reads; waits at most this long for the first byte, or without limit if it is zero. */
  int read(ByteBuffer dst, Duration atMost) throws IOException {
    lock();
    try {
      content.requireInput(false);
      InterruptibleLock.requireNotInterrupted();
      int count = take(dst);
      if (count != 0 || !dst.hasRemaining()) {
        return count;
      }
    } finally {
      release();
    }
    try (TimeLimit limit = TimeLimit.start(atMost, time, this::wakeLateReaders)) {
      FlowPipeWaiter wait = new FlowPipeWaiter(dst, limit);
      int count = takeOrWait(wait);
      while (count == 0) {
        count = wait.await() && wait.moved() > 0 ? wait.moved() : takeOrWait(wait);
      }
      return count;
    }
  }

  int tryRead(ByteBuffer dst) throws IOException {
    lock();
    try {
      content.requireInput(false);
      return take(dst);
    } finally {
      release();
    }
  }

  /** Writes all of these buffers in one turn. */
  long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    long count = 0;
    lock();
    try {
      takeWriteTurn();
      try {
        for (int i = offset; i < offset + length; i++) {
          count += srcs[i].remaining();
          putAll(srcs[i]);
        }
      } finally {
        writing = false;
      }
    } finally {
      release();
    }
    return count;
  }

  int tryWrite(ByteBuffer src) throws IOException {
    int before = src.remaining();
    FlowPipe.Diversion to;
    lock();
    try {
      content.requireOutput(false);
      to = diversion;
      if (to == null && src.hasRemaining() && !content.dropsAfterClose(src)) {
        content.requireReader(writer);
      }
      if (to == null && !writing) {
        writing = true;
        try {
          put(src);
        } finally {
          writing = false;
        }
      }
    } finally {
      release();
    }
    return to == null ? before - src.remaining() : tryWriteTo(to, src);
  }

  /** Writes to the diversion, unless another thread's write is in progress. */
  private int tryWriteTo(FlowPipe.Diversion to, ByteBuffer src) throws IOException {
    lock();
    boolean mine = !writing;
    writing = true;
    release();
    if (!mine) {
      return 0;
    }
    try {
      return to.tryWrite(src);
    } finally {
      change(() -> writing = false);
    }
  }

  int available() {
    lock();
    try {
      return content.available();
    } finally {
      lock.unlock();
    }
  }

  int allocated() {
    lock();
    try {
      return content.allocated();
    } finally {
      lock.unlock();
    }
  }

  void onReadable(Runnable callback) {
    change(() -> onReadable = callback);
  }

  void onWritable(Runnable callback) {
    change(
        () -> {
          if (diversion == null) {
            onWritable = callback;
          } else {
            onWriteTurn = callback;
          }
        });
  }

  /** Runs the callback once, as soon as {@link #deliver} would accept a byte or throw. */
  void onDeliverable(Runnable callback) {
    change(() -> onWritable = callback);
  }

  void endInput() {
    change(content::endInput);
  }

  void endOutput() {
    lock();
    boolean first = !content.outputEnded();
    FlowPipe.Diversion to = diversion;
    content.endOutput();
    if (to == null) {
      content.arriveEnd();
    }
    release();
    if (to != null && first) {
      to.end();
    }
  }

  /** Sends what is written from now on to the diversion, instead of to the reader. */
  void divert(FlowPipe.Diversion to) {
    lock();
    diversion = to;
    Runnable waiting = onWritable;
    onWritable = null;
    release();
    run(waiting); // it tries again, and then registers with the diversion
  }

  /** Delivers bytes that were diverted, as far as there is room. */
  int deliver(ByteBuffer src) throws PeerGoneException {
    int before = src.remaining();
    lock();
    try {
      content.requireReader(writer);
      if (!content.isPutting()) {
        put(src);
      }
      return before - src.remaining();
    } finally {
      release();
    }
  }

  /** Returns the number of bytes that were written and not dropped before a read could see them. */
  long written() {
    lock();
    try {
      return written;
    } finally {
      lock.unlock();
    }
  }

  void deliverEnd() {
    change(content::arriveEnd);
  }

  void deliverReset() {
    change(content::arriveReset);
  }

  /** Returns whether the reader's end resets its peer; each call returns the same. */
  boolean closeReader(boolean asReset) {
    lock();
    try {
      return content.closeReader(asReset);
    } finally {
      release();
    }
  }

  /** Closes the writer; returns whether this call did. */
  boolean closeWriter(boolean asReset) {
    lock();
    boolean first = !content.writerClosed();
    FlowPipe.Diversion to = diversion;
    boolean ended = content.outputEnded();
    content.closeWriter();
    if (to == null && asReset && !ended) {
      content.arriveReset();
    } else if (to == null) {
      content.arriveEnd();
    }
    release();
    if (to != null && first) {
      to.close(asReset);
    }
    return first;
  }

  void loseWriter() {
    change(content::loseWriter);
  }

  private void wakeLateReaders() {
    change(readTurn::signalAll); // a late waitingReader is woken by the release
  }

  private void change(Runnable change) {
    lock();
    try {
      change.run();
    } finally {
      release();
    }
  }

  private void lock() {
    for (int i = 0; i < LOCK_SPINS; i++) {
      if (lock.tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    lock.lock();
  }

  /** Releases the lock, wakes the threads whose wait has ended, and runs the due callbacks. */
  private void release() {
    FlowPipeWaiter dueReader = isReaderDue() ? waitingReader : null;
    if (dueReader != null) {
      waitingReader = null;
    }
    FlowPipeWaiter dueWriter = isWriterDue() ? waitingWriter : null;
    Runnable readable = content.isReadable() ? onReadable : null;
    if (readable != null) {
      onReadable = null;
    }
    Runnable writable = isWritable() ? onWritable : null;
    if (writable != null) {
      onWritable = null;
    }
    Runnable writeTurnCallback = writing ? null : onWriteTurn;
    FlowPipe.Diversion to = diversion;
    if (writeTurnCallback != null) {
      onWriteTurn = null;
    }
    if (!isReading()) {
      readTurn.signal();
    }
    if (!writing) {
      writeTurn.signal();
    }
    lock.unlock();
    FlowPipeWaiter.wake(dueReader);
    FlowPipeWaiter.wake(dueWriter);
    run(readable);
    run(writable);
    if (to != null && writeTurnCallback != null) {
      to.onWritable(() -> run(writeTurnCallback));
    }
  }

  @SuppressWarnings("CatchingThrowable") // passed to the handler of the thread
  private static void run(@Nullable Runnable callback) {
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

  // All methods below, except takeOrWait, are called with the lock held.

  private boolean isReaderDue() {
    FlowPipeWaiter waiter = waitingReader;
    return waiter != null
        && (waiter.moved() > 0 || content.isReadable() || waiter.limit().hasPassed());
  }

  // It stays the waitingWriter until it runs: a reader that comes sooner still takes its bytes.
  private boolean isWriterDue() {
    FlowPipeWaiter waiter = waitingWriter;
    return waiter != null
        && !waiter.isWoken()
        && (content.isHalfEmpty()
            || content.hasEnded()
            || diversion != null
            || !waiter.buffer().hasRemaining());
  }

  private boolean isReading() {
    return waitingReader != null || content.isTaking();
  }

  private boolean isWritable() {
    return diversion == null
        ? (!writing && !content.isFull()) || content.hasEnded()
        : (!content.isPutting() && !content.isFull()) || content.inputHasEnded();
  }

  /** Waits for a signal or an interrupt. */
  @SuppressWarnings("WaitNotInLoop") // the callers loop, and check for a close and an interrupt
  private static void await(Condition turn) {
    try {
      turn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns what there is to read; or makes this the {@code waitingReader}, and returns 0. */
  private int takeOrWait(FlowPipeWaiter wait) throws IOException {
    lock();
    try {
      if (waitingReader == wait) { // it was interrupted
        waitingReader = null;
      }
      if (wait.moved() > 0) { // the bytes came first; the next call notices the interrupt
        return wait.moved();
      }
      while (true) {
        content.requireInput(true);
        InterruptibleLock.requireNotInterrupted();
        int count = take(wait.buffer());
        if (count != 0) {
          return count;
        }
        if (wait.limit().hasPassed()) {
          throw new SocketTimeoutException(
              "%s: nothing to read within %s".formatted(reader, wait.limit()));
        }
        if (!isReading()) {
          wait.begin();
          waitingReader = wait;
          return 0;
        }
        await(readTurn);
      }
    } finally {
      release();
    }
  }

  /** Returns the count, -1 at the end, or 0 if there is nothing now or {@code dst} has no room. */
  private int take(ByteBuffer dst) throws IOException {
    int before = dst.remaining();
    if (before == 0) {
      return 0;
    }
    if (content.canTake()) {
      if (copy(content.beginTake(dst))) {
        return before - dst.remaining();
      }
      content.requireInput(true);
    }
    int end = content.end(reader);
    boolean isDirect = end == 0 && content.isEmpty() && diversion == null;
    FlowPipeWaiter from = isDirect ? waitingWriter : null;
    if (from == null) {
      return end;
    }
    int count = from.empty(dst);
    written += count;
    return count;
  }

  /** Copies, without the lock if there is much. Returns false if an end has discarded the copy. */
  private boolean copy(FlowPipeContent.Copy copy) {
    boolean unlocked = copy.count() > MAX_LOCKED_COPY;
    boolean valid = false;
    if (unlocked) {
      release();
    }
    try {
      copy.run();
    } finally {
      if (unlocked) {
        lock();
      }
      valid = content.end(copy);
    }
    return valid;
  }

  // An interrupt closes the end even if its output is shut, but not if it is closed.
  private void requireOutput(boolean waited) throws ClosedChannelException {
    if (!content.writerClosed()) {
      InterruptibleLock.requireNotInterrupted();
    }
    content.requireOutput(waited);
  }

  private void takeWriteTurn() throws ClosedChannelException {
    requireOutput(false);
    while (writing) {
      await(writeTurn);
      requireOutput(true);
    }
    writing = true;
  }

  // A write whose last bytes a reader took from its buffer has succeeded, even if a side ended
  // afterwards.
  private void putAll(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      requireOutput(true);
      FlowPipe.Diversion to = diversion;
      if (to != null) {
        writeTo(to, src);
        continue;
      }
      if (content.dropsAfterClose(src)) {
        return;
      }
      content.requireReader(writer);
      put(src);
      if (src.hasRemaining() && content.isFull()) {
        awaitRoom(src);
      }
    }
  }

  private void writeTo(FlowPipe.Diversion to, ByteBuffer src) throws IOException {
    release();
    try {
      to.write(src);
    } finally {
      lock();
    }
  }

  private void awaitRoom(ByteBuffer src) {
    FlowPipeWaiter wait = new FlowPipeWaiter(src, TimeLimit.NONE);
    waitingWriter = wait;
    release();
    boolean unused = wait.await(); // an interrupt is noticed by requireOutput
    lock();
    waitingWriter = null;
  }

  /** Puts what there is room for; nothing if a side ends meanwhile. */
  private void put(ByteBuffer src) {
    if (content.drops(src)) {
      return;
    }
    int before = src.remaining();
    if (content.isEmpty() && waitingReader != null) {
      waitingReader.fill(src);
      written += before - src.remaining();
    }
    if (src.hasRemaining() && !content.isFull()) {
      FlowPipeContent.Copy copy = content.beginPut(src);
      written += copy.count(); // before the copy: a diversion meanwhile counts from after it
      if (!copy(copy)) {
        written -= copy.count();
      }
    }
  }
}
