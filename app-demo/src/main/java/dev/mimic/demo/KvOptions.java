package dev.mimic.demo;

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

  /** Opens the store, which must be there. */
  GitStore open() throws IOException {
    if (!Files.exists(folder)) {
      throw new IOException(
          "there is no store in %s: set something, pull, or name another by --store"
              .formatted(folder));
    }
    return GitStore.open(folder);
  }

  /** Opens the store, and makes it if it is not there. */
  GitStore openOrMake() throws IOException {
    return GitStore.open(folder);
  }
}
