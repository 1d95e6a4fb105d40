package dev.mimic.git;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder to fill, which can be left as it was found.
 *
 * @param made the first of the folders on the way to it that was not there, if one was not
 */
record Folder(Path path, @Nullable Path made) {

  /** Makes sure that it is there and empty. */
  static Folder claim(Path path) throws IOException {
    Path whole = path.toAbsolutePath();
    if (Files.exists(whole) && !isEmptyFolder(whole)) {
      throw new GitException("%s is not empty: name a new folder".formatted(path));
    }
    Folder folder = new Folder(whole, firstMissing(whole));
    try {
      Path unused = Files.createDirectories(whole);
      return folder;
    } catch (IOException e) {
      folder.restore(e);
      throw new GitException(
          "the folder %s cannot be made, or not by this user: name another".formatted(path), e);
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

  /** Deletes what has come into it; what cannot be deleted is told beside this failure. */
  void restore(Throwable failure) {
    try {
      if (made == null) {
        MoreFiles.deleteDirectoryContents(path, RecursiveDeleteOption.ALLOW_INSECURE);
      } else if (Files.exists(made)) {
        MoreFiles.deleteRecursively(made, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
