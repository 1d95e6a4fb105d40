package dev.mimic.unix;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The turn to use one end of a channel, for one thread at a time.
 *
 * <p>A channel of the JDK makes threads queue too, but an interrupt does not wake one that queues.
 * Here it does, and it closes the channel as it would have done inside it. A close wakes those who
 * wait one after the other, for the one whose turn it is leaves the channel at once.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock(); // held while its owner is in the channel
  private final Channel channel;

  Turn(Channel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the turn. Whoever returns from here gives it back.
   *
   * @throws ClosedChannelException if the channel is closed, even if the thread is interrupted too;
   *     an {@link AsynchronousCloseException} if that happened during the wait
   * @throws ClosedByInterruptException if the thread is interrupted; the channel is then closed
   */
  void take() throws IOException {
    take(0);
  }

  /**
   * Waits for the turn, but only so long. Returns whether it is had, and must be given back.
   *
   * @param atMostMillis 0 is without limit
   */
  boolean take(int atMostMillis) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    boolean taken;
    try {
      taken = lock(atMostMillis);
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

  private boolean lock(int atMostMillis) throws InterruptedException {
    if (atMostMillis > 0) {
      return lock.tryLock(atMostMillis, TimeUnit.MILLISECONDS);
    }
    lock.lockInterruptibly();
    return true;
  }

  /** Gives the turn back. */
  void give() {
    lock.unlock();
  }

  /** Waits until nobody has the turn, or somebody else has it, or this time has passed. */
  void awaitEnd(long atMostMillis) throws IOException {
    try {
      if (lock.isLocked() && lock.tryLock(atMostMillis, TimeUnit.MILLISECONDS)) {
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
