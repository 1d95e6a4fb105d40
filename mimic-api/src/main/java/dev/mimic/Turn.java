package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The turn to use one end of a channel, for one thread at a time: for authors of flows.
 *
 * <p>A channel of the JDK makes threads queue too, but an interrupt does not wake one that queues.
 * Here it does, and it closes the channel as it would have done inside it. A close wakes those who
 * wait one after the other, for the one whose turn it is leaves the channel at once.
 */
public final class Turn {
  private final ReentrantLock lock = new ReentrantLock(); // held while its owner is in the channel
  private final Channel channel;

  // Those who wait for a limited time; the others queue at the lock.
  private final AtomicInteger timedWaiters = new AtomicInteger();
  private final ReentrantLock waiting = new ReentrantLock(); // guards no state: it is for waking
  private final Condition given = waiting.newCondition();

  /** Makes the turn of one end of this channel, which may still be under construction. */
  public Turn(Channel channel) {
    this.channel = requireNonNull(channel, "channel");
  }

  /**
   * Waits for the turn. Whoever returns from here gives it back.
   *
   * @throws ClosedChannelException if the channel is closed, even if the thread is interrupted too;
   *     an {@link AsynchronousCloseException} if that happened during the wait
   * @throws ClosedByInterruptException if the thread is interrupted, also before; the channel is
   *     then closed, and the interrupt status set
   */
  public void take() throws IOException {
    boolean unused = take(Duration.ZERO, TimeSource.system());
  }

  /**
   * Waits for the turn as {@link #take()} does, but only so long, in the time of this source.
   * Returns whether it is had, and must be given back.
   *
   * @param atMost zero is without limit
   */
  public boolean take(Duration atMost, TimeSource time) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    boolean taken;
    try {
      taken = lock(atMost, time);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (!channel.isOpen()) {
      if (taken) {
        give();
      }
      throw new AsynchronousCloseException();
    }
    return taken;
  }

  private boolean lock(Duration atMost, TimeSource time) throws InterruptedException {
    if (atMost.isZero()) {
      lock.lockInterruptibly();
      return true;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return lock.tryLock() || lockInTime(atMost, time);
  }

  private boolean lockInTime(Duration atMost, TimeSource time) throws InterruptedException {
    AtomicBoolean rung = new AtomicBoolean();
    timedWaiters.incrementAndGet(); // before tryLock: who gives the turn back after it, looks here
    TimeSource.Timer timer =
        time.schedule(
            atMost,
            () -> {
              rung.set(true);
              wakeTimedWaiters();
            });
    waiting.lock();
    try {
      boolean taken = lock.tryLock();
      while (!taken && !rung.get()) {
        given.await();
        taken = lock.tryLock();
      }
      return taken;
    } finally {
      waiting.unlock();
      timedWaiters.decrementAndGet();
      timer.cancel();
    }
  }

  private void wakeTimedWaiters() {
    waiting.lock();
    try {
      given.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  /** Takes the turn if nobody has it, also of a closed channel; returns whether it is had. */
  public boolean tryTake() {
    return lock.tryLock();
  }

  /** Gives the turn back. */
  public void give() {
    lock.unlock();
    if (timedWaiters.get() > 0) {
      wakeTimedWaiters();
    }
  }

  /**
   * Waits until nobody has the turn, or somebody else has it, or this time has passed: in the
   * system's time, since it is for closing, which no test clock may hold up.
   *
   * @throws ClosedByInterruptException as {@link #take()} does
   */
  public void awaitEnd(Duration atMost) throws IOException {
    try {
      if (lock.isLocked() && lock.tryLock(TimedDeadline.nanosOf(atMost), TimeUnit.NANOSECONDS)) {
        give();
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
}
