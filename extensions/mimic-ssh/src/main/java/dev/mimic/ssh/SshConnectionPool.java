package dev.mimic.ssh;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.BlockingCall;
import dev.mimic.flow.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A pool of SSH connections to one server. A flow uses the first open connection with a free slot.
 * If there is none, one thread logs in and the others wait for it. Thus a server sees one login at
 * a time, which keeps below its limit on logins (OpenSSH's MaxStartups).
 *
 * <p>State: the connections with their numbers of flows, and the pending login, are guarded by this
 * object's monitor. No I/O is performed under it. The end of a login wakes all waiting threads.
 */
final class SshConnectionPool implements Closeable {

  /** A function that opens a connection and logs in. */
  interface Login {
    SshConnection open(Deadline deadline) throws IOException;
  }

  private final Login login;
  private final int maxFlows;
  private final boolean persistent;
  private final List<PooledConnection> connections = new ArrayList<>();
  private @Nullable CompletableFuture<Optional<IOException>> pendingLogin;
  private int users;
  private boolean closed;

  private SshConnectionPool(Login login, int maxFlows, boolean persistent) {
    this.login = login;
    this.maxFlows = maxFlows;
    this.persistent = persistent;
  }

  /** Returns a pool that closes each connection with the last of its flows. */
  static SshConnectionPool closingUnused(Login login, int maxFlows) {
    return new SshConnectionPool(login, maxFlows, false);
  }

  /** Returns a pool of one connection, which stays until {@link #close} and is reopened if lost. */
  static SshConnectionPool persistent(Login login) {
    return new SshConnectionPool(login, Integer.MAX_VALUE, true);
  }

  /** Opens a channel on a pooled connection. */
  SshFlow open(SshConnection.ChannelOpener opener, Deadline deadline) throws IOException {
    PooledConnection pooled = take(deadline);
    boolean wasUsed = pooled.used;
    try {
      return open(opener, pooled);
    } catch (SshConnection.LostException e) {
      if (!wasUsed) {
        throw e;
      }
      return open(opener, take(deadline)); // the loss of an idle connection is noticed at its use
    }
  }

  private SshFlow open(SshConnection.ChannelOpener opener, PooledConnection pooled)
      throws IOException {
    try {
      SshFlow flow = opener.open(pooled.connection);
      pooled.used = true;
      flow.setOwner(pooled, !persistent);
      return flow;
    } catch (IOException | RuntimeException e) {
      pooled.failed(e);
      throw e;
    }
  }

  /** Returns the connection for the next flow, and connects if there is none. */
  SshConnection connect(Deadline deadline) throws IOException {
    PooledConnection pooled = take(deadline);
    pooled.ended(true);
    return pooled.connection;
  }

  private PooledConnection take(Deadline deadline) throws IOException {
    while (true) {
      CompletableFuture<Optional<IOException>> result;
      boolean mine = false;
      synchronized (this) {
        if (closed) {
          throw new ClosedChannelException();
        }
        Optional<PooledConnection> found = takeSlot();
        if (found.isPresent()) {
          return found.get();
        }
        if (pendingLogin == null) {
          pendingLogin = new CompletableFuture<>();
          mine = true;
        }
        result = pendingLogin;
      }
      if (mine) {
        return logIn(result, deadline);
      }
      Optional<IOException> refused = BlockingCall.await(result, deadline);
      if (refused.isPresent()) {
        throw refused.get();
      }
    }
  }

  /** Takes a slot on an open connection. The caller holds the monitor. */
  private Optional<PooledConnection> takeSlot() {
    for (PooledConnection each : connections) {
      if (!each.suspect && each.connection.isOpen() && each.flows < maxFlows) {
        each.flows++;
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private PooledConnection logIn(CompletableFuture<Optional<IOException>> result, Deadline deadline)
      throws IOException {
    Optional<IOException> refused = Optional.empty();
    try {
      closeUnused();
      PooledConnection pooled = new PooledConnection(login.open(deadline));
      boolean tooLate;
      synchronized (this) {
        connections.add(pooled);
        tooLate = closed;
      }
      if (tooLate) {
        pooled.connection.close();
        throw new ClosedChannelException();
      }
      return pooled;
    } catch (SshAuthenticationException e) { // the waiting threads would be refused as well
      refused = Optional.of(new SshAuthenticationException(requireNonNull(e.getMessage()), e));
      throw e;
    } catch (SshHostKeyException e) {
      refused = Optional.of(new SshHostKeyException(requireNonNull(e.getMessage()), e));
      throw e;
    } finally {
      synchronized (this) {
        pendingLogin = null;
      }
      result.complete(refused);
    }
  }

  /** Closes a persistent connection that was lost while it had no flows. */
  private void closeUnused() throws IOException {
    List<PooledConnection> unused;
    synchronized (this) {
      unused = connections.stream().filter(each -> each.flows == 0).toList();
      connections.removeAll(unused);
    }
    for (PooledConnection each : unused) {
      each.connection.close();
    }
  }

  /** Keeps the pool from being idle until {@link #release}. */
  synchronized void retain() {
    users++;
  }

  synchronized void release() {
    users--;
  }

  /** Returns whether there is neither a connection nor a thread that opens one. */
  synchronized boolean isIdle() {
    return connections.isEmpty() && users == 0;
  }

  /** Closes the connections and their flows, after closed flows have sent their data. */
  @Override
  public void close() throws IOException {
    List<PooledConnection> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(connections);
      connections.clear();
    }
    for (PooledConnection each : all) {
      each.connection.closeWithFlows();
    }
  }

  /** A connection and the number of its flows. */
  private final class PooledConnection implements SshFlow.Owner {
    private final SshConnection connection;
    private int flows = 1;
    private boolean suspect;
    private volatile boolean used;

    PooledConnection(SshConnection connection) {
      this.connection = connection;
    }

    void failed(Exception e) throws IOException {
      synchronized (SshConnectionPool.this) {
        // A server that timed out may be unreachable, so no other flow uses this connection.
        suspect |= e instanceof SocketTimeoutException || e instanceof SshConnection.LostException;
      }
      try {
        ended(true);
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
    }

    @Override
    public void ended(boolean graceful) throws IOException {
      synchronized (SshConnectionPool.this) {
        flows--;
        if (flows > 0 || (persistent && !suspect && connection.isOpen())) {
          return;
        }
        connections.remove(this);
      }
      connection.end(graceful);
    }
  }
}
