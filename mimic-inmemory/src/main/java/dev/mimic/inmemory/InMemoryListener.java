package dev.mimic.inmemory;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeLimit;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A listener on a port of a host, with a bounded queue of flows that have not been accepted yet.
 *
 * <p>The lock guards the queue and {@code closed}. A connector adds a flow and signals {@code
 * arrived}. An acceptor removes a flow and signals {@code room}. A connector that leaves the wait
 * without adding its flow passes its signal on. {@link #close} wakes all waiting threads.
 */
final class InMemoryListener implements FlowListener {
  private final InMemoryHost host;
  private final int port;
  private final String place;
  private final int backlog;

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Condition arrived = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Queue<FlowPipe.End> queue = new ArrayDeque<>();
  private int acceptorsWaiting;
  private int connectorsWaiting;
  private boolean closed;

  InMemoryListener(InMemoryHost host, int port, int backlog) {
    this.host = host;
    this.port = port;
    this.place = host.place(port);
    this.backlog = backlog;
  }

  /** Returns the host and the port, such as {@code server:80}. */
  String place() {
    return place;
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

  private FlowPipe.End dequeue() throws IOException {
    boolean waited = false;
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw waited ? new AsynchronousCloseException() : new ClosedChannelException();
        }
        InterruptibleLock.requireNotInterrupted();
        FlowPipe.End next = queue.poll();
        if (next != null) {
          signalRoom();
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

  /**
   * Adds a flow to the queue; blocks until the deadline while the queue is full.
   *
   * @throws ConnectException if this listener is closed, before or during the wait
   */
  void enqueue(FlowPipe.End flow, Deadline deadline) throws IOException {
    TimeLimit limit = TimeLimit.NONE;
    lock.lock();
    try {
      while (true) {
        InterruptibleLock.requireNotInterrupted();
        if (closed) {
          throw host.connectionRefused(port);
        }
        if (queue.size() < backlog) {
          add(flow);
          return;
        }
        if (limit == TimeLimit.NONE) {
          limit = startTimeLimit(deadline);
        } else if (limit.hasPassed()) {
          throw new SocketTimeoutException(
              "%s is busy: none of its %d waiting flows was accepted before the deadline"
                  .formatted(place, backlog));
        } else {
          connectorsWaiting++;
          await(room);
          connectorsWaiting--;
        }
      }
    } finally {
      signalRoom(); // passes on a signal that arrived together with an interrupt
      lock.unlock();
      limit.close();
    }
  }

  private void add(FlowPipe.End flow) {
    queue.add(flow);
    if (acceptorsWaiting > 0) {
      arrived.signal();
    }
  }

  private void signalRoom() {
    if (connectorsWaiting > 0 && queue.size() < backlog) {
      room.signal();
    }
  }

  @Override
  public void close() {
    host.remove(port, this);
    for (FlowPipe.End each : closeQueue()) {
      each.reset();
    }
  }

  private List<FlowPipe.End> closeQueue() {
    lock.lock();
    try {
      closed = true;
      List<FlowPipe.End> unaccepted = List.copyOf(queue);
      queue.clear();
      arrived.signalAll();
      room.signalAll();
      return unaccepted;
    } finally {
      lock.unlock();
    }
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

  /** Starts the time limit outside the lock because the time source is foreign code. */
  private TimeLimit startTimeLimit(Deadline deadline) {
    lock.unlock();
    try {
      return TimeLimit.until(deadline, this::wakeConnectors);
    } finally {
      lock.lock();
    }
  }

  /** Wakes all waiting connects to check their limits: timeouts are rare. */
  private void wakeConnectors() {
    lock.lock();
    try {
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
