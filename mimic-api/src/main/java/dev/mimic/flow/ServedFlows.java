package dev.mimic.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The threads of a {@link FlowServer}, and waits for their end. Thread-safe. */
final class ServedFlows {

  /** A thread of the server, and the flow that it serves if it runs a handler. */
  record Served(Thread thread, Optional<Flow> flow) {}

  private final TimeSource time;

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Condition changed = lock.newCondition();
  private final Map<Thread, Served> running = new LinkedHashMap<>();
  private final Set<Thread> stoppers = new HashSet<>(); // the running threads that stop the server
  private int flows;
  private boolean stopping;
  private boolean forced;

  ServedFlows(TimeSource time) {
    this.time = time;
  }

  /** Returns the number of running handlers. */
  int flows() {
    lock.lock();
    try {
      return flows;
    } finally {
      lock.unlock();
    }
  }

  /** Counts a thread that is about to run. */
  void begin(Thread thread) {
    lock.lock();
    try {
      running.put(thread, new Served(thread, Optional.empty()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts the thread of a handler that is about to run; returns false if the server is stopping.
   */
  boolean begin(Thread thread, Flow flow) {
    lock.lock();
    try {
      if (stopping) {
        return false;
      }
      try {
        running.put(thread, new Served(thread, Optional.of(flow)));
      } catch (Throwable e) { // no memory: a map that cannot grow contains the thread already
        running.remove(thread);
        throw e;
      }
      flows++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Removes a thread that has ended. */
  void end(Thread thread) {
    lock.lock();
    try {
      Served ended = running.remove(thread);
      if (ended != null && ended.flow().isPresent()) {
        flows--;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Prevents new handlers from running, and ends a pause. */
  void stopping() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a handler was stopped by force. */
  boolean isForced() {
    lock.lock();
    try {
      return forced;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until fewer handlers than this are running; returns false if the server is stopping. */
  boolean awaitRoom(int max) {
    lock.lock();
    try {
      while (!stopping && flows >= max) {
        changed.awaitUninterruptibly();
      }
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  /** Waits this long, or until the server is stopping. */
  void pause(Duration length) {
    try (TimeLimit limit = TimeLimit.start(length, time, this::wakeWaiters)) {
      lock.lock();
      try {
        while (!stopping && !limit.hasPassed()) {
          changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void wakeWaiters() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the wait of the calling thread. A thread outside the server waits for all threads. A
   * thread of the server waits neither for itself nor for others that stop the server.
   */
  Stopper stopper() {
    return new Stopper();
  }

  /** A single call of {@link FlowServer#stop}. */
  final class Stopper implements AutoCloseable {
    private final Thread caller = Thread.currentThread();
    private final boolean inside;
    private final boolean added;

    private Stopper() {
      lock.lock();
      try {
        inside = running.containsKey(caller);
        added = inside && stoppers.add(caller);
        changed.signalAll(); // other threads of the server no longer wait for this one
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (added) {
          stoppers.remove(caller);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Waits, and returns whether all threads have ended. */
    boolean await(Duration atMost) throws InterruptedException {
      try (TimeLimit limit = TimeLimit.start(atMost, time, ServedFlows.this::wakeWaiters)) {
        lock.lockInterruptibly();
        try {
          while (isWaiting() && !limit.hasPassed()) {
            changed.await();
          }
          return !isWaiting();
        } finally {
          lock.unlock();
        }
      }
    }

    /** Waits; an interrupt stays pending. */
    void awaitUninterruptibly(Duration atMost) {
      try (TimeLimit limit = TimeLimit.start(atMost, time, ServedFlows.this::wakeWaiters)) {
        lock.lock();
        try {
          while (isWaiting() && !limit.hasPassed()) {
            changed.awaitUninterruptibly();
          }
        } finally {
          lock.unlock();
        }
      }
    }

    /** Returns the threads that have not ended, and records that force is used on them. */
    List<Served> takeForForce() {
      lock.lock();
      try {
        List<Served> left = left();
        forced |= left.stream().anyMatch(each -> each.flow().isPresent());
        return left;
      } finally {
        lock.unlock();
      }
    }

    /** Returns the threads to wait for. */
    List<Served> left() {
      lock.lock();
      try {
        List<Served> left = new ArrayList<>(running.values());
        left.removeIf(each -> inside && stoppers.contains(each.thread()));
        return left;
      } finally {
        lock.unlock();
      }
    }

    // Does not copy, since it runs whenever a thread ends. Called with the lock held.
    private boolean isWaiting() {
      return running.size() > (inside ? stoppers.size() : 0);
    }
  }
}
