package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that lets one thread at a time read, or write, or accept at a channel: for authors of
 * flows.
 *
 * <p>The channels of the JDK have such locks too, but an interrupt does not wake a thread that
 * waits for one. With this lock it does, and it closes the channel as an interrupt during the I/O
 * does. A close of the channel wakes the waiting threads one after the other, as each owner leaves
 * the channel.
 */
public final class InterruptibleLock {
  private final ReentrantLock lock = new ReentrantLock(); // held while its owner uses the channel
  private final Channel channel;

  // Threads that wait with a limit; the others queue at the lock.
  private final AtomicInteger timedWaiters = new AtomicInteger();
  private final ReentrantLock waiting = new ReentrantLock(); // guards no state, only for waking
  private final Condition released = waiting.newCondition();

  /** Creates a lock for one side of this channel, which can still be under construction. */
  public InterruptibleLock(Channel channel) {
    this.channel = requireNonNull(channel, "channel");
  }

  /**
   * Acquires the lock. The caller must {@link #unlock} it.
   *
   * @throws ClosedChannelException if the channel is closed, even if the thread is interrupted too;
   *     an {@link AsynchronousCloseException} if it was closed during the wait
   * @throws ClosedByInterruptException if the thread is interrupted, also before; the channel is
   *     then closed, and the interrupt status set
   */
  public void lock() throws IOException {
    boolean unused = tryLock(Duration.ZERO, TimeSource.system());
  }

  /**
   * Acquires the lock as {@link #lock()} does, if that is possible within this time.
   *
   * @param atMost the limit; zero is no limit
   * @return whether the lock was acquired, and must be unlocked
   */
  public boolean tryLock(Duration atMost, TimeSource time) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    boolean locked;
    try {
      locked = acquire(atMost, time);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (!channel.isOpen()) {
      if (locked) {
        unlock();
      }
      throw new AsynchronousCloseException();
    }
    return locked;
  }

  private boolean acquire(Duration atMost, TimeSource time) throws InterruptedException {
    if (atMost.isZero()) {
      lock.lockInterruptibly();
      return true;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return lock.tryLock() || acquireInTime(atMost, time);
  }

  private boolean acquireInTime(Duration atMost, TimeSource time) throws InterruptedException {
    timedWaiters.incrementAndGet(); // before tryLock: an unlock that comes after it looks here
    try (TimeLimit limit = TimeLimit.start(atMost, time, this::wakeTimedWaiters)) {
      waiting.lock();
      try {
        boolean locked = lock.tryLock();
        while (!locked && !limit.hasPassed()) {
          released.await();
          locked = lock.tryLock();
        }
        return locked;
      } finally {
        waiting.unlock();
      }
    } finally {
      timedWaiters.decrementAndGet();
    }
  }

  private void wakeTimedWaiters() {
    waiting.lock();
    try {
      released.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  /** Acquires the lock if it is free, even if the channel is closed; returns whether it was. */
  public boolean tryLock() {
    return lock.tryLock();
  }

  /** Releases the lock. */
  public void unlock() {
    lock.unlock();
    if (timedWaiters.get() > 0) {
      wakeTimedWaiters();
    }
  }

  /**
   * Waits until the owner, if there is one, has released the lock, or this time has passed. The
   * time is that of the system, since a test's clock must not delay closing.
   *
   * @throws ClosedByInterruptException as {@link #lock()} does
   */
  public void awaitUnlock(Duration atMost) throws IOException {
    try {
      if (lock.isLocked() && lock.tryLock(TimeLimit.nanosOf(atMost), TimeUnit.NANOSECONDS)) {
        unlock();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private ClosedChannelException interrupted() {
    Thread.currentThread().interrupt();
    if (!channel.isOpen()) {
      return new AsynchronousCloseException();
    }
    ClosedChannelException interrupt = new ClosedByInterruptException();
    try {
      channel.close();
    } catch (IOException e) {
      interrupt.addSuppressed(e);
    }
    return interrupt;
  }

  /**
   * Throws if the current thread is interrupted, for calls that ignore a pending interrupt. The
   * interrupt status stays set.
   */
  public static void requireNotInterrupted() throws ClosedByInterruptException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
  }
}
