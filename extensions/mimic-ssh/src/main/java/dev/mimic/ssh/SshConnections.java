package dev.mimic.ssh;

import static java.util.Objects.requireNonNull;

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
 * The SSH connections to one server that flows share. A flow takes the first connection that stands
 * and has room. Where there is none, one flow logs in and the others wait for it: a server sees one
 * login at a time, and its limit of logins (OpenSSH's MaxStartups) is not reached.
 *
 * <p>The connections with their numbers of flows, and the login under way, are guarded by this
 * object's monitor. No I/O is done under it. The end of a login wakes all that wait for it.
 */
final class SshConnections implements Closeable {

  /** Makes a connection, ready for channels. */
  interface Login {
    SshConnection open(Deadline deadline) throws IOException;
  }

  private final Login login;
  private final int mostFlows;
  private final boolean kept;
  private final List<Shared> standing = new ArrayList<>();
  private @Nullable CompletableFuture<Optional<IOException>> underWay;
  private int openings;
  private boolean closed;

  private SshConnections(Login login, int mostFlows, boolean kept) {
    this.login = login;
    this.mostFlows = mostFlows;
    this.kept = kept;
  }

  /** Returns connections that are closed with the last of their flows. */
  static SshConnections whileUsed(Login login, int mostFlows) {
    return new SshConnections(login, mostFlows, false);
  }

  /**
   * Returns one connection that stays until {@link #close}, and is opened again when it is lost.
   */
  static SshConnections untilClosed(Login login) {
    return new SshConnections(login, Integer.MAX_VALUE, true);
  }

  /** Opens a channel of a connection that is shared. */
  SshFlow open(SshConnection.Opener opener, Deadline deadline) throws IOException {
    Shared shared = take(deadline);
    boolean wasUsed = shared.used;
    try {
      return open(opener, shared);
    } catch (SshConnection.LostException e) {
      if (!wasUsed) {
        throw e;
      }
      return open(opener, take(deadline)); // the server was restarted, which shows only now
    }
  }

  private SshFlow open(SshConnection.Opener opener, Shared shared) throws IOException {
    try {
      SshFlow flow = opener.open(shared.connection);
      shared.used = true;
      flow.belongsTo(shared, !kept);
      return flow;
    } catch (IOException | RuntimeException e) {
      shared.failed(e);
      throw e;
    }
  }

  /** Returns the connection that flows are on, or the next one would be. */
  SshConnection connect(Deadline deadline) throws IOException {
    Shared shared = take(deadline);
    shared.ended(true);
    return shared.connection;
  }

  private Shared take(Deadline deadline) throws IOException {
    while (true) {
      CompletableFuture<Optional<IOException>> turn;
      boolean mine = false;
      synchronized (this) {
        if (closed) {
          throw new ClosedChannelException();
        }
        Optional<Shared> found = withRoom();
        if (found.isPresent()) {
          return found.get();
        }
        if (underWay == null) {
          underWay = new CompletableFuture<>();
          mine = true;
        }
        turn = underWay;
      }
      if (mine) {
        return logIn(turn, deadline);
      }
      Optional<IOException> refused = Elsewhere.await(deadline, turn);
      if (refused.isPresent()) {
        throw refused.get();
      }
    }
  }

  /** Returns one with a place taken on it, under the monitor. */
  private Optional<Shared> withRoom() {
    for (Shared each : standing) {
      if (!each.suspect && each.connection.isOpen() && each.flows < mostFlows) {
        each.flows++;
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private Shared logIn(CompletableFuture<Optional<IOException>> turn, Deadline deadline)
      throws IOException {
    Optional<IOException> refused = Optional.empty();
    try {
      endUnused();
      Shared shared = new Shared(login.open(deadline));
      boolean tooLate;
      synchronized (this) {
        standing.add(shared);
        tooLate = closed;
      }
      if (tooLate) {
        shared.connection.close();
        throw new ClosedChannelException();
      }
      return shared;
    } catch (SshAuthenticationException e) { // the others would be refused as well, one by one
      refused = Optional.of(new SshAuthenticationException(requireNonNull(e.getMessage()), e));
      throw e;
    } catch (SshHostKeyException e) {
      refused = Optional.of(new SshHostKeyException(requireNonNull(e.getMessage()), e));
      throw e;
    } finally {
      synchronized (this) {
        underWay = null;
      }
      turn.complete(refused);
    }
  }

  /** Ends what was lost while no flow was on it, and was kept. */
  private void endUnused() throws IOException {
    List<Shared> unused;
    synchronized (this) {
      unused = standing.stream().filter(each -> each.flows == 0).toList();
      standing.removeAll(unused);
    }
    for (Shared each : unused) {
      each.connection.close();
    }
  }

  /** Keeps these from being idle until {@link #leave}. */
  synchronized void enter() {
    openings++;
  }

  synchronized void leave() {
    openings--;
  }

  /** Returns whether there is no connection, and nobody who opens one. */
  synchronized boolean isIdle() {
    return standing.isEmpty() && openings == 0;
  }

  /** Ends the connections and their flows; what closed flows have still to send is sent first. */
  @Override
  public void close() throws IOException {
    List<Shared> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(standing);
      standing.clear();
    }
    for (Shared each : all) {
      each.connection.closeWithFlows();
    }
  }

  /** A connection, and how many flows are on it. */
  private final class Shared implements SshFlow.Owner {
    private final SshConnection connection;
    private int flows = 1;
    private boolean suspect;
    private volatile boolean used;

    Shared(SshConnection connection) {
      this.connection = connection;
    }

    void failed(Exception e) throws IOException {
      synchronized (SshConnections.this) {
        // A server that did not answer in time may be gone without a word: others do not try it.
        suspect |= e instanceof SocketTimeoutException || e instanceof SshConnection.LostException;
      }
      try {
        ended(true);
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
    }

    @Override
    public void ended(boolean inOrder) throws IOException {
      synchronized (SshConnections.this) {
        flows--;
        if (flows > 0 || (kept && !suspect && connection.isOpen())) {
          return;
        }
        standing.remove(this);
      }
      connection.end(inOrder);
    }
  }
}
