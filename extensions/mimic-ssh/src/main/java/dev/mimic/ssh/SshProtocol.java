package dev.mimic.ssh;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that runs commands on SSH servers (RFC 4254, section 6.5) over the deployment's {@link
 * Network}. It carries {@code ssh://} and scp-like addresses. Each flow has its own SSH connection,
 * which is closed with it.
 *
 * <p>Writes go to the command's standard input, and reads return its standard output. If the
 * command has failed, the read at the end of the output throws an {@link SshExitException}. A
 * command can close its output before it ends. The read then waits for the status, up to the read
 * timeout.
 */
public final class SshProtocol implements Protocol<SshProtocol.Endpoint> {
  static final int PORT = 22;

  /** The server to connect to and the command to run. */
  public static final Key<Endpoint> ENDPOINT = Key.of("ssh.endpoint");

  /** A server and a command to run on it. Immutable. */
  public static final class Endpoint {
    private final Network network;
    private final HostPort at;
    private final String user;
    private final SshClient client;
    private final String command;

    private Endpoint(Network network, HostPort at, String user, SshClient client, String command) {
      this.network = requireNonNull(network, "network");
      this.at = requireNonNull(at, "at");
      this.user = requireNonNull(user, "user");
      this.client = requireNonNull(client, "client");
      this.command = requireNonNull(command, "command");
    }

    /** Returns an endpoint. */
    public static Endpoint of(
        Network network, HostPort at, String user, SshClient client, String command) {
      return new Endpoint(network, at, user, client, command);
    }

    /** Returns the network that reaches the server. */
    public Network network() {
      return network;
    }

    /** Returns the host and the port of the server. */
    public HostPort at() {
      return at;
    }

    /** Returns the name of the user to log in as. */
    public String user() {
      return user;
    }

    /** Returns the client configuration. */
    public SshClient client() {
      return client;
    }

    /** Returns the command, which the server passes to the user's shell. */
    public String command() {
      return command;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Endpoint that
          && network.equals(that.network)
          && at.equals(that.at)
          && user.equals(that.user)
          && client.equals(that.client)
          && command.equals(that.command);
    }

    @Override
    public int hashCode() {
      return Objects.hash(network, at, user, client, command);
    }

    @Override
    public String toString() {
      return "Endpoint[network=%s, at=%s, user=%s, client=%s, command=%s]"
          .formatted(network, at, user, client, command);
    }
  }

  /** Creates the protocol, which is stateless. */
  public SshProtocol() {}

  /** Returns the derivation of {@link #ENDPOINT}. */
  static Derivation<Endpoint> derivation() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
    Input<Network> network = endpoint.input(required(Network.KEY));
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(withDefault(Address.PORT, PORT));
    Input<String> user =
        endpoint.input(withDefault(Address.USER, System.getProperty("user.name", "root")));
    Input<SshClient> client = endpoint.input(required(Ssh.CLIENT));
    // Set by the caller, so no derivation for it is missing.
    Input<Optional<String>> command = endpoint.input(optional(Ssh.COMMAND));
    return endpoint.build(
        in ->
            in.get(command)
                .map(
                    run ->
                        Endpoint.of(
                            in.get(network),
                            new HostPort(in.get(host), in.get(port)),
                            in.get(user),
                            in.get(client),
                            run))
                .<Verdict<Endpoint>>map(Verdict::of)
                .orElseGet(() -> Verdict.decline("no command to run: set ssh.command")));
  }

  /** Returns {@code ssh}. */
  @Override
  public String name() {
    return "ssh";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  /** Returns true. */
  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public String describe(Endpoint endpoint) {
    return "ssh(" + endpoint.network().describe(endpoint.at()) + ")";
  }

  @Override
  public Flow connect(Endpoint to, Deadline deadline) throws IOException {
    SshConnection connection =
        SshConnection.open(to.network(), to.at(), to.user(), to.client(), deadline);
    return connection.openSingle(it -> it.command(to.command(), deadline));
  }
}
