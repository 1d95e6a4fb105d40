package dev.mimic.sockets;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An acceptor with timeouts over a listener, whose {@code accept} has none. Thread-safe.
 *
 * <p>A single accept runs at a time, in a separate thread, for all waiting callers. It continues
 * after a timeout and serves the next caller. Therefore no connection is held for a caller that has
 * left while another caller waits. The lock guards the fields; no thread waits while it holds it.
 */
final class TimedAcceptor implements Closeable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final FlowListener listener;

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private @Nullable PendingFlow running;
  private boolean closed;

  TimedAcceptor(FlowListener listener) {
    this.listener = listener;
  }

  /**
   * Returns the next flow.
   *
   * @param timeout the time limit; zero is no limit
   */
  Flow accept(Duration timeout) throws IOException {
    try {
      return acceptOrTimeOut(timeout);
    } catch (ClosedChannelException e) {
      throw closeAfter(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw closeAfter(new SocketException("Closed by interrupt"));
    }
  }

  private <E extends IOException> E closeAfter(E failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private Flow acceptOrTimeOut(Duration timeout) throws IOException, InterruptedException {
    TimeSource time = listener.timeSource();
    long start = time.nanoTime();
    Duration remaining = timeout;
    while (timeout.isZero() || remaining.isPositive()) {
      PendingFlow next = next();
      if (next.awaitEnd(remaining, time) && take(next)) {
        return next.result();
      }
      remaining = timeout.isZero() ? timeout : timeout.minusNanos(time.nanoTime() - start);
    }
    throw new SocketTimeoutException("Accept timed out");
  }

  private PendingFlow next() throws SocketException {
    lock.lock();
    try {
      if (closed) {
        throw new SocketException("Socket closed");
      }
      PendingFlow next = running == null ? PendingFlow.start(listener::accept) : running;
      running = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the result of a completed accept; returns false if another caller has taken it. */
  private boolean take(PendingFlow ended) {
    lock.lock();
    try {
      boolean first = ended.equals(running);
      if (first) {
        running = null;
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
    PendingFlow last;
    lock.lock();
    try {
      closed = true;
      last = running;
      running = null;
    } finally {
      lock.unlock();
    }
    try {
      listener.close(); // ends the accept; interrupting it could lose a connection in the JDK
    } finally {
      if (last != null) {
        boolean continues = last.abandon("Socket closed");
        if (continues) {
          last.awaitThread(CLOSE_TIMEOUT); // the JDK listens until the accept has ended
        }
      }
    }
  }
}
