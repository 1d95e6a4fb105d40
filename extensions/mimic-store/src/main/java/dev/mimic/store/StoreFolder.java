package dev.mimic.store;

import static org.eclipse.jgit.lib.Constants.HEAD;
import static org.eclipse.jgit.lib.Constants.R_HEADS;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The folder of a store: a bare repository, created if the folder is empty or missing. */
final class StoreFolder {
  private StoreFolder() {}

  /** Opens the repository; the caller closes it. A creation that fails leaves no files behind. */
  static Repository open(Path folder, String branch) throws IOException {
    Repository repository =
        new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    try {
      if (!repository.getObjectDatabase().exists()) {
        create(repository, folder, branch);
      }
      return repository;
    } catch (IOException | RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  private static void create(Repository repository, Path folder, String branch) throws IOException {
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw new StoreException("%s is not empty: name a new folder".formatted(folder));
    }
    boolean wasThere = Files.exists(folder);
    Path firstMade = firstMissing(folder.toAbsolutePath());
    try {
      makeFolder(folder);
      repository.create(true);
      RefUpdate.Result unused = repository.updateRef(HEAD).link(R_HEADS + branch);
    } catch (IOException | RuntimeException e) {
      restore(wasThere, firstMade, e);
      throw e;
    }
  }

  private static void makeFolder(Path folder) throws StoreException {
    try {
      Path unused = Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StoreException(
          "the folder %s cannot be created by this user: name another".formatted(folder), e);
    }
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Returns the outermost parent that is missing, or the folder itself. */
  private static Path firstMissing(Path folder) {
    Path parent = folder.getParent();
    return parent == null || Files.exists(parent) ? folder : firstMissing(parent);
  }

  private static void restore(boolean wasThere, Path firstMade, Throwable failure) {
    try {
      if (wasThere) {
        MoreFiles.deleteDirectoryContents(firstMade, RecursiveDeleteOption.ALLOW_INSECURE);
      } else if (Files.exists(firstMade)) {
        MoreFiles.deleteRecursively(firstMade, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
