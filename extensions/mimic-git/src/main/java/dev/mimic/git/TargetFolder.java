package dev.mimic.git;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The target folder of a clone, which can be restored after a failure.
 *
 * @param firstMade the outermost folder that had to be created, or null if none had to
 */
record TargetFolder(Path path, @Nullable Path firstMade) {

  /** Creates a folder, or checks that it is empty. */
  static TargetFolder prepare(Path path) throws IOException {
    Path whole = path.toAbsolutePath();
    if (Files.exists(whole) && !isEmptyFolder(whole)) {
      throw new GitException("%s is not empty: name a new folder".formatted(path));
    }
    TargetFolder folder = new TargetFolder(whole, firstMissing(whole));
    try {
      Path unused = Files.createDirectories(whole);
      return folder;
    } catch (IOException e) {
      folder.restore(e);
      throw new GitException(
          "the folder %s cannot be created by this user: name another".formatted(path), e);
    }
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  private static @Nullable Path firstMissing(Path path) {
    Path missing = null;
    for (Path each = path; each != null && !Files.exists(each); each = each.getParent()) {
      missing = each;
    }
    return missing;
  }

  /** Deletes the new files and folders. Failures are added to {@code failure} as suppressed. */
  void restore(Throwable failure) {
    try {
      if (firstMade == null) {
        MoreFiles.deleteDirectoryContents(path, RecursiveDeleteOption.ALLOW_INSECURE);
      } else if (Files.exists(firstMade)) {
        MoreFiles.deleteRecursively(firstMade, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
