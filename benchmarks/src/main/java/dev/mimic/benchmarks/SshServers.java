package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.peers.Sshd;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An OpenSSH server on loopback, a jump host if there is to be one, and the key that both let in.
 *
 * @param folder their files
 * @param key lets in
 * @param knownHosts the lines that know them
 * @param config the settings of {@code ssh} for the hosts {@code server} and {@code jump}
 * @param server runs commands
 * @param jump reaches the server
 */
record SshServers(
    Path folder, Path key, Path knownHosts, Path config, Sshd server, Optional<Sshd> jump)
    implements Closeable {

  static SshServers start(boolean withJump) throws IOException {
    Path folder = Files.createTempDirectory("ssh-benchmark");
    Path key = Sshd.key(folder, "client", "-t", "ed25519");
    Sshd server = start(folder.resolve("server"), key);
    Optional<Sshd> jump =
        withJump ? Optional.of(start(folder.resolve("jump"), key)) : Optional.empty();
    Path knownHosts = folder.resolve("known_hosts");
    Files.write(
        knownHosts,
        withJump
            ? List.of(server.knownHost(), jump.get().knownHost())
            : List.of(server.knownHost()));
    Path config = folder.resolve("config");
    Files.write(
        config,
        List.of(
            "User " + Sshd.user(),
            "IdentityFile " + key,
            "IdentitiesOnly yes",
            "UserKnownHostsFile " + knownHosts,
            hostLines("server", server),
            jump.map(each -> hostLines("jump", each)).orElse("")));
    return new SshServers(folder, key, knownHosts, config, server, jump);
  }

  private static String hostLines(String name, Sshd sshd) {
    return "Host %s%n  HostName 127.0.0.1%n  Port %d".formatted(name, sshd.port());
  }

  private static Sshd start(Path folder, Path key) throws IOException {
    Sshd sshd = Sshd.start(Files.createDirectories(folder));
    sshd.authorize(key);
    return sshd;
  }

  static HostPort at(Sshd sshd) {
    return new HostPort("127.0.0.1", sshd.port());
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (jump.isPresent()) {
      jump.get().close();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
