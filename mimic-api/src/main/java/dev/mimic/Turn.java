package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
    take(Duration.ZERO);
  }

  /**
   * Waits for the turn as {@link #take()} does, but only so long, in the system's time. Returns
   * whether it is had, and must be given back.
   *
   * @param atMost zero is without limit
   */
  public boolean take(Duration atMost) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    boolean taken;
    try {
      taken = lock(atMost);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (!channel.isOpen()) {
      if (taken) {
        lock.unlock();
      }
      throw new AsynchronousCloseException();
    }
    return taken;
  }

  private boolean lock(Duration atMost) throws InterruptedException {
    if (!atMost.isZero()) {
      return lock.tryLock(TimedDeadline.nanosOf(atMost), TimeUnit.NANOSECONDS);
    }
    lock.lockInterruptibly();
    return true;
  }

  /** Takes the turn if nobody has it, also of a closed channel; returns whether it is had. */
  public boolean tryTake() {
    return lock.tryLock();
  }

  /** Gives the turn back. */
  public void give() {
    lock.unlock();
  }

  /**
   * Waits until nobody has the turn, or somebody else has it, or this time has passed.
   *
   * @throws ClosedByInterruptException as {@link #take()} does
   */
  public void awaitEnd(Duration atMost) throws IOException {
    try {
      if (lock.isLocked() && lock.tryLock(TimedDeadline.nanosOf(atMost), TimeUnit.NANOSECONDS)) {
        lock.unlock();
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
