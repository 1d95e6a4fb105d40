package dev.mimic.ssh;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.Closeable;
import java.io.IOException;

/**
 * An SSH connection that carries many flows: commands, and connections from its server to other
 * hosts. It is a {@link Network.Hop} to those hosts. The caller that opens a session must close it,
 * which closes its flows. Thread-safe.
 *
 * <p>If the connection is lost, for example because the server is restarted, its flows are lost.
 * The next flow connects and logs in again within its own deadline.
 *
 * <p>A flow that is not read buffers up to 2 MiB and does not block the others.
 */
public final class SshSession implements Network.Hop, Closeable {
  private final SshConnectionPool pool;
  private final boolean reconnects;
  private volatile SshConnection latest;
  private volatile boolean closed;

  private SshSession(SshConnectionPool pool, boolean reconnects, SshConnection first) {
    this.pool = pool;
    this.reconnects = reconnects;
    this.latest = first;
  }

  /**
   * Connects, verifies the host key and logs in.
   *
   * @throws SshHostKeyException if the host key is unknown, changed or revoked
   * @throws SshAuthenticationException if the server refuses the login
   */
  public static SshSession open(
      Network network, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    SshConnectionPool pool =
        SshConnectionPool.persistent(by -> SshConnection.open(network, at, user, client, by));
    return new SshSession(pool, true, pool.connect(deadline));
  }

  /**
   * Opens a session over a connected flow, for example one from a resolver. If the flow is lost,
   * the session cannot reconnect.
   *
   * @param below the flow, which the session owns; closed if this method fails
   * @param at the name of the server among the known hosts
   */
  public static SshSession over(
      Flow below, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    SshConnection only = SshConnection.over(below, at, user, client, deadline);
    SshConnectionPool pool = SshConnectionPool.persistent(by -> only);
    return new SshSession(pool, false, pool.connect(deadline));
  }

  /**
   * Runs a command, which the server passes to the user's shell. The flow is its standard input and
   * output. If the command has failed, the read at the end of the output throws an {@link
   * SshExitException}.
   */
  public Flow run(String command, Deadline deadline) throws IOException {
    return open(it -> it.command(command, deadline), deadline);
  }

  /** Connects from the server to a host and port. The server resolves the name. */
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    SshJump.requirePort(to);
    return open(it -> it.tunnel(to, deadline), deadline);
  }

  private Flow open(SshConnection.ChannelOpener opener, Deadline deadline) throws IOException {
    return pool.open(
        it -> {
          latest = it;
          return opener.open(it);
        },
        deadline);
  }

  /** Returns the network behind the server. The lower network is not used. */
  @Override
  public Network through(Network lower) {
    return new TunnelNetwork();
  }

  /**
   * Returns whether the session can be used: it is not closed, and the flow of {@link #over} is not
   * lost. A session that can reconnect stays open without a connection.
   */
  public boolean isOpen() {
    return !closed && (reconnects || latest.isOpen());
  }

  /**
   * {@inheritDoc} Returns immediately. A non-daemon thread then sends the data of closed flows, and
   * delays the end of the JVM for a limited time.
   */
  @Override
  public void close() throws IOException {
    closed = true;
    pool.close();
  }

  /** Returns a description such as {@code ssh(tcp(192.0.2.1:22))}. */
  @Override
  public String toString() {
    return latest.info().toString();
  }

  private final class TunnelNetwork implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      return SshSession.this.connect(to, deadline);
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw SshJump.notListening(at, SshSession.this);
    }

    @Override
    public String describe(HostPort to) {
      return "direct-tcpip(%s by %s)".formatted(to, latest.info());
    }
  }
}
