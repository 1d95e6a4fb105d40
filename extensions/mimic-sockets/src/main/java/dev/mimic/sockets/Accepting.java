package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Accepts from a listener, which knows no limit, within a time. Where that is up, the accepting
 * goes on in a thread of its own, for whoever asks next. Thread-safe.
 */
final class Accepting implements Closeable {
  private final FlowListener listener;

  // Guards which acceptings nobody waits for; nothing is waited for under it.
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Connecting> left = new ArrayDeque<>();
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
    Optional<Connecting> begun = takeLeft();
    if (begun.isEmpty() && atMost.isZero()) {
      return listener.accept();
    }
    Connecting accepting = begun.orElseGet(() -> Connecting.start(listener::accept));
    Optional<Flow> accepted = accepting.await(atMost);
    if (accepted.isEmpty()) {
      leave(accepting);
      throw new SocketTimeoutException("Accept timed out");
    }
    return accepted.get();
  }

  private Optional<Connecting> takeLeft() {
    lock.lock();
    try {
      return Optional.ofNullable(left.pollFirst());
    } finally {
      lock.unlock();
    }
  }

  private void leave(Connecting accepting) {
    lock.lock();
    try {
      if (!closed) {
        left.addLast(accepting);
        return;
      }
    } finally {
      lock.unlock();
    }
    accepting.giveUp("Socket closed");
  }

  @Override
  public void close() throws IOException {
    List<Connecting> unused;
    lock.lock();
    try {
      closed = true;
      unused = List.copyOf(left);
      left.clear();
    } finally {
      lock.unlock();
    }
    unused.forEach(each -> each.giveUp("Socket closed"));
    listener.close();
  }
}
