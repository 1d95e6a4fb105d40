package dev.mimic.ssh.server;

import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** OpenSSH's client, with a key of its own, in a folder that commands may use files of. */
record OpenSshClient(Path folder, Path key) {
  private static final String OPTIONS =
      "-F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=known_hosts"
          + " -o GlobalKnownHostsFile=none -o IdentitiesOnly=yes -i client";

  static OpenSshClient in(Path folder) throws IOException {
    return new OpenSshClient(folder, Sshd.key(folder, "client", "-t", "ed25519"));
  }

  /** Returns a builder of a server that lets it in. */
  SshServer.Builder server() throws IOException {
    return SshServer.builder().key("me", Files.readString(Path.of(key + ".pub")));
  }

  /** Makes it know these servers, and no others. */
  void know(SshServer... servers) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (SshServer each : servers) {
      lines.append(each.knownHost()).append('\n');
    }
    Files.writeString(folder.resolve("known_hosts"), lines);
  }

  private static String line(SshServer server, String rest) {
    String unused = Programs.find("ssh"); // or the test is skipped
    return "ssh %s -p %d %s".formatted(OPTIONS, server.at().port(), rest);
  }

  /** Returns what it prints, and its status. */
  String run(SshServer server, String rest) throws IOException {
    return Programs.run(folder, "sh", "-c", line(server, rest) + "; echo =$?");
  }

  /** The same, of a user who types a password. */
  String run(SshServer server, String password, String rest) throws IOException {
    Path typist =
        Files.writeString(folder.resolve("typist"), "#!/bin/sh\necho '%s'\n".formatted(password));
    Path unused =
        Files.setPosixFilePermissions(typist, PosixFilePermissions.fromString("rwx------"));
    String environment = "SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=%s ".formatted(typist);
    String options = "-o BatchMode=no -o NumberOfPasswordPrompts=1 ";
    // Of an option that is there twice, the first counts.
    String line = line(server, rest).replaceFirst("ssh ", "ssh " + options);
    return Programs.run(folder, "sh", "-c", environment + line + "; echo =$?");
  }

  /** Starts it; the caller ends it. */
  Process start(SshServer server, String rest) throws IOException {
    return new ProcessBuilder("sh", "-c", "exec " + line(server, rest))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
