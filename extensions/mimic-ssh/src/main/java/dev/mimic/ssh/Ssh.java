package dev.mimic.ssh;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.withDefault;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.Key;
import dev.mimic.Verdict;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The values that say how SSH is spoken. They are put into a context, or bound by a module: {@code
 * bindValue(Ssh.KEYS, List.of(SshKey.ofFile(path)))}.
 */
public final class Ssh {
  /** The command that an address's flow is connected to, for the server's shell. */
  public static final Key<String> COMMAND = Key.of("ssh.command", command -> command);

  /** The keys of hosts; those of the user's {@code known_hosts} at first. */
  public static final Key<SshKnownHosts> KNOWN_HOSTS =
      Key.of("ssh.known-hosts", SshKnownHosts::toString);

  /**
   * The keys to show, in order. At first those of the user: an agent's, if {@code SSH_AUTH_SOCK}
   * names one, and those in {@code ~/.ssh} that need no passphrase.
   */
  public static final Key<List<SshKey>> KEYS = Key.of("ssh.keys", List::toString);

  /** How long a server may be silent before it is asked for a sign of life; 30 s at first. */
  public static final Key<Duration> KEEP_ALIVE =
      Key.of("ssh.keep-alive", time -> time.toString().substring(2).toLowerCase(Locale.ROOT));

  /**
   * Where a command's standard error goes; at first only its end is kept, for error messages. Its
   * {@code write} is called by a thread of the connection, and should not block for long.
   */
  public static final Key<OutputStream> STANDARD_ERROR =
      Key.of("ssh.standard-error", stream -> "to a stream");

  /** How SSH is spoken, of all these, and the {@link Address#PASSWORD}. */
  public static final Key<SshClient> CLIENT = Key.of("ssh.client", SshClient::toString);

  private Ssh() {}

  /** Returns the rule that makes {@link #CLIENT}. */
  static Derivation<SshClient> client() {
    return Derivation.of(
        CLIENT,
        optional(KNOWN_HOSTS),
        optional(KEYS),
        optional(Address.PASSWORD),
        withDefault(KEEP_ALIVE, SshClient.Builder.KEEP_ALIVE),
        optional(STANDARD_ERROR),
        (knownHosts, keys, password, keepAlive, errors) ->
            Verdict.of(client(knownHosts, keys, password, keepAlive, errors)));
  }

  private static SshClient client(
      Optional<SshKnownHosts> knownHosts,
      Optional<List<SshKey>> keys,
      Optional<String> password,
      Duration keepAlive,
      Optional<OutputStream> errors) {
    SshClient.Builder client = SshClient.builder().keepAlive(keepAlive);
    knownHosts.ifPresent(client::knownHosts);
    keys.ifPresent(client::keys);
    password.ifPresent(client::password);
    errors.ifPresent(client::standardError);
    return client.build();
  }
}
