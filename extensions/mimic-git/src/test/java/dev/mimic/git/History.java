package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Repositories created and inspected by {@code git}.
 *
 * <pre>
 *   main   0 --- 1 --- 2 ... n        tags v0, v100, v200 ...
 *   side    \--- 50 commits, not merged into main
 * </pre>
 */
final class History {
  private static final int SIDE = 50;
  private static final int COMMIT_BYTES = 1200;

  private History() {}

  /** Creates a bare repository with this many commits on main, and more on side. */
  static Path bare(Path folder, String name, int commits) throws IOException {
    Path repository = folder.resolve(name);
    git(folder, "init", "-q", "--bare", "--initial-branch=main", name);
    Path stream = Files.createTempFile(folder, "history", ".txt");
    Files.writeString(stream, stream(commits), UTF_8);
    Programs.run(repository, "sh", "-c", "git fast-import --quiet <" + stream);
    Files.delete(stream);
    return repository;
  }

  private static String stream(int commits) {
    StringBuilder stream = new StringBuilder();
    Random random = new Random(commits);
    for (int i = 0; i < commits; i++) {
      commit(stream, random, "main", i, "");
      if (i % 100 == 0) {
        stream.append("reset refs/tags/v").append(i).append("\nfrom refs/heads/main\n\n");
      }
    }
    for (int i = 0; i < Math.min(SIDE, commits); i++) {
      commit(stream, random, "side", i, i == 0 ? "from refs/tags/v0\n" : "");
    }
    return stream.append("done\n").toString();
  }

  private static void commit(
      StringBuilder stream, Random random, String branch, int number, String from) {
    byte[] bytes = new byte[COMMIT_BYTES];
    random.nextBytes(bytes);
    String content = "%d %s\n".formatted(number, Base64.getMimeEncoder().encodeToString(bytes));
    String message = "%s %d".formatted(branch, number);
    stream
        .append("commit refs/heads/%s\n".formatted(branch))
        .append("committer A <a@b> %d +0000\n".formatted(1_000_000_000 + number))
        .append("data %d\n%s\n".formatted(message.length(), message))
        .append(from)
        .append("M 100644 inline folder/%s-%d.txt\n".formatted(branch, number % 40))
        .append("data %d\n%s\n".formatted(content.length(), content));
  }

  /** Runs git in a folder as a test user, without the configuration of the real one. */
  static String git(Path folder, String... arguments) throws IOException {
    return Programs.git(folder, arguments);
  }

  /** Returns all reachable objects with their paths. */
  static List<String> objects(Path repository) throws IOException {
    return git(repository, "rev-list", "--objects", "--all").lines().sorted().toList();
  }

  /** Returns the object and the name of each ref, without HEADs. */
  static List<String> refs(Path repository) throws IOException {
    return git(repository, "for-each-ref", "--format=%(objectname) %(refname)")
        .lines()
        .filter(line -> !line.endsWith("/HEAD"))
        .toList();
  }

  /** Commits a new file on the current branch, and returns the commit. */
  static String commit(Path clone, String name) throws IOException {
    Files.writeString(clone.resolve(name), name, UTF_8);
    git(clone, "add", name);
    git(clone, "commit", "-q", "-m", "add " + name);
    return head(clone);
  }

  static String head(Path repository) throws IOException {
    return git(repository, "rev-parse", "HEAD").strip();
  }
}
