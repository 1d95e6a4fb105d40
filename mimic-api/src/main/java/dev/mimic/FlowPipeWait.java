package dev.mimic;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits in one direction of a {@link FlowPipe}, and the buffer that it has with it:
 * others fill a reader's and empty a writer's, so that its bytes are copied once and not twice.
 *
 * <p>All but {@link #await} and {@link #moved} is done with the direction's lock held. {@link
 * #wake} comes last, and without it: from then on, the thread that waited may use its buffer.
 */
final class FlowPipeWait {
  // Before a thread sleeps, it looks for a while, no longer than it would take to be woken: the
  // peer often comes sooner, and then neither has to call the system.
  private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;
  private static final int SPINS = 1_000;
  private static final int YIELDS = 8;

  private final Thread thread = Thread.currentThread();
  private final ByteBuffer buffer;
  private int moved;
  private boolean called; // it is to be woken, or has been
  private volatile boolean woken;
  @Nullable FlowPipeWait next; // in a queue

  /** Makes the wait of the current thread. */
  FlowPipeWait(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Returns the buffer. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Moves what it can out of {@code src} into the buffer, and returns whether that is anything. */
  boolean fill(ByteBuffer src) {
    int count = movable(src);
    if (count > 0) {
      src.get(buffer.array(), buffer.arrayOffset() + buffer.position(), count);
      buffer.position(buffer.position() + count);
      moved += count;
    }
    return count > 0;
  }

  /** Moves what it can out of the buffer into {@code dst}, and returns the count. */
  int empty(ByteBuffer dst) {
    int count = movable(dst);
    if (count > 0) {
      dst.put(buffer.array(), buffer.arrayOffset() + buffer.position(), count);
      buffer.position(buffer.position() + count);
    }
    return count;
  }

  // A buffer that is not on the heap may belong to a thread, as a confined arena's does, and throw
  // where another touches it.
  private int movable(ByteBuffer other) {
    return buffer.hasArray() ? Math.min(buffer.remaining(), other.remaining()) : 0;
  }

  /**
   * Returns how many bytes others put into the buffer; to be asked with the lock, or when woken.
   */
  int moved() {
    return moved;
  }

  /** Begins to wait, also once more. */
  void begin() {
    called = false;
    woken = false;
  }

  /** Marks it as one that is to be woken; returns false if it was so already. */
  boolean call() {
    boolean first = !called;
    called = true;
    return first;
  }

  /** Lets {@link #await} return. */
  void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  /** Waits; returns whether it was woken, or else the thread interrupted. The status stays set. */
  boolean await() {
    lookOut();
    while (!woken && !thread.isInterrupted()) {
      LockSupport.park(this);
    }
    return woken;
  }

  @SuppressWarnings("ThreadPriorityCheck") // gives the carrier to whoever may be waited for
  private void lookOut() {
    if (thread.isVirtual()) {
      for (int i = 0; i < YIELDS && !woken; i++) {
        Thread.yield();
      }
    } else if (!ALONE) {
      for (int i = 0; i < SPINS && !woken; i++) {
        Thread.onSpinWait();
      }
    }
  }
}
