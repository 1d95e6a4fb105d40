package dev.mimic;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one direction of a {@link FlowPipe}, which remembers who is to be called when it is
 * released: threads that wait, and callbacks.
 */
final class FlowPipeLock {
  /** How often to look for the lock: what is done with it takes less time than being woken. */
  private static final int SPINS = 50;

  private final ReentrantLock lock = new ReentrantLock();
  private final FlowPipeWaits called = new FlowPipeWaits(); // guarded by lock

  void lock() {
    for (int i = 0; i < SPINS; i++) {
      if (lock.tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    lock.lock();
  }

  /** Has a thread woken when the lock is released, which is not in a queue any more. */
  void call(@Nullable FlowPipeWait wait) {
    if (wait != null && wait.call()) {
      called.add(wait);
    }
  }

  /** Has all threads of a queue woken when the lock is released. */
  void callAll(FlowPipeWaits waits) {
    while (!waits.isEmpty()) {
      call(waits.poll());
    }
  }

  /** Releases the lock, and then wakes the threads, and runs these callbacks. */
  void unlockAndCall(@Nullable Runnable one, @Nullable Runnable other) {
    FlowPipeWait first = called.removeAll();
    lock.unlock();
    wakeFrom(first);
    run(one);
    run(other);
  }

  private static void wakeFrom(@Nullable FlowPipeWait first) {
    FlowPipeWait each = first;
    while (each != null) {
      FlowPipeWait next = each.next; // before it is woken, and may come to wait again
      each.next = null;
      each.wake();
      each = next;
    }
  }

  /** Runs a callback; what it throws is none of the business of whoever made it due. */
  @SuppressWarnings("CatchingThrowable") // handed on, whatever it is
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
}
