package dev.mimic;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one direction of a {@link FlowPipe}, which remembers who is to be called when it is
 * released: threads that wait, and the callbacks that its content makes due.
 */
final class FlowPipeLock {
  /** How often to look for the lock: what is done with it takes less time than being woken. */
  private static final int SPINS = 50;

  private final ReentrantLock lock = new ReentrantLock();
  private final FlowPipeContent content; // which it guards, and what follows
  private final FlowPipeWaits called = new FlowPipeWaits();
  private @Nullable Runnable onReadable;
  private @Nullable Runnable onWritable;

  FlowPipeLock(FlowPipeContent content) {
    this.content = content;
  }

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

  /** Has this called once there is something to read, in place of what was to be before. */
  void callIfReadable(Runnable callback) {
    onReadable = callback;
  }

  /** Has this called once there is room, in place of what was to be before. */
  void callIfWritable(Runnable callback) {
    onWritable = callback;
  }

  /** Releases the lock, and then wakes the threads, and runs the callbacks that have come due. */
  void unlockAndCall() {
    FlowPipeWait first = called.removeAll();
    Runnable forReader = null;
    Runnable forWriter = null;
    if (onReadable != null && content.isReadable()) {
      forReader = onReadable;
      onReadable = null;
    }
    if (onWritable != null && content.isWritable()) {
      forWriter = onWritable;
      onWritable = null;
    }
    lock.unlock();
    wakeFrom(first);
    run(forReader);
    run(forWriter);
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
