package dev.mimic.git;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A {@link GitService} of the bare repositories in a folder. */
final class ServedFolder implements Closeable {
  private final Path root;
  private final Map<String, Repository> open = new ConcurrentHashMap<>();

  ServedFolder(Path root) {
    this.root = root;
  }

  GitService service() {
    return GitService.of(this::find).withPushes();
  }

  Optional<Repository> find(String path) {
    Path folder = root.resolve(path);
    return Files.isDirectory(folder)
        ? Optional.of(open.computeIfAbsent(path, absent -> opened(folder)))
        : Optional.empty();
  }

  private static Repository opened(Path folder) {
    try {
      return new FileRepositoryBuilder().setGitDir(folder.toFile()).setMustExist(true).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(Repository::close);
  }
}
