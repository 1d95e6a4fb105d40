package dev.mimic.ssh;

import static java.util.Objects.requireNonNull;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.Network;
import java.io.IOException;
import java.net.ConnectException;

/**
 * A jump host: an SSH server that connects further (direct-tcpip, RFC 4254, section 7.2), and looks
 * names up. Immutable. Each connection has an SSH connection to the jump host of its own; an {@link
 * SshSession} shares one.
 *
 * <p>No local port is opened. A reset of the far side is an end here: SSH tells no difference.
 */
public final class SshJump implements Network.Hop {
  private final HostPort at;
  private final String user;
  private final SshClient client;

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

  /** What the jump host reaches. */
  private final class Tunnels implements Network {
    private final Network lower;

    Tunnels(Network lower) {
      this.lower = lower;
    }

    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      requirePort(to);
      SshConnection connection = SshConnection.open(lower, at, user, client, deadline);
      return connection.withOne(it -> it.tunnel(to, deadline));
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
