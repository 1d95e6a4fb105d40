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

  /** Work with the store. An {@link IllegalArgumentException} of it is about a key or a text. */
  @FunctionalInterface
  interface Work {
    void with(GitStore store) throws IOException;
  }

  /** Reads a store, which must exist. */
  int read(Work work) throws IOException {
    checkThere();
    return open(work);
  }

  /** Changes a store, which must exist. It stays consistent if the program is stopped. */
  int change(Work work) throws IOException {
    checkThere();
    return changeOrMake(work);
  }

  /** Changes a store, or creates one. Work that fails creates none. */
  int changeOrMake(Work work) throws IOException {
    boolean isNew = !isThere();
    return InterruptOnShutdown.call(() -> isNew ? make(work) : open(work));
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

  /** Returns the folders to create, beginning with that of the store. */
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

  /** Returns whether the store has no keys. Another process could have added some. */
  private boolean isEmpty() throws IOException {
    try (GitStore store = GitStore.open(folder)) {
      return store.keys().isEmpty(); // unlike a walk through the history, not ended by an interrupt
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
