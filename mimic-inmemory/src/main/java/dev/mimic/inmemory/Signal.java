package dev.mimic.inmemory;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeLimit;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The waits of one connect. The lock guards the count and {@code closed}. The connecting thread
 * waits until the count changes; {@link #raise} and {@link #close} wake it, and so does the
 * deadline.
 */
final class Signal {
  private final InMemoryHost host;
  private final Deadline deadline;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long count;
  private boolean closed;

  Signal(InMemoryHost host, Deadline deadline) {
    this.host = host;
    this.deadline = deadline;
  }

  /** Returns the host that connects. */
  InMemoryHost host() {
    return host;
  }

  Deadline deadline() {
    return deadline;
  }

  /** Returns the number of raises so far. Read it before the state that the wait is for. */
  long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  void raise() {
    lock.lock();
    try {
      count++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends this wait and all later ones with an {@link AsynchronousCloseException}. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Closes a flow that has come too late, if this is closed. */
  void throwIfClosed(Closeable late) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    late.close();
    throw new AsynchronousCloseException();
  }

  /**
   * Waits until there was a raise after {@code seen}.
   *
   * @param late the message for a deadline that has passed
   * @throws SocketTimeoutException if the deadline has passed
   */
  void await(long seen, Supplier<String> late) throws IOException {
    try (TimeLimit limit = TimeLimit.until(deadline, this::wake)) {
      lock.lock();
      try {
        while (count == seen) {
          if (closed) {
            throw new AsynchronousCloseException();
          }
          InterruptibleLock.requireNotInterrupted();
          if (limit.hasPassed()) {
            throw new SocketTimeoutException(late.get());
          }
          changed.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptibleLock.requireNotInterrupted();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for this time of the clock. */
  void pause(long nanos, TimeSource time, Supplier<String> late) throws IOException {
    if (nanos <= 0) {
      return;
    }
    long end = time.nanoTime() + nanos;
    long seen = count();
    while (end - time.nanoTime() > 0) {
      awaitUntil(end, seen, time, late);
      seen = count();
    }
  }

  /** Waits until there was a raise after {@code seen}, or until this time of the clock. */
  void awaitUntil(long end, long seen, TimeSource time, Supplier<String> late) throws IOException {
    Duration left = Duration.ofNanos(end - time.nanoTime());
    TimeSource.Timer timer = time.schedule(left, this::raise);
    try {
      await(seen, late);
    } finally {
      timer.cancel();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
