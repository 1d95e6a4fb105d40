package dev.mimic.sockets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.peers.Daemon;
import dev.mimic.peers.Programs;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A server program of Debian that listens on a Unix socket and on a port of 127.0.0.1, without
 * authentication.
 *
 * @param socket the file of the Unix socket
 * @param port the TCP port
 * @param daemon the running program
 */
record ServerProgram(Path socket, int port, Daemon daemon) implements Closeable {
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

  static ServerProgram mariaDb(Path folder) throws IOException {
    int port = Daemon.freePort();
    Path socket = folder.resolve("mariadb.sock");
    String data = "--datadir=" + folder.resolve("data");
    String user = "--user=" + System.getProperty("user.name"); // root must be named explicitly
    String unused =
        Programs.run(
            folder,
            "mariadb-install-db",
            "--no-defaults",
            data,
            user,
            "--auth-root-authentication-method=normal",
            "--skip-test-db");
    Daemon daemon =
        Daemon.start(
            socket,
            "mariadbd",
            "--no-defaults",
            data,
            user,
            "--socket=" + socket,
            "--bind-address=127.0.0.1",
            "--port=" + port,
            "--innodb-buffer-pool-size=16M");
    return new ServerProgram(socket, port, daemon);
  }

  /** Starts PostgreSQL, which refuses to run as root. */
  static ServerProgram postgres(Path folder) throws IOException {
    int port = Daemon.freePort();
    Path data = folder.resolve("data");
    if (IS_ROOT) {
      Files.setOwner(
          folder,
          FileSystems.getDefault()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName("postgres"));
    }
    List<String> initdb =
        asPostgres(
            "initdb",
            "-D",
            data.toString(),
            "-U",
            "ann",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale", // for messages in English
            "-N");
    String unused = Programs.run(folder, initdb.getFirst(), rest(initdb));
    List<String> server =
        asPostgres(
            "postgres",
            "-D",
            data.toString(),
            "-k",
            folder.toString(),
            "-h",
            "127.0.0.1",
            "-p",
            String.valueOf(port),
            "-F");
    Path socket = folder.resolve(".s.PGSQL." + port);
    Daemon daemon = Daemon.start(socket, server.getFirst(), rest(server));
    try {
      daemon.awaitPrinted("ready to accept connections"); // until then it refuses sessions
      return new ServerProgram(socket, port, daemon);
    } catch (IOException e) {
      daemon.close();
      throw e;
    }
  }

  private static List<String> asPostgres(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (IS_ROOT) {
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    command.add(postgresProgram(program));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Returns the path of a program, which Debian installs outside PATH in a folder per version. */
  private static String postgresProgram(String name) throws IOException {
    File[] versions = new File("/usr/lib/postgresql").listFiles();
    for (File version : versions == null ? new File[0] : versions) {
      File program = new File(version, "bin/" + name);
      if (program.canExecute()) {
        return program.getPath();
      }
    }
    return Programs.find(name);
  }

  private static String[] rest(List<String> command) {
    return command.subList(1, command.size()).toArray(String[]::new);
  }

  static ServerProgram redis(Path folder) throws IOException {
    int port = Daemon.freePort();
    Path socket = folder.resolve("redis.sock");
    Daemon daemon =
        Daemon.start(
            socket,
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            String.valueOf(port),
            "--unixsocket",
            socket.toString(),
            "--save",
            "",
            "--dir",
            folder.toString());
    return new ServerProgram(socket, port, daemon);
  }

  static ServerProgram mosquitto(Path folder) throws IOException {
    int port = Daemon.freePort();
    Path socket = folder.resolve("mosquitto.sock");
    Path configuration =
        Files.writeString(
            folder.resolve("mosquitto.conf"),
            """
            listener %d 127.0.0.1
            listener 0 %s
            allow_anonymous true
            user %s
            """
                .formatted(port, socket, System.getProperty("user.name")),
            US_ASCII);
    Daemon daemon = Daemon.start(socket, "mosquitto", "-c", configuration.toString());
    return new ServerProgram(socket, port, daemon);
  }

  /** Starts a read-only FTP server for the files below {@code root}, over TCP only. */
  static ServerProgram vsftpd(Path folder) throws IOException {
    int port = Daemon.freePort();
    Path root = Files.createDirectories(folder.resolve("root"));
    Path configuration =
        Files.writeString(
            folder.resolve("vsftpd.conf"),
            """
            listen=YES
            listen_address=127.0.0.1
            listen_port=%d
            background=NO
            anonymous_enable=YES
            no_anon_password=YES
            anon_root=%s
            run_as_launching_user=YES
            seccomp_sandbox=NO
            """
                .formatted(port, root),
            US_ASCII);
    return new ServerProgram(root, port, Daemon.start(port, "vsftpd", configuration.toString()));
  }

  @Override
  public void close() throws IOException {
    daemon.stop();
  }
}
