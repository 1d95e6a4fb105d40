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
 * hosts; so it is a {@link Network.Hop} as well. Who opens it closes it, and that closes its flows.
 * Thread-safe.
 *
 * <p>If the connection is lost, as when the server is restarted, its flows are lost with it; the
 * next flow connects and logs in again, within its own deadline.
 *
 * <p>A flow that is not read holds two MiB, and holds up no other.
 */
public final class SshSession implements Network.Hop, Closeable {
  private final SshConnections connections;
  private final boolean reconnects;
  private volatile SshConnection latest;
  private volatile boolean closed;

  private SshSession(SshConnections connections, boolean reconnects, SshConnection first) {
    this.connections = connections;
    this.reconnects = reconnects;
    this.latest = first;
  }

  /**
   * Connects, checks the server's key, and logs in.
   *
   * @throws SshHostKeyException if the server's key is not the one that is known
   * @throws SshAuthenticationException if the server does not let this user in
   */
  public static SshSession open(
      Network network, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    SshConnections connections =
        SshConnections.untilClosed(soon -> SshConnection.open(network, at, user, client, soon));
    return new SshSession(connections, true, connections.connect(deadline));
  }

  /**
   * The same over a flow that is connected already, such as one that a resolver gave. A session
   * whose flow is lost cannot connect again.
   *
   * @param below belongs to the session, and is closed if there is none
   * @param at what the server is known as
   */
  public static SshSession over(
      Flow below, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    SshConnection only = SshConnection.over(below, at, user, client, deadline);
    SshConnections connections = SshConnections.untilClosed(soon -> only);
    return new SshSession(connections, false, connections.connect(deadline));
  }

  /**
   * Runs a command, for the server's shell. The flow is its standard input and output; where that
   * ends, and the command has failed, a read throws a {@link SshExitException}.
   */
  public Flow run(String command, Deadline deadline) throws IOException {
    return open(it -> it.command(command, deadline), deadline);
  }

  /** Connects from the server to this host and port; the server looks the name up. */
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    SshJump.requirePort(to);
    return open(it -> it.tunnel(to, deadline), deadline);
  }

  private Flow open(SshConnection.Opener opener, Deadline deadline) throws IOException {
    return connections.open(
        it -> {
          latest = it;
          return opener.open(it);
        },
        deadline);
  }

  /** Returns what the server reaches. The network below is not used: this session stands. */
  @Override
  public Network through(Network lower) {
    return new Tunnels();
  }

  /**
   * Returns whether it can be used: it is not closed, and has not lost a flow that it was given. A
   * server that is gone is not noticed here, for it may come back.
   */
  public boolean isOpen() {
    return !closed && (reconnects || latest.isOpen());
  }

  /**
   * {@inheritDoc} Returns at once. What its closed flows have accepted is still sent, in a thread
   * of the session that keeps the JVM from ending for some seconds at most.
   */
  @Override
  public void close() throws IOException {
    closed = true;
    connections.close();
  }

  /** Returns such as {@code ssh(tcp(192.0.2.1:22))}. */
  @Override
  public String toString() {
    return latest.info().toString();
  }

  private final class Tunnels implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      return SshSession.this.connect(to, deadline);
    }

    @Override
    public FlowListener listen(HostPort at) throws IOException {
      throw SshJump.notListening(at, SshSession.this);
    }

    @Override
    public String describe(HostPort to) {
      return "direct-tcpip(%s by %s)".formatted(to, latest.info());
    }
  }
}
