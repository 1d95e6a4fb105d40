package dev.mimic.demo;

import dev.mimic.git.GitClient;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Repositories of this machine. */
final class Clones {
  private static final int SHORT = 7; // as git abbreviates

  private Clones() {}

  /** Opens the repository that this folder is in. */
  static Repository open(Path folder) throws IOException {
    return GitClient.open(folder)
        .orElseThrow(
            () ->
                new IOException(
                    "%s is in no repository of Git: name one by -C"
                        .formatted(folder.toAbsolutePath())));
  }

  /** Returns where it was cloned from. */
  static String origin(Repository repository) {
    String address =
        repository.getConfig().getString("remote", Constants.DEFAULT_REMOTE_NAME, "url");
    return address == null ? "" : address;
  }

  static String abbreviated(ObjectId commit) {
    return commit.abbreviate(SHORT).name();
  }
}
