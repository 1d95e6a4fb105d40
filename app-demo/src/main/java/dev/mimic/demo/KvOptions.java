package dev.mimic.demo;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mimic.git.GitStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which store a command is about. */
final class KvOptions {
  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "The store's folder, a bare repository of Git; kv.git unless given.")
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
    boolean isNew = !Files.exists(folder);
    return UntilTheEnd.call(() -> isNew ? make(work) : open(work));
  }

  private int make(Work work) throws IOException {
    try {
      return open(work);
    } catch (IOException | RuntimeException e) {
      deleteIfEmpty(e);
      throw e;
    }
  }

  private void deleteIfEmpty(Exception failure) {
    try {
      if (Files.exists(folder) && isEmpty()) {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Returns whether nobody has put anything into the store, not even another process. */
  private boolean isEmpty() throws IOException {
    try (GitStore store = GitStore.open(folder)) {
      return store.keys().isEmpty(); // which no interrupt ends, unlike a walk through the history
    }
  }

  private void checkThere() throws IOException {
    if (!Files.exists(folder)) {
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
