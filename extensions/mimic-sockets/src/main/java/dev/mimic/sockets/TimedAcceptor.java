package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Accepts from a listener, which knows no limit, within a time. There is one accepting at a time,
 * in a thread of its own, for all that wait; where their time is up it goes on, for whoever asks
 * next. So no connection comes to where nobody waits while somebody waits elsewhere. Thread-safe.
 */
final class Accepting implements Closeable {
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final FlowListener listener;

  // Guards what follows; nothing is waited for under it.
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Connecting begun;
  private boolean closed;

  Accepting(FlowListener listener) {
    this.listener = listener;
  }

  /**
   * Returns the next flow.
   *
   * @param atMost zero is without limit
   */
  Flow accept(Duration atMost) throws IOException {
    try {
      return acceptOrTimeOut(atMost);
    } catch (ClosedChannelException e) {
      throw closedFor(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw closedFor(new SocketException("Closed by interrupt"));
    }
  }

  private <E extends IOException> E closedFor(E failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private Flow acceptOrTimeOut(Duration atMost) throws IOException, InterruptedException {
    TimeSource time = listener.timeSource();
    long start = time.nanoTime();
    Duration left = atMost;
    while (atMost.isZero() || left.isPositive()) {
      Connecting next = next();
      if (next.awaitEnd(left, time) && take(next)) {
        return next.result();
      }
      left = atMost.isZero() ? atMost : atMost.minusNanos(time.nanoTime() - start);
    }
    throw new SocketTimeoutException("Accept timed out");
  }

  private Connecting next() throws SocketException {
    lock.lock();
    try {
      if (closed) {
        throw new SocketException("Socket closed");
      }
      Connecting next = begun == null ? Connecting.start(listener::accept) : begun;
      begun = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether this one is for who asks, and nobody has taken it before. */
  private boolean take(Connecting ended) {
    lock.lock();
    try {
      boolean first = ended.equals(begun);
      if (first) {
        begun = null;
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    Connecting last;
    lock.lock();
    try {
      closed = true;
      last = begun;
      begun = null;
    } finally {
      lock.unlock();
    }
    try {
      listener.close(); // ends the accept; to interrupt it, too, could lose a connection in the JDK
    } finally {
      if (last != null) {
        boolean goesOn = last.leave("Socket closed");
        if (goesOn) {
          last.awaitThread(CLOSING); // the JDK listens until the accept has ended
        }
      }
    }
  }
}
