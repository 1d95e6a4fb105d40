package dev.mimic.ssh;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.withDefault;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.Verdict;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The keys for settings of SSH. Set them in a context, or bind them in a module: {@code
 * bindValue(Ssh.KEYS, List.of(SshKey.ofFile(path)))}.
 */
public final class Ssh {
  /** The command to run, which the server passes to the user's shell. */
  public static final Key<String> COMMAND = Key.of("ssh.command", command -> command);

  /** The known host keys. Defaults to the user's {@code known_hosts} file. */
  public static final Key<SshKnownHosts> KNOWN_HOSTS =
      Key.of("ssh.known-hosts", SshKnownHosts::toString);

  /**
   * The keys to offer, in order. Defaults to the user's keys: those of the agent that {@code
   * SSH_AUTH_SOCK} names, then those in {@code ~/.ssh} that need no passphrase.
   */
  public static final Key<List<SshKey>> KEYS = Key.of("ssh.keys", List::toString);

  /** The time without data after which a keep-alive request is sent. Defaults to 30 seconds. */
  public static final Key<Duration> KEEP_ALIVE =
      Key.of("ssh.keep-alive", time -> time.toString().substring(2).toLowerCase(Locale.ROOT));

  /**
   * The destination of a command's standard error. By default, only the end of it is kept, for
   * error messages. The stream's {@code write} is called by a thread of the connection, and should
   * not block for long.
   */
  public static final Key<OutputStream> STANDARD_ERROR =
      Key.of("ssh.standard-error", stream -> "to a stream");

  /** The client configuration, derived from all these keys and {@link Address#PASSWORD}. */
  public static final Key<SshClient> CLIENT = Key.of("ssh.client", SshClient::toString);

  private Ssh() {}

  /** Returns the derivation of {@link #CLIENT}. */
  static Derivation<SshClient> client() {
    Derivation.Builder<SshClient> rule = Derivation.builder(CLIENT);
    Input<Optional<SshKnownHosts>> knownHosts = rule.input(optional(KNOWN_HOSTS));
    Input<Optional<List<SshKey>>> keys = rule.input(optional(KEYS));
    Input<Optional<String>> password = rule.input(optional(Address.PASSWORD));
    Input<Duration> keepAlive = rule.input(withDefault(KEEP_ALIVE, SshClient.Builder.KEEP_ALIVE));
    Input<Optional<OutputStream>> errors = rule.input(optional(STANDARD_ERROR));
    return rule.build(
        in -> {
          SshClient.Builder client = SshClient.builder().keepAlive(in.get(keepAlive));
          in.get(knownHosts).ifPresent(client::knownHosts);
          in.get(keys).ifPresent(client::keys);
          in.get(password).ifPresent(client::password);
          in.get(errors).ifPresent(client::standardError);
          return Verdict.of(client.build());
        });
  }
}
