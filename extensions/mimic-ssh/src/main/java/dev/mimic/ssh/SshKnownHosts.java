package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A source of known host keys, in the format of OpenSSH's {@code known_hosts} file (see sshd(8)).
 * It supports plain and hashed names, patterns with {@code *}, {@code ?} and negation, {@code
 * @cert-authority} and {@code @revoked}. A file is read for each connection and never written.
 * Immutable.
 *
 * <p>Malformed lines are skipped and logged. Verdicts are those of OpenSSH 9.2, with three stricter
 * rules:
 *
 * <ul>
 *   <li>A key marked {@code @revoked} for {@code host} is refused on every port.
 *   <li>{@code @revoked} can be followed by a tab.
 *   <li>A certificate must name its hosts, and its principals are names, not patterns.
 * </ul>
 */
public final class SshKnownHosts {
  private final Source source;
  private final String description;

  private interface Source {
    byte[] read() throws IOException;
  }

  private SshKnownHosts(Source source, String description) {
    this.source = source;
    this.description = description;
  }

  /** Returns the known hosts of a file, which must exist when a connection is opened. */
  public static SshKnownHosts ofFile(Path file) {
    requireNonNull(file, "file");
    return new SshKnownHosts(() -> read(file), file.toString());
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("the file of known hosts %s does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new IOException("cannot read the known hosts of %s: %s".formatted(file, e), e);
    }
  }

  /** Returns the known hosts of the lines of a {@code known_hosts} file. */
  public static SshKnownHosts of(String lines) {
    byte[] bytes = lines.getBytes(UTF_8);
    return new SshKnownHosts(() -> bytes, "the given hosts");
  }

  /** Returns the known hosts of {@code ~/.ssh/known_hosts}, which need not exist. */
  public static SshKnownHosts ofUser() {
    Path file = Path.of(System.getProperty("user.home", ""), ".ssh", "known_hosts");
    return new SshKnownHosts(
        () -> Files.exists(file) ? read(file) : new byte[0], "~/.ssh/known_hosts");
  }

  /** Returns the known keys of a host. */
  KnownHostKeys of(HostPort at) throws IOException {
    return KnownHostKeys.of(at, source.read(), description);
  }

  /** Returns the origin of the hosts, for plans and messages. */
  @Override
  public String toString() {
    return description;
  }
}
