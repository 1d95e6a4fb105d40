package dev.mimic.http;

import dev.mimic.Deadline;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The connections of a client, those of one route together. A request takes one that has room; or
 * opens one, in its own thread, so that its deadline and its interrupt end that too; or waits.
 *
 * <p>While it is not known what a server speaks, one connection to it is opened at a time: where it
 * turns out to be HTTP/2, all requests share that one.
 */
final class Connections {
  private final Opener opener;
  private final TimeSource time;
  private final Duration idleLimit;
  private final int mostPerRoute;

  // Guards all below it, and the connections' own fields.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Route, Shared> routes = new HashMap<>();
  private final Set<Thread> opening = new HashSet<>();
  private final Set<Thread> interrupted = new HashSet<>(); // of those, by close
  private boolean closed;

  /** Opens a connection. */
  interface Opener {
    ClientConnection open(Route route, Deadline deadline) throws IOException;
  }

  /** The connections of a route. */
  private static final class Shared {
    final List<ClientConnection> connections = new ArrayList<>();
    int opening;
    int waiting;

    boolean isUnused() {
      return connections.isEmpty() && opening == 0 && waiting == 0;
    }

    /** Returns whether a connection may be opened, where those that there are have no room. */
    boolean mayOpen(int most) {
      List<ClientConnection> fresh =
          connections.stream().filter(ClientConnection::isFresh).toList();
      return fresh.isEmpty()
          ? opening == 0
          : fresh.getFirst().version() == HttpVersion.HTTP_1_1 && fresh.size() + opening < most;
    }
  }

  /**
   * A connection for a request.
   *
   * @param reused whether it carried another one before, so that the server may have ended it
   */
  record Lease(Route route, ClientConnection connection, boolean reused) {}

  Connections(Opener opener, TimeSource time, Duration idleLimit, int mostPerRoute) {
    this.opener = opener;
    this.time = time;
    this.idleLimit = idleLimit;
    this.mostPerRoute = mostPerRoute;
  }

  /** Returns a connection, to be given back. */
  Lease take(Route route, Deadline deadline) throws IOException {
    Optional<Lease> there = find(route, deadline);
    return there.isPresent() ? there.get() : open(route, deadline);
  }

  /** Returns one that has room, or none if one is to be opened, which is counted already. */
  private Optional<Lease> find(Route route, Deadline deadline) throws IOException {
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new ClosedChannelException();
        }
        Shared shared = shared(route);
        for (ClientConnection each : shared.connections) {
          if (each.isFresh() && each.inUse < each.capacity()) {
            return Optional.of(lease(route, each));
          }
        }
        if (shared.mayOpen(mostPerRoute)) {
          shared.opening++;
          opening.add(Thread.currentThread());
          return Optional.empty();
        }
        await(route, shared, deadline);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Lease lease(Route route, ClientConnection connection) {
    stopIdling(connection);
    connection.inUse++;
    boolean reused = connection.wasUsed;
    connection.wasUsed = true;
    return new Lease(route, connection, reused);
  }

  private static void stopIdling(ClientConnection connection) {
    if (connection.idle != null) {
      connection.idle.cancel();
      connection.idle = null;
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private void await(Route route, Shared shared, Deadline deadline) throws IOException {
    long left = deadline.remaining().toNanos();
    if (left <= 0) {
      throw new SocketTimeoutException(
          "all connections to %s are in use: read or close responses".formatted(route));
    }
    shared.waiting++;
    try {
      boolean unused = changed.await(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new ClosedByInterruptException().initCause(e);
    } finally {
      shared.waiting--;
      forgetIfUnused(route, shared);
    }
  }

  private Lease open(Route route, Deadline deadline) throws IOException {
    ClientConnection opened;
    try {
      opened = opener.open(route, deadline);
    } catch (Throwable e) { // whatever it is, it is not being opened any more
      if (leave(route) && e instanceof IOException) {
        throw (IOException) new AsynchronousCloseException().initCause(e);
      }
      throw e;
    }
    Optional<Lease> lease = join(route, opened);
    if (lease.isEmpty()) {
      opened.close();
      throw new AsynchronousCloseException();
    }
    return lease.orElseThrow();
  }

  /** Ends the opening of a connection: it is one of the others now, unless all were closed. */
  private Optional<Lease> join(Route route, ClientConnection opened) {
    lock.lock();
    try {
      if (leave(route)) {
        return Optional.empty();
      }
      shared(route).connections.addFirst(opened);
      return Optional.of(lease(route, opened));
    } finally {
      lock.unlock();
    }
  }

  /** Ends the opening of a connection; returns whether all were closed meanwhile. */
  private boolean leave(Route route) {
    lock.lock();
    try {
      opening.remove(Thread.currentThread());
      if (interrupted.remove(Thread.currentThread())) {
        boolean unused = Thread.interrupted(); // which was not the caller's
      }
      Shared shared = shared(route);
      shared.opening--;
      forgetIfUnused(route, shared);
      changed.signalAll();
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private Shared shared(Route route) {
    return routes.computeIfAbsent(route, any -> new Shared());
  }

  /** Takes a connection back, when its request and its response are complete or have failed. */
  void give(Lease lease) {
    boolean spent;
    ClientConnection connection = lease.connection();
    lock.lock();
    try {
      connection.inUse--;
      changed.signalAll();
      spent = connection.inUse == 0 && (closed || !connection.isFresh());
      if (spent) {
        Shared shared = shared(lease.route());
        shared.connections.remove(connection);
        forgetIfUnused(lease.route(), shared);
      } else if (connection.inUse == 0) {
        connection.idle =
            time.schedule(idleLimit, () -> closeIdle(lease.route(), connection::equals));
      }
    } finally {
      lock.unlock();
    }
    if (spent) {
      connection.close();
    }
  }

  /** Closes those that nobody uses. */
  void closeIdle(Route route) {
    closeIdle(route, any -> true);
  }

  private void closeIdle(Route route, Predicate<ClientConnection> which) {
    List<ClientConnection> spent;
    lock.lock();
    try {
      Shared shared = shared(route);
      spent =
          shared.connections.stream().filter(each -> each.inUse == 0 && which.test(each)).toList();
      spent.forEach(Connections::stopIdling);
      shared.connections.removeAll(spent);
      forgetIfUnused(route, shared);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    spent.forEach(ClientConnection::close);
  }

  private void forgetIfUnused(Route route, Shared shared) {
    if (shared.isUnused()) {
      routes.remove(route, shared);
    }
  }

  /** Called when one of them can be used no more: who waits may open another. */
  void retired(Route route) {
    closeIdle(route, each -> !each.isFresh());
  }

  /** Ends all of them, and the requests that they carry or are opened for. */
  void close() {
    List<ClientConnection> all = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      opening.stream().filter(each -> !each.isInterrupted()).forEach(interrupted::add);
      interrupted.forEach(Thread::interrupt);
      for (Shared shared : routes.values()) {
        shared.connections.forEach(Connections::stopIdling);
        all.addAll(shared.connections);
        shared.connections.clear();
      }
    } finally {
      lock.unlock();
    }
    all.forEach(ClientConnection::end);
  }

  /** Returns how many there are. */
  int count() {
    lock.lock();
    try {
      return routes.values().stream().mapToInt(each -> each.connections.size()).sum();
    } finally {
      lock.unlock();
    }
  }
}
