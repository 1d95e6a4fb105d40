package dev.mimic.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.base.Splitter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenSSH's server on 127.0.0.1, which lets in the user of this process by the keys that it was
 * given.
 */
public final class Sshd implements Closeable {
  private final Path folder;
  private final int port;
  private final Daemon daemon;

  private Sshd(Path folder, int port, Daemon daemon) {
    this.folder = folder;
    this.port = port;
    this.daemon = daemon;
  }

  /**
   * Starts one with an Ed25519 and an RSA key.
   *
   * @param folder for its files; the host's keys are made if they are not there
   * @param options more lines of its configuration
   */
  public static Sshd start(Path folder, String... options) throws IOException {
    return startAt(Daemon.freePort(), folder, options);
  }

  /** The same on a port that was chosen, as for one that is started again. */
  public static Sshd startAt(int port, Path folder, String... options) throws IOException {
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // it insists on this when it has the right to
    }
    Path authorized = folder.resolve("authorized_keys");
    if (!Files.exists(authorized)) {
      Files.createFile(authorized);
    }
    List<String> lines = new ArrayList<>(List.of(options));
    lines.add("Port " + port);
    lines.add("ListenAddress 127.0.0.1");
    lines.add("HostKey " + key(folder, "host_ed25519", "-t", "ed25519"));
    lines.add("HostKey " + key(folder, "host_rsa", "-t", "rsa", "-b", "2048"));
    lines.add("AuthorizedKeysFile " + authorized);
    lines.add("PidFile none");
    lines.add("StrictModes no");
    lines.add("UsePAM no");
    lines.add("PermitRootLogin yes");
    // A shell inside another one does not read the user's ~/.bashrc, which can take any time.
    lines.add("SetEnv SHLVL=2");
    lines.add("MaxStartups 100");
    Path configuration = folder.resolve("sshd_config");
    Files.write(configuration, lines, US_ASCII);
    Daemon daemon = Daemon.start(port, "sshd", "-D", "-e", "-f", configuration.toString());
    return new Sshd(folder, port, daemon);
  }

  /** Makes a key pair by {@code ssh-keygen}, if it is not there, and returns the private one. */
  public static Path key(Path folder, String name, String... arguments) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      List<String> all = new ArrayList<>(List.of("-q", "-f", file.toString()));
      all.addAll(List.of(arguments));
      if (!all.contains("-N")) {
        all.addAll(List.of("-N", ""));
      }
      String unused = Programs.run(folder, "ssh-keygen", all.toArray(String[]::new));
    }
    return file;
  }

  /** Lets in whoever has this key. */
  public void authorize(Path key) throws IOException {
    Files.write(
        folder.resolve("authorized_keys"),
        Files.readAllLines(Path.of(key + ".pub")),
        StandardOpenOption.APPEND);
  }

  public int port() {
    return port;
  }

  /** Returns the user to log in as. */
  public static String user() {
    return System.getProperty("user.name");
  }

  /** Returns the line of {@code known_hosts} that knows its Ed25519 key. */
  public String knownHost() throws IOException {
    return "[127.0.0.1]:%d %s".formatted(port, publicKey("host_ed25519"));
  }

  /** Returns the kind and the bytes of a public key, as such lines have them. */
  public String publicKey(String name) throws IOException {
    List<String> words =
        Splitter.on(' ')
            .splitToList(Files.readString(folder.resolve(name + ".pub"), US_ASCII).strip());
    return words.get(0) + " " + words.get(1);
  }

  /** Returns what it has logged. */
  public String log() throws IOException {
    return daemon.printed();
  }

  @Override
  public void close() throws IOException {
    daemon.close();
  }
}
