package dev.mimic.flow;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A time source that stands still until a test advances it. Thread-safe.
 *
 * <pre>{@code
 * time.awaitTimers(1, Duration.ofSeconds(10)); // another thread waits
 * time.advance(Duration.ofMillis(250));        // its wait ends
 * }</pre>
 */
public final class ManualTimeSource implements TimeSource {
  private record Entry(long due, long number, Runnable task) {}

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Entry> timers =
      new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
  private long now;
  private long count;

  /** Creates a time source that stands at zero. */
  public ManualTimeSource() {}

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    long nanos = TimeLimit.nanosOf(delay);
    if (nanos <= 0) {
      task.run();
      return () -> {};
    }
    lock.lock();
    try {
      Entry entry = new Entry(now + nanos, count++, task);
      timers.add(entry);
      changed.signalAll();
      return () -> cancel(entry);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Entry entry) {
    lock.lock();
    try {
      timers.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Advances the time, and runs the tasks that become due, in order and in this thread. Each task
   * sees the time at which it is due. Tasks that they schedule run too, if they become due.
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("by (%s) must not be negative".formatted(by));
    }
    long target = nanoTime() + TimeLimit.nanosOf(by);
    for (Entry due = nextDue(target); due != null; due = nextDue(target)) {
      due.task().run();
    }
  }

  private @Nullable Entry nextDue(long target) {
    lock.lock();
    try {
      Entry head = timers.peek();
      if (head == null || head.due() > target) {
        now = Math.max(now, target);
        return null;
      }
      now = Math.max(now, head.due());
      return timers.poll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of scheduled tasks. */
  public int timers() {
    lock.lock();
    try {
      return timers.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits, in real time, until at least this many tasks are scheduled.
   *
   * @throws TimeoutException if there are fewer after {@code atMost}
   */
  public void awaitTimers(int atLeast, Duration atMost)
      throws InterruptedException, TimeoutException {
    long left = TimeLimit.nanosOf(atMost);
    lock.lockInterruptibly();
    try {
      while (timers.size() < atLeast) {
        if (left <= 0) {
          throw new TimeoutException(
              "%d tasks are scheduled, not %d, after %d ms"
                  .formatted(
                      timers.size(),
                      atLeast,
                      TimeUnit.NANOSECONDS.toMillis(TimeLimit.nanosOf(atMost))));
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
