package dev.mimic.tls;

import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Path;

/** The {@code openssl} command, run in a folder. */
final class OpenSsl {
  private final Path folder;

  OpenSsl(Path folder) {
    this.folder = folder;
    String unused = Programs.find("openssl");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Runs the command with these space-separated arguments and returns its output. */
  String run(String arguments) throws IOException {
    return Programs.run(folder, "openssl", arguments.split(" "));
  }

  /** Creates a key with these arguments of genpkey, and a self-signed certificate for it. */
  void makeKey(String genpkey, String key, String certificate) throws IOException {
    run("genpkey " + genpkey + " -out " + key);
    run("req -x509 -new -key " + key + " -subj /CN=" + key + " -days 2 -out " + certificate);
  }
}
