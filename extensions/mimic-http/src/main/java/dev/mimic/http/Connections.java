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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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

  /**
   * Returns a connection, to be given back.
   *
   * @param anew whether one must be opened for this
   */
  Lease take(Route route, boolean anew, Deadline deadline) throws IOException {
    Optional<Lease> there = find(route, anew, deadline);
    return there.isPresent() ? there.get() : open(route, deadline);
  }

  /** Returns one that has room, or none if one is to be opened, which is counted already. */
  private Optional<Lease> find(Route route, boolean anew, Deadline deadline) throws IOException {
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new ClosedChannelException();
        }
        Shared shared = routes.computeIfAbsent(route, any -> new Shared());
        Optional<Lease> room = anew ? Optional.empty() : withRoom(route, shared);
        if (room.isPresent()) {
          return room;
        }
        if (anew || shared.mayOpen(mostPerRoute)) {
          shared.opening++;
          return Optional.empty();
        }
        await(route, shared, deadline);
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Lease> withRoom(Route route, Shared shared) {
    shared.connections.removeIf(each -> each.inUse == 0 && isSpent(each));
    for (ClientConnection each : shared.connections) {
      if (each.isFresh() && each.inUse < each.capacity()) {
        return Optional.of(lease(route, each));
      }
    }
    return Optional.empty();
  }

  private static boolean isSpent(ClientConnection connection) {
    if (connection.isFresh()) {
      return false;
    }
    stopIdling(connection);
    connection.close();
    return true;
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
    ClientConnection opened = null;
    Lease lease = null;
    try {
      opened = opener.open(route, deadline);
    } finally {
      lease = join(route, opened);
    }
    if (lease == null) {
      opened.close();
      throw new AsynchronousCloseException();
    }
    return lease;
  }

  /** Ends the opening of a connection: it is one of the others now, unless there is none. */
  private @Nullable Lease join(Route route, @Nullable ClientConnection opened) {
    lock.lock();
    try {
      changed.signalAll();
      Shared shared = routes.computeIfAbsent(route, any -> new Shared());
      shared.opening--;
      if (opened == null || closed) {
        forgetIfUnused(route, shared);
        return null;
      }
      shared.connections.addFirst(opened);
      return lease(route, opened);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a connection back, when its request and its response are complete or have failed. */
  void give(Lease lease) {
    boolean spent;
    ClientConnection connection = lease.connection();
    lock.lock();
    try {
      connection.inUse--;
      changed.signalAll();
      spent = connection.inUse == 0 && !(connection.isFresh() && !closed);
      Shared shared = routes.get(lease.route());
      if (shared != null && spent) {
        shared.connections.remove(connection);
        forgetIfUnused(lease.route(), shared);
      } else if (connection.inUse == 0) {
        connection.idle = time.schedule(idleLimit, () -> closeIdle(lease.route(), connection));
      }
    } finally {
      lock.unlock();
    }
    if (spent) {
      connection.close();
    }
  }

  private void closeIdle(Route route, ClientConnection connection) {
    lock.lock();
    try {
      if (connection.inUse > 0 || connection.idle == null) {
        return;
      }
      Shared shared = routes.get(route);
      if (shared != null) {
        shared.connections.remove(connection);
        forgetIfUnused(route, shared);
      }
    } finally {
      lock.unlock();
    }
    connection.close();
  }

  private void forgetIfUnused(Route route, Shared shared) {
    if (shared.isUnused()) {
      routes.remove(route, shared);
    }
  }

  /** Ends all of them, and the requests that they carry. */
  void close() {
    List<ClientConnection> all = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      for (Shared shared : routes.values()) {
        shared.connections.forEach(Connections::stopIdling);
        all.addAll(shared.connections);
        shared.connections.clear();
      }
    } finally {
      lock.unlock();
    }
    all.forEach(ClientConnection::close);
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
