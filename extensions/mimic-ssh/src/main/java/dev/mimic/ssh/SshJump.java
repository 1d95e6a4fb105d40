package dev.mimic.ssh;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A jump host: an SSH server that connects further (direct-tcpip, RFC 4254, section 7.2), and looks
 * names up. Thread-safe.
 *
 * <p>The flows through one jump host share an SSH connection while any of them is open; one
 * connection carries 64 flows. They must be opened through the same object and the same network
 * below: two objects share nothing, even if they were made of the same values. A flow that is not
 * read holds up no other. When the connection is lost, its flows are lost, and the next flow logs
 * in again.
 *
 * <p>No local port is opened. A reset of the far side is an end here: SSH tells no difference.
 */
public final class SshJump implements Network.Hop {
  // As many as a server's limit of open files, and one that is slow, can be expected to take.
  private static final int MOST_FLOWS = 64;

  private final HostPort at;
  private final String user;
  private final SshClient client;
  private final Map<Network, SshConnections> shared = new HashMap<>(); // guarded by itself

  private SshJump(HostPort at, String user, SshClient client) {
    this.at = requireNonNull(at, "at");
    this.user = requireNonNull(user, "user");
    this.client = requireNonNull(client, "client");
  }

  /** Returns the jump host at this place of the network below. */
  public static SshJump of(HostPort at, String user, SshClient client) {
    return new SshJump(at, user, client);
  }

  @Override
  public Network through(Network lower) {
    return new Tunnels(requireNonNull(lower, "lower"));
  }

  /** Returns such as {@code ssh(jump.example:22)}. */
  @Override
  public String toString() {
    return "ssh(" + at + ")";
  }

  private SshConnections enter(Network lower) {
    synchronized (shared) {
      shared.values().removeIf(SshConnections::isIdle); // of networks that are no longer used
      SshConnections connections =
          shared.computeIfAbsent(
              lower,
              it ->
                  SshConnections.whileUsed(
                      deadline -> SshConnection.open(it, at, user, client, deadline), MOST_FLOWS));
      connections.enter();
      return connections;
    }
  }

  /** Returns whether there is no connection to the jump host. */
  boolean isIdle() {
    synchronized (shared) {
      return shared.values().stream().allMatch(SshConnections::isIdle);
    }
  }

  /** What the jump host reaches. Equal to another if the jump host is, and the network below. */
  private final class Tunnels implements Network {
    private final Network lower;

    Tunnels(Network lower) {
      this.lower = lower;
    }

    private SshJump jump() {
      return SshJump.this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Tunnels that && jump() == that.jump() && lower.equals(that.lower);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(jump()) + lower.hashCode();
    }

    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      requirePort(to);
      if (!ReceiveWindow.isKnown()) { // else a flow that is not read would hold up all the others
        SshConnection own = SshConnection.open(lower, at, user, client, deadline);
        return own.withOne(it -> it.tunnel(to, deadline));
      }
      SshConnections connections = enter(lower);
      try {
        return connections.open(it -> it.tunnel(to, deadline), deadline);
      } finally {
        connections.leave();
      }
    }

    @Override
    public FlowListener listen(HostPort to) throws IOException {
      throw notListening(to, SshJump.this);
    }

    @Override
    public String describe(HostPort to) {
      return "direct-tcpip(%s by ssh(%s))".formatted(to, lower.describe(at));
    }
  }

  static void requirePort(HostPort to) throws ConnectException {
    if (to.port() == 0) {
      throw new ConnectException("port 0 is for listening, where it lets the system choose");
    }
  }

  static IOException notListening(HostPort at, Object hop) {
    return new IOException(
        "%s cannot be listened on through %s: listen without hops".formatted(at, hop));
  }
}
