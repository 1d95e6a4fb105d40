package dev.mimic.ssh;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.Network;
import java.io.Closeable;
import java.io.IOException;

/**
 * An SSH connection that carries many flows: commands, and connections from its server to other
 * hosts; so it is a {@link Network.Hop} as well. Who opens it closes it, and that closes its flows.
 * Thread-safe.
 *
 * <p>A flow that is not read holds two MiB. Once they are full, the connection waits for its
 * reader, and the other flows wait with it.
 */
public final class SshSession implements Network.Hop, Closeable {
  private final SshConnection connection;

  private SshSession(SshConnection connection) {
    this.connection = connection;
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
    return new SshSession(SshConnection.open(network, at, user, client, deadline));
  }

  /**
   * The same over a flow that is connected already, such as one that a resolver gave.
   *
   * @param below belongs to the session, and is closed if there is none
   * @param at what the server is known as
   */
  public static SshSession over(
      Flow below, HostPort at, String user, SshClient client, Deadline deadline)
      throws IOException {
    return new SshSession(SshConnection.over(below, at, user, client, deadline));
  }

  /**
   * Runs a command, for the server's shell. The flow is its standard input and output; where that
   * ends, and the command has failed, a read throws a {@link SshExitException}.
   */
  public Flow run(String command, Deadline deadline) throws IOException {
    return connection.command(command, deadline);
  }

  /** Connects from the server to this host and port; the server looks the name up. */
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    SshJump.requirePort(to);
    return connection.tunnel(to, deadline);
  }

  /** Returns what the server reaches. The network below is not used: this session stands. */
  @Override
  public Network through(Network lower) {
    return new Tunnels();
  }

  /** Returns whether it can be used. */
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  /** Returns such as {@code ssh(tcp(192.0.2.1:22))}. */
  @Override
  public String toString() {
    return connection.info().toString();
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
      return "direct-tcpip(%s by %s)".formatted(to, connection.info());
    }
  }
}
