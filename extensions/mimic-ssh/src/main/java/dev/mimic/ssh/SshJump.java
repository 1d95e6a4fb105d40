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
 * A jump host: an SSH server that opens connections to other hosts (direct-tcpip, RFC 4254, section
 * 7.2). It resolves host names. Thread-safe.
 *
 * <p>The flows through a jump host share SSH connections of up to 64 flows, each of which is closed
 * with its last flow. Only flows of the same {@code SshJump} object and an equal lower network
 * share connections. A flow that is not read does not block the others. When a connection is lost,
 * its flows are lost, and the next flow logs in again.
 *
 * <p>No local port is opened. A reset by the destination is an end of stream here, since SSH has no
 * reset.
 */
public final class SshJump implements Network.Hop {
  // Keeps below the limits of servers on open files, also of slow servers.
  private static final int MAX_FLOWS = 64;

  private final HostPort at;
  private final String user;
  private final SshClient client;
  private final Map<Network, SshConnectionPool> pools = new HashMap<>(); // guarded by itself

  private SshJump(HostPort at, String user, SshClient client) {
    this.at = requireNonNull(at, "at");
    this.user = requireNonNull(user, "user");
    this.client = requireNonNull(client, "client");
  }

  /** Returns the jump host at this host and port of the lower network. */
  public static SshJump of(HostPort at, String user, SshClient client) {
    return new SshJump(at, user, client);
  }

  @Override
  public Network through(Network lower) {
    return new TunnelNetwork(requireNonNull(lower, "lower"));
  }

  /** Returns a description such as {@code ssh(jump.example:22)}. */
  @Override
  public String toString() {
    return "ssh(" + at + ")";
  }

  private SshConnectionPool retain(Network lower) {
    synchronized (pools) {
      pools.values().removeIf(SshConnectionPool::isIdle); // of networks no longer in use
      SshConnectionPool pool =
          pools.computeIfAbsent(
              lower,
              it ->
                  SshConnectionPool.closingUnused(
                      deadline -> SshConnection.open(it, at, user, client, deadline), MAX_FLOWS));
      pool.retain();
      return pool;
    }
  }

  /** Returns whether there is no connection to the jump host. */
  boolean isIdle() {
    synchronized (pools) {
      return pools.values().stream().allMatch(SshConnectionPool::isIdle);
    }
  }

  /** The network behind the jump host. Equality is that of the jump host and the lower network. */
  private final class TunnelNetwork implements Network {
    private final Network lower;

    TunnelNetwork(Network lower) {
      this.lower = lower;
    }

    private SshJump jump() {
      return SshJump.this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof TunnelNetwork that
          && jump() == that.jump()
          && lower.equals(that.lower);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(jump()) + lower.hashCode();
    }

    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      requirePort(to);
      if (!ReceiveWindow.isSupported()) { // otherwise an unread flow would block all others
        SshConnection own = SshConnection.open(lower, at, user, client, deadline);
        return own.openSingle(it -> it.tunnel(to, deadline));
      }
      SshConnectionPool pool = retain(lower);
      try {
        return pool.open(it -> it.tunnel(to, deadline), deadline);
      } finally {
        pool.release();
      }
    }

    @Override
    public FlowListener listen(HostPort to, Deadline deadline) throws IOException {
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
