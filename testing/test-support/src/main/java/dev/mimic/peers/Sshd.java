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
 * The server of OpenSSH on 127.0.0.1. It accepts the user of this process with the keys passed to
 * {@link #authorize}.
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
   * Starts a server with an Ed25519 and an RSA host key.
   *
   * @param folder a folder for the files of the server; missing host keys are created
   * @param options additional lines for {@code sshd_config}
   */
  public static Sshd start(Path folder, String... options) throws IOException {
    return startAt(Daemon.freePort(), folder, options);
  }

  /** Starts a server on a given port, for example to restart it. */
  public static Sshd startAt(int port, Path folder, String... options) throws IOException {
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // sshd requires it when run by root
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
    // A nested shell does not read ~/.bashrc of the user, which could be slow.
    lines.add("SetEnv SHLVL=2");
    lines.add("MaxStartups 100");
    Path configuration = folder.resolve("sshd_config");
    Files.write(configuration, lines, US_ASCII);
    Daemon daemon = Daemon.start(port, "sshd", "-D", "-e", "-f", configuration.toString());
    return new Sshd(folder, port, daemon);
  }

  /** Returns the file of a private key. A missing key pair is created by {@code ssh-keygen}. */
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

  /** Authorizes a key. */
  public void authorize(Path key) throws IOException {
    Files.write(
        folder.resolve("authorized_keys"),
        Files.readAllLines(Path.of(key + ".pub")),
        StandardOpenOption.APPEND);
  }

  public int port() {
    return port;
  }

  /** Returns the user to authenticate as. */
  public static String user() {
    return System.getProperty("user.name");
  }

  /** Returns a line for {@code known_hosts} with the Ed25519 host key. */
  public String knownHost() throws IOException {
    return "[127.0.0.1]:%d %s".formatted(port, publicKey("host_ed25519"));
  }

  /** Returns the type and the encoded bytes of a public key, as in {@code known_hosts}. */
  public String publicKey(String name) throws IOException {
    List<String> words =
        Splitter.on(' ')
            .splitToList(Files.readString(folder.resolve(name + ".pub"), US_ASCII).strip());
    return words.get(0) + " " + words.get(1);
  }

  /** Returns the log so far. */
  public String log() throws IOException {
    return daemon.printed();
  }

  @Override
  public void close() throws IOException {
    daemon.close();
  }
}
