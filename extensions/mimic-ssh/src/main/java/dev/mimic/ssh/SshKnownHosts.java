package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The keys of hosts, in the form of OpenSSH's {@code known_hosts} (see sshd(8)): plain and hashed
 * names, patterns with {@code *}, {@code ?} and negation, {@code @cert-authority} and {@code
 * @revoked}. Never written to. Immutable; a file is read again for each connection.
 *
 * <p>A line that cannot be read is skipped, and reported in the log. Verdicts are those of OpenSSH
 * 9.2, except that three are stricter: a key marked {@code @revoked} for {@code host} is refused on
 * every port, {@code @revoked} may be followed by a tab, and a certificate must name its hosts. A
 * principal of a certificate is a name, and no pattern.
 */
public final class SshKnownHosts {
  private final Source source;
  private final String shown;

  private interface Source {
    byte[] read() throws IOException;
  }

  private SshKnownHosts(Source source, String shown) {
    this.source = source;
    this.shown = shown;
  }

  /** Returns those of this file, which must be there when a connection is made. */
  public static SshKnownHosts ofFile(Path file) {
    requireNonNull(file, "file");
    return new SshKnownHosts(() -> read(file), file.toString());
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file of known hosts " + file, e);
    } catch (IOException e) {
      throw new IOException("cannot read the known hosts of %s: %s".formatted(file, e), e);
    }
  }

  /** Returns those of these lines. */
  public static SshKnownHosts of(String lines) {
    byte[] bytes = lines.getBytes(UTF_8);
    return new SshKnownHosts(() -> bytes, "hosts that were given");
  }

  /** Returns those of {@code ~/.ssh/known_hosts}; none if it is not there. */
  public static SshKnownHosts ofUser() {
    Path file = Path.of(System.getProperty("user.home", ""), ".ssh", "known_hosts");
    return new SshKnownHosts(
        () -> Files.exists(file) ? read(file) : new byte[0], "~/.ssh/known_hosts");
  }

  /** Returns what is known of this host. */
  KnownHost of(HostPort at) throws IOException {
    return KnownHost.of(at, source.read(), shown);
  }

  /** Returns where they are from, for plans and messages. */
  @Override
  public String toString() {
    return shown;
  }
}
