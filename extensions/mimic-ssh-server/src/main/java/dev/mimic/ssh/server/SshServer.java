package dev.mimic.ssh.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.FlowListener;
import dev.mimic.FlowServer;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * An SSH server over the flows of any listener, for tests and demos: what runs on it is Java, and
 * where the network is in memory, so is all of it. It is no server to put on the Internet.
 * Thread-safe.
 *
 * <pre>{@code
 * try (SshServer server =
 *     SshServer.builder()
 *         .key("me", "ssh-ed25519 AAAA...")
 *         .commands(command -> {
 *           command.output().write(command.line().getBytes(UTF_8));
 *           return 0;
 *         })
 *         .serve(network.listen(new HostPort("localhost", 0)))) {
 *   use(server.at(), server.knownHost());
 * }
 * }</pre>
 *
 * <p>Nobody can log in who was not named, there is no method but public keys (Ed25519, ECDSA, RSA)
 * and passwords, commands are refused where there is no handler, and connections to other hosts
 * (direct-tcpip, RFC 4254, section 7.2) where there is no network. Shells, subsystems, terminals,
 * environment variables, agents, and ports to listen on are always refused.
 *
 * <p>It is made of Apache MINA SSHD, which keeps in statics what it knows of security providers:
 * the first server of a JVM tells it to take Ed25519 from the JDK, and not to add Bouncy Castle to
 * the JVM's providers.
 */
public final class SshServer implements Closeable {
  private final FlowServer server;
  private final SshHostKey hostKey;
  private final Sessions sessions;

  private SshServer(Builder builder, FlowListener listener) {
    this.hostKey = builder.hostKey.orElseGet(SshHostKey::generate);
    this.sessions = new Sessions(builder, hostKey);
    this.server =
        FlowServer.builder()
            .name("mimic-ssh-server")
            .reporter(builder.reporter)
            .timeSource(builder.time)
            .serve(listener, sessions::serve);
  }

  /** Returns a builder of a server that lets nobody in. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the address of the listener. */
  public String address() {
    return server.address();
  }

  /**
   * Returns where it is to be connected to.
   *
   * @throws IllegalStateException if the listener's address has no host and port
   */
  public HostPort at() {
    URI address = URI.create(address());
    if (address.getHost() == null || address.getPort() < 0) {
      throw new IllegalStateException(address + " has no host and port");
    }
    return new HostPort(address.getHost().replaceAll("[\\[\\]]", ""), address.getPort());
  }

  /** Returns the key that it is known by. */
  public SshHostKey hostKey() {
    return hostKey;
  }

  /** Returns the line of {@code known_hosts} that knows it, where it {@linkplain #at is}. */
  public String knownHost() {
    return hostKey.knownHost(at());
  }

  /**
   * Lets a user in who has this key, from now on.
   *
   * @param publicKey as for {@link Builder#key}
   */
  public void authorize(String user, String publicKey) {
    sessions.authorize(requireNonNull(user, "user"), publicKey);
  }

  /** Returns how many connections are being served. */
  public int connections() {
    return server.flows();
  }

  /**
   * Stops as {@link FlowServer#stop} does: accepts no more, waits for the clients to go, and then
   * uses force: closes the connections, and interrupts the commands.
   *
   * @param atMost zero, or less, uses force at once
   * @return whether no force was used
   */
  public boolean stop(Duration atMost) {
    boolean graceful = server.stop(atMost);
    sessions.close();
    return graceful;
  }

  /** Stops, and waits up to 5 seconds before force is used. */
  @Override
  public void close() {
    server.close();
    sessions.close();
  }

  /** Settings of a server. Not thread-safe. */
  public static final class Builder {
    Optional<SshHostKey> hostKey = Optional.empty();
    final Map<String, Set<String>> keys = new LinkedHashMap<>();
    final Map<String, String> passwords = new LinkedHashMap<>();
    Optional<SshCommandHandler> commands = Optional.empty();
    Optional<Network> network = Optional.empty();
    OptionalLong rekeyBytes = OptionalLong.empty();
    TimeSource time = TimeSource.system();
    FlowServer.Reporter reporter =
        (what, failure) -> LoggerFactory.getLogger(SshServer.class).warn(what, failure);

    private Builder() {}

    /** Sets the key that it is known by, in place of a new one. */
    public Builder hostKey(SshHostKey hostKey) {
      this.hostKey = Optional.of(hostKey);
      return this;
    }

    /**
     * Lets a user in who has this key; there may be several.
     *
     * @param publicKey a line of OpenSSH's, such as {@code ssh-ed25519 AAAA... comment}
     */
    public Builder key(String user, String publicKey) {
      keys.computeIfAbsent(requireNonNull(user, "user"), name -> new LinkedHashSet<>())
          .add(PublicKeys.line(publicKey));
      return this;
    }

    /** Lets a user in who has this password. */
    public Builder password(String user, String password) {
      passwords.put(requireNonNull(user, "user"), requireNonNull(password, "password"));
      return this;
    }

    /** Sets what commands do. */
    public Builder commands(SshCommandHandler commands) {
      this.commands = Optional.of(commands);
      return this;
    }

    /**
     * Makes it a jump host, which connects by this network. A host has half a minute to read what a
     * client has sent to it before the client closed the channel.
     */
    public Builder forwardBy(Network network) {
      this.network = Optional.of(network);
      return this;
    }

    /** Sets after how many bytes, in one direction, the connection's keys are changed. */
    public Builder rekeyAfter(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("bytes (%d) must be positive".formatted(bytes));
      }
      this.rekeyBytes = OptionalLong.of(bytes);
      return this;
    }

    /** Sets who is told of failures, in place of the log. */
    public Builder reporter(FlowServer.Reporter reporter) {
      this.reporter = requireNonNull(reporter, "reporter");
      return this;
    }

    /** Sets the clock of the limits. */
    public Builder timeSource(TimeSource timeSource) {
      this.time = requireNonNull(timeSource, "timeSource");
      return this;
    }

    /**
     * Returns a server that accepts already, and owns the listener, which is closed where this
     * fails.
     *
     * @throws IllegalStateException if nobody can log in
     */
    public SshServer serve(FlowListener listener) {
      requireNonNull(listener, "listener");
      try {
        requireUsers();
        return new SshServer(this, listener);
      } catch (RuntimeException e) {
        close(listener, e);
        throw e;
      }
    }

    private void requireUsers() {
      if (keys.isEmpty() && passwords.isEmpty()) {
        throw new IllegalStateException("nobody can log in: give a user a key or a password");
      }
    }

    private static void close(FlowListener listener, RuntimeException failure) {
      try {
        listener.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
