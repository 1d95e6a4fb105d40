package dev.mimic.inmemory;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.FlowPipe;
import dev.mimic.TimeSource;
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

/** A port of a host, and the bounded queue of the flows that nobody has accepted yet. */
final class InMemoryListener implements FlowListener {
  private final InMemoryHost host;
  private final int port;
  private final String place;
  private final int backlog;

  private final ReentrantLock lock = new ReentrantLock(); // guards what follows
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

  /** Returns the host and the port, as {@code server:80}. */
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
        requireNoInterrupt();
        FlowPipe.End next = queue.poll();
        if (next != null) {
          passRoom();
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
   * Puts a flow into the queue, and waits until the deadline where that is full.
   *
   * @throws ConnectException if this listener is closed, also while this waits
   */
  void enqueue(FlowPipe.End flow, Deadline deadline) throws IOException {
    Limit limit = null;
    lock.lock();
    try {
      while (true) {
        requireNoInterrupt();
        if (closed) {
          throw host.refusal(port);
        }
        if (queue.size() < backlog) {
          add(flow);
          return;
        }
        if (limit == null) {
          limit = startLimit(deadline);
        } else if (limit.reached) {
          throw new SocketTimeoutException(
              "%s is busy: in time, none of the %d flows that wait there was accepted"
                  .formatted(place, backlog));
        } else {
          connectorsWaiting++;
          await(room);
          connectorsWaiting--;
        }
      }
    } finally {
      passRoom(); // a wake-up that came together with an interrupt is the next one's
      lock.unlock();
      if (limit != null) {
        limit.cancel();
      }
    }
  }

  private void add(FlowPipe.End flow) {
    queue.add(flow);
    if (acceptorsWaiting > 0) {
      arrived.signal();
    }
  }

  private void passRoom() {
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

  private static void requireNoInterrupt() throws ClosedByInterruptException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // each caller looks again at what it waits for
  private static void await(Condition condition) {
    try {
      condition.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller looks at that, after it has looked for close
    }
  }

  /** Returns the address, for logs. */
  @Override
  public String toString() {
    return address();
  }

  /** Starts the clock of one connect; without the lock, for the time source is not ours. */
  private Limit startLimit(Deadline deadline) {
    Limit limit = new Limit();
    lock.unlock();
    try {
      limit.start(deadline);
    } finally {
      lock.lock();
    }
    return limit;
  }

  /** The deadline of one connect that waits. */
  private final class Limit {
    private boolean reached; // guarded by lock
    private TimeSource.Timer timer = () -> {}; // of the connecting thread

    void start(Deadline deadline) {
      timer = deadline.timeSource().schedule(deadline.remaining(), this::reach);
    }

    private void reach() {
      lock.lock();
      try {
        reached = true;
        room.signalAll(); // whoever it is; deadlines seldom pass
      } finally {
        lock.unlock();
      }
    }

    void cancel() {
      timer.cancel();
    }
  }
}
