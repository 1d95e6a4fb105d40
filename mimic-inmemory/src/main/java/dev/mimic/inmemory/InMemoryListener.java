package dev.mimic.inmemory;

import dev.mimic.HostPort;
import dev.mimic.IpAddresses;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A listener on a port of a host, with a bounded queue of flows that have not been accepted yet.
 *
 * <p>The lock guards the queue, the connects that wait for room in it, and {@code closed}. A
 * connect adds a flow and signals {@code arrived}. An acceptor removes a flow and raises the signal
 * of the first waiting connect. An acceptor whose accept a rule has failed leaves the flow, and
 * signals {@code arrived} again. A connect that leaves without adding its flow raises the next
 * one's. {@link #close} wakes all waiting threads.
 */
final class InMemoryListener implements FlowListener {
  private final InMemoryHost host;
  private final @Nullable InetAddress only; // null is every address of the host
  private final int port;
  private final String place;
  private final int backlog;
  private final @Nullable Throwable openedAt;

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Condition arrived = lock.newCondition();
  private final Queue<Connection> queue = new ArrayDeque<>();
  private final Set<Signal> waiting = new LinkedHashSet<>();
  private int acceptorsWaiting;
  private boolean closed;

  InMemoryListener(InMemoryHost host, @Nullable InetAddress only, int port, int backlog) {
    this.host = host;
    this.only = only;
    this.port = port;
    this.place =
        only == null ? host.place(port) : new HostPort(IpAddresses.print(only), port).toString();
    this.backlog = backlog;
    this.openedAt = host.network().tracksLeaks() ? new Throwable("opened here") : null;
  }

  int port() {
    return port;
  }

  @Nullable Throwable openedAt() {
    return openedAt;
  }

  boolean isOnly(InetAddress address) {
    return address.equals(only);
  }

  boolean isReachedBy(InetAddress address) {
    return only == null || only.equals(address);
  }

  boolean conflictsWith(InMemoryListener other) {
    return only == null || other.only == null || only.equals(other.only);
  }

  @Override
  public String address() {
    return "tcp://" + place;
  }

  @Override
  public TimeSource timeSource() {
    return host.timeSource();
  }

  @Override
  public Flow accept() throws IOException {
    try {
      return dequeue();
    } catch (ClosedByInterruptException e) {
      close();
      throw e;
    }
  }

  private Flow dequeue() throws IOException {
    boolean waited = false;
    while (true) {
      Connection next = first(waited);
      Decision decision =
          host.network().decide(next.transfer(Transfer.Kind.ACCEPT, true, 0, null), true);
      switch (decision.action()) {
        case PASS, DELAY, HOLD, CORRUPT -> {}
        case REFUSE, RESET, END -> {
          wakeAcceptor(); // the connection stays in the queue
          throw new IOException(
              "%s: accept failed: a rule of the network says %s".formatted(place, decision));
        }
      }
      if (remove(next)) {
        next.accepted();
        return next.end(true);
      }
      waited = true;
    }
  }

  private void wakeAcceptor() {
    lock.lock();
    try {
      if (acceptorsWaiting > 0) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a connection, and leaves it in the queue while the rules are asked. */
  private Connection first(boolean alreadyWaited) throws IOException {
    boolean waited = alreadyWaited;
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw waited ? new AsynchronousCloseException() : new ClosedChannelException();
        }
        InterruptibleLock.requireNotInterrupted();
        Connection next = queue.peek();
        if (next != null) {
          return next;
        }
        acceptorsWaiting++;
        await(arrived);
        acceptorsWaiting--;
        waited = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean remove(Connection next) {
    Signal room;
    lock.lock();
    try {
      if (!queue.remove(next)) {
        return false;
      }
      room = firstWaiting();
    } finally {
      lock.unlock();
    }
    raise(room);
    return true;
  }

  /**
   * Adds a connection to the queue; blocks until the deadline while the queue is full.
   *
   * @throws ConnectException if this listener is closed, before or during the wait
   */
  void enqueue(Connection connection, Signal signal) throws IOException {
    try {
      while (true) {
        long seen = signal.count();
        if (add(connection, signal)) {
          return;
        }
        signal.await(
            seen,
            () ->
                "%s is busy: none of its %d waiting flows was accepted before the deadline"
                    .formatted(place, backlog));
      }
    } finally {
      leave(signal);
    }
  }

  private boolean add(Connection connection, Signal signal) throws IOException {
    lock.lock();
    try {
      InterruptibleLock.requireNotInterrupted();
      if (closed && !host.isSilent()) {
        throw host.connectionRefused(port);
      }
      if (closed || queue.size() >= backlog) {
        waiting.add(signal);
        return false;
      }
      queue.add(connection);
      wakeAcceptor();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Signal signal) {
    Signal next;
    lock.lock();
    try {
      next = waiting.remove(signal) ? firstWaiting() : null;
    } finally {
      lock.unlock();
    }
    raise(next);
  }

  private @Nullable Signal firstWaiting() {
    return waiting.isEmpty() || queue.size() >= backlog ? null : waiting.iterator().next();
  }

  private static void raise(@Nullable Signal signal) {
    if (signal != null) {
      signal.raise();
    }
  }

  @Override
  public void close() {
    host.remove(this);
    for (Connection each : closeQueue()) {
      each.end(true).reset();
    }
  }

  /** Closes this without notifying the peers. */
  void crash() {
    List<Connection> unused = closeQueue();
  }

  private List<Connection> closeQueue() {
    List<Connection> unaccepted;
    List<Signal> connects;
    lock.lock();
    try {
      closed = true;
      unaccepted = List.copyOf(queue);
      connects = List.copyOf(waiting);
      queue.clear();
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    connects.forEach(Signal::raise);
    return unaccepted;
  }

  @SuppressWarnings("WaitNotInLoop") // each caller checks its condition again
  private static void await(Condition condition) {
    try {
      condition.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // checked by the caller, after it checks for close
    }
  }

  /** Returns the address, for logs. */
  @Override
  public String toString() {
    return address();
  }
}
