package dev.mimic.store;

import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program {@code git}, run without the user's own configuration. */
final class GitProgram {
  private GitProgram() {}

  /** Runs git in this folder, and returns all that it prints; it must succeed. */
  static String git(Path folder, String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "GIT_CONFIG_GLOBAL=/dev/null",
                "GIT_CONFIG_NOSYSTEM=1",
                Programs.find("git"),
                "-c",
                "user.name=A",
                "-c",
                "user.email=a@b"));
    all.addAll(List.of(arguments));
    return Programs.run(folder, "env", all.toArray(String[]::new));
  }
}
