package dev.mimic.ssh;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;

/**
 * A command of a server (RFC 4254, section 6.5) on whatever {@link Network} the deployment has: the
 * carrier of {@code ssh://} and of scp-like addresses. Each flow has an SSH connection of its own,
 * which is closed with it.
 *
 * <p>What is written is the command's standard input, what is read its standard output. Where that
 * ends, and the command has failed, a read throws a {@link SshExitException}. A command may close
 * its output before it ends; that read waits for its status, as long as the read time-out allows.
 */
public final class SshProtocol implements Protocol<SshProtocol.Endpoint> {
  static final int PORT = 22;

  /** Where to connect to, as whom, and what to run. */
  public static final Key<Endpoint> ENDPOINT = Key.of("ssh.endpoint");

  /**
   * A command of a server.
   *
   * @param network what reaches the server
   * @param at the server
   * @param user the name to log in by
   * @param client whom to trust, and who to be
   * @param command what to run, for the server's shell
   */
  public record Endpoint(
      Network network, HostPort at, String user, SshClient client, String command) {
    /** Checks that nothing is missing. */
    public Endpoint {
      requireNonNull(network, "network");
      requireNonNull(at, "at");
      requireNonNull(user, "user");
      requireNonNull(client, "client");
      requireNonNull(command, "command");
    }
  }

  /** Makes the protocol; it holds nothing. */
  public SshProtocol() {}

  /** Returns the rule that makes the endpoint. */
  static Derivation<Endpoint> derivation() {
    return Derivation.of(
        ENDPOINT,
        required(Network.KEY),
        required(Address.HOST),
        Derivation.withDefault(Address.PORT, PORT),
        Derivation.withDefault(Address.USER, System.getProperty("user.name", "root")),
        required(Ssh.CLIENT),
        optional(Ssh.COMMAND), // not the deployment's, but the caller's: nothing there makes it
        (network, host, port, user, client, command) ->
            command
                .map(run -> new Endpoint(network, new HostPort(host, port), user, client, run))
                .<Verdict<Endpoint>>map(Verdict::of)
                .orElseGet(() -> Verdict.decline("no command to run: give ssh.command")));
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
    return connection.withOne(it -> it.command(to.command(), deadline));
  }
}
