package dev.mimic.flow;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits in one direction of a {@link FlowPipe}, and its buffer. The other side fills
 * a reader's buffer and empties a writer's, so that the bytes are copied once and not twice.
 *
 * <p>Everything except {@link #await}, {@link #wake} and a woken reader's {@link #moved} needs the
 * lock of the direction. {@code wake} is the last call of the other side: from then on, a reader
 * uses its buffer without the lock.
 */
final class FlowPipeWaiter {
  // A thread first polls for about as long as waking it would take. The peer often comes sooner,
  // and then neither thread calls the scheduler.
  private static final boolean SINGLE_CORE = Runtime.getRuntime().availableProcessors() == 1;
  private static final int SPINS = 1_000;
  private static final int YIELDS = 8;

  private final Thread thread = Thread.currentThread();
  private final ByteBuffer buffer;
  private final TimeLimit limit;
  private int moved;
  private volatile boolean woken;

  /** Creates the waiter of the current thread. */
  FlowPipeWaiter(ByteBuffer buffer, TimeLimit limit) {
    this.buffer = buffer;
    this.limit = limit;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  TimeLimit limit() {
    return limit;
  }

  /** Moves as many bytes as possible from {@code src} into the buffer. */
  void fill(ByteBuffer src) {
    int count = movable(src);
    if (count > 0) {
      src.get(buffer.array(), buffer.arrayOffset() + buffer.position(), count);
      buffer.position(buffer.position() + count);
      moved += count;
    }
  }

  /** Moves as many bytes as possible from the buffer into {@code dst}, and returns the count. */
  int empty(ByteBuffer dst) {
    int count = movable(dst);
    if (count > 0) {
      dst.put(buffer.array(), buffer.arrayOffset() + buffer.position(), count);
      buffer.position(buffer.position() + count);
    }
    return count;
  }

  // A buffer outside the heap can belong to one thread, as that of a confined arena does, and then
  // throws where another thread touches it.
  private int movable(ByteBuffer other) {
    return buffer.hasArray() ? Math.min(buffer.remaining(), other.remaining()) : 0;
  }

  /** Returns the number of bytes that the other side has put into the buffer. */
  int moved() {
    return moved;
  }

  /** Begins to wait, or to wait again. */
  void begin() {
    woken = false;
  }

  boolean isWoken() {
    return woken;
  }

  /** Wakes the thread of this waiter, if there is one. */
  static void wake(@Nullable FlowPipeWaiter waiter) {
    if (waiter != null) {
      waiter.woken = true;
      LockSupport.unpark(waiter.thread);
    }
  }

  /** Waits until woken or interrupted; returns whether woken. The interrupt status stays set. */
  boolean await() {
    poll();
    while (!woken && !thread.isInterrupted()) {
      LockSupport.park(this);
    }
    return woken;
  }

  @SuppressWarnings("ThreadPriorityCheck") // gives the carrier to the thread that is waited for
  private void poll() {
    if (thread.isVirtual()) {
      for (int i = 0; i < YIELDS && !woken; i++) {
        Thread.yield();
      }
    } else if (!SINGLE_CORE) {
      for (int i = 0; i < SPINS && !woken; i++) {
        Thread.onSpinWait();
      }
    }
  }
}
