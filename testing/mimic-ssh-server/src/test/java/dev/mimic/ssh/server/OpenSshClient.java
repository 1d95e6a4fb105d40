package dev.mimic.ssh.server;

import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** OpenSSH's client with its own key, in a folder whose files commands can use. */
record OpenSshClient(Path folder, Path key) {
  private static final String OPTIONS =
      "-F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=known_hosts"
          + " -o GlobalKnownHostsFile=none -o IdentitiesOnly=yes -i client";

  static OpenSshClient in(Path folder) throws IOException {
    return new OpenSshClient(folder, Sshd.key(folder, "client", "-t", "ed25519"));
  }

  /** Returns a builder of a server that accepts the key of this client. */
  SshServer.Builder server() throws IOException {
    return SshServer.builder().key("me", Files.readString(Path.of(key + ".pub")));
  }

  /** Sets the trusted servers. */
  void trust(SshServer... servers) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (SshServer each : servers) {
      lines.append(each.knownHost()).append('\n');
    }
    Files.writeString(folder.resolve("known_hosts"), lines);
  }

  private static String line(SshServer server, String rest) {
    String unused = Programs.find("ssh"); // skips the test if it is missing
    return "ssh %s -p %d %s".formatted(OPTIONS, server.at().port(), rest);
  }

  /** Runs the client; returns its output and exit status. */
  String run(SshServer server, String rest) throws IOException {
    return Programs.run(folder, "sh", "-c", line(server, rest) + "; echo =$?");
  }

  /** Runs the client with a password; returns its output and exit status. */
  String run(SshServer server, String password, String rest) throws IOException {
    Path askpass =
        Files.writeString(folder.resolve("askpass"), "#!/bin/sh\necho '%s'\n".formatted(password));
    Path unused =
        Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
    String environment = "SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=%s ".formatted(askpass);
    String options = "-o BatchMode=no -o NumberOfPasswordPrompts=1 ";
    // The first occurrence of an option takes precedence.
    String line = line(server, rest).replaceFirst("ssh ", "ssh " + options);
    return Programs.run(folder, "sh", "-c", environment + line + "; echo =$?");
  }

  /** Starts the client; the caller must end it. */
  Process start(SshServer server, String rest) throws IOException {
    return new ProcessBuilder("sh", "-c", "exec " + line(server, rest))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
