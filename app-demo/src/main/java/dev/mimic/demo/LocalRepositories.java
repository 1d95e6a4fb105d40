package dev.mimic.demo;

import dev.mimic.git.GitClient;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Git repositories in folders of this machine. */
final class LocalRepositories {
  private static final int SHORT = 7; // as git abbreviates

  private LocalRepositories() {}

  /** Opens the repository that contains this folder. */
  static Repository open(Path folder) throws IOException {
    return GitClient.open(folder)
        .orElseThrow(
            () ->
                new IOException(
                    "%s is not in a Git repository: name one by -C"
                        .formatted(folder.toAbsolutePath())));
  }

  /** Returns the address that the repository was cloned from, or an empty string. */
  static String origin(Repository repository) {
    String address =
        repository.getConfig().getString("remote", Constants.DEFAULT_REMOTE_NAME, "url");
    return address == null ? "" : address;
  }

  static String abbreviated(ObjectId commit) {
    return commit.abbreviate(SHORT).name();
  }
}
