package dev.mimic.demo;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mimic.store.GitStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The store of a command. */
final class KvOptions {
  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "The folder of the store, a bare Git repository. Defaults to kv.git.")
  private Path folder = Path.of("kv.git");

  /** What is done with the store; what it refuses are keys of the user's. */
  @FunctionalInterface
  interface Work {
    void with(GitStore store) throws IOException;
  }

  /** Looks at the store, which must be there. */
  int read(Work work) throws IOException {
    checkThere();
    return open(work);
  }

  /** Changes the store, which must be there. If the program is ended meanwhile, it stays sound. */
  int change(Work work) throws IOException {
    checkThere();
    return changeOrMake(work);
  }

  /** Changes the store, and makes it if it is not there; but not for work that fails. */
  int changeOrMake(Work work) throws IOException {
    boolean isNew = !isThere();
    return UntilTheEnd.call(() -> isNew ? make(work) : open(work));
  }

  private int make(Work work) throws IOException {
    List<Path> missing = missing();
    try {
      return open(work);
    } catch (IOException | RuntimeException e) {
      deleteIfEmpty(missing, e);
      throw e;
    }
  }

  /** Returns the folders that have to be made, the store's first. */
  private List<Path> missing() {
    List<Path> missing = new ArrayList<>();
    Path each = folder.toAbsolutePath();
    while (each != null && !Files.exists(each)) {
      missing.add(each);
      each = each.getParent();
    }
    return missing;
  }

  private void deleteIfEmpty(List<Path> made, Exception failure) {
    try {
      if (!isThere() || !isEmpty()) {
        return;
      }
      MoreFiles.deleteDirectoryContents(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      for (Path each : made) {
        Files.delete(each);
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private boolean isThere() {
    return Files.isDirectory(folder.resolve("objects"));
  }

  /** Returns whether nobody has put anything into the store: another process may have, by now. */
  private boolean isEmpty() throws IOException {
    try (GitStore store = GitStore.open(folder)) {
      return store.keys().isEmpty(); // which no interrupt ends, unlike a walk through the history
    }
  }

  private void checkThere() throws IOException {
    if (!isThere()) {
      throw new IOException(
          "there is no store in %s: set something, pull, or name another by --store"
              .formatted(folder));
    }
  }

  private int open(Work work) throws IOException {
    try (GitStore store = GitStore.open(folder)) {
      work.with(store);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException(String.valueOf(e.getMessage()));
    }
  }
}
