package dev.mimic.ssh.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * An SSH server over the flows of any listener, for tests and demos. Its commands are implemented
 * in Java. On a network in memory it uses no operating-system sockets. It is not intended for the
 * Internet. Thread-safe.
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
 * <p>Only configured users can log in, by public key (Ed25519, ECDSA, RSA) or password. Without a
 * handler the server refuses commands. Without a network it refuses connections to other hosts
 * (direct-tcpip, RFC 4254, section 7.2). It always refuses shells, subsystems, terminals,
 * environment variables, agents and remote port forwarding.
 *
 * <p>The implementation is Apache MINA SSHD, which keeps its security providers in static fields.
 * The first server of a JVM registers the JDK's Ed25519 there, and disables the registration of
 * Bouncy Castle as a provider of the JVM.
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

  /** Returns a builder of a server without users. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the address of the listener. */
  public String address() {
    return server.address();
  }

  /**
   * Returns the host and port to connect to.
   *
   * @throws IllegalStateException if the listener's address has no host and port
   */
  public HostPort at() {
    try {
      return HostPort.ofAddress(address());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(address() + " has no host and port", e);
    }
  }

  /** Returns the host key. */
  public SshHostKey hostKey() {
    return hostKey;
  }

  /** Returns the line of {@code known_hosts} for this server at its {@linkplain #at address}. */
  public String knownHost() {
    return hostKey.knownHost(at());
  }

  /**
   * Authorizes a key of a user while the server runs.
   *
   * @param publicKey a line as for {@link Builder#key}
   */
  public void authorize(String user, String publicKey) {
    sessions.authorize(requireNonNull(user, "user"), publicKey);
  }

  /** Returns the number of open connections. */
  public int connections() {
    return server.flows();
  }

  /**
   * Stops the server as {@link FlowServer#stop} does. Closes the listener and waits for the clients
   * to disconnect. After the timeout it stops forcibly: it closes the connections and interrupts
   * the commands.
   *
   * @param timeout zero or a negative duration stops forcibly at once
   * @return true if all clients disconnected, false if the server was stopped forcibly
   */
  public boolean stop(Duration timeout) {
    boolean graceful = server.stop(timeout);
    sessions.close();
    return graceful;
  }

  /** Calls {@link #stop} with a timeout of 5 seconds. */
  @Override
  public void close() {
    server.close();
    sessions.close();
  }

  /** The settings of a server. Not thread-safe. */
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

    /** Sets the host key. Defaults to a new Ed25519 key. */
    public Builder hostKey(SshHostKey hostKey) {
      this.hostKey = Optional.of(hostKey);
      return this;
    }

    /**
     * Authorizes a key of a user. A user can have several keys.
     *
     * @param publicKey a line in OpenSSH's format, such as {@code ssh-ed25519 AAAA... comment}
     */
    public Builder key(String user, String publicKey) {
      keys.computeIfAbsent(requireNonNull(user, "user"), name -> new LinkedHashSet<>())
          .add(PublicKeys.line(publicKey));
      return this;
    }

    /** Sets the password of a user. */
    public Builder password(String user, String password) {
      passwords.put(requireNonNull(user, "user"), requireNonNull(password, "password"));
      return this;
    }

    /** Sets the handler of commands. Defaults to none, which refuses commands. */
    public Builder commands(SshCommandHandler commands) {
      this.commands = Optional.of(commands);
      return this;
    }

    /**
     * Makes the server a jump host that connects by this network. After a client closes a channel,
     * the other host has 30 seconds to read the remaining bytes.
     */
    public Builder forwardBy(Network network) {
      this.network = Optional.of(network);
      return this;
    }

    /** Sets the number of bytes in one direction after which the keys are exchanged again. */
    public Builder rekeyAfter(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("bytes (%d) must be positive".formatted(bytes));
      }
      this.rekeyBytes = OptionalLong.of(bytes);
      return this;
    }

    /** Sets the reporter of failures. Defaults to warnings in the log. */
    public Builder reporter(FlowServer.Reporter reporter) {
      this.reporter = requireNonNull(reporter, "reporter");
      return this;
    }

    /** Sets the clock of timeouts. Defaults to the system clock. */
    public Builder timeSource(TimeSource timeSource) {
      this.time = requireNonNull(timeSource, "timeSource");
      return this;
    }

    /**
     * Starts a server that owns the listener. Closes the listener if this fails.
     *
     * @throws IllegalStateException if no user has a key or password
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
        throw new IllegalStateException("no user can log in: give a user a key or a password");
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
