package dev.mimic.git;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder to fill, which can be left as it was found. */
record Folder(Path path, boolean wasThere) {

  /** Makes sure that it is there and empty. */
  static Folder claim(Path path) throws IOException {
    boolean wasThere = Files.exists(path);
    if (!wasThere) {
      Files.createDirectories(path);
    } else if (!Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    } else if (!isEmpty(path)) {
      throw new GitException("%s is not empty: name a new folder".formatted(path));
    }
    return new Folder(path, wasThere);
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  /** Deletes what has come into it; what cannot be deleted is told beside this failure. */
  void restore(Throwable failure) {
    try {
      if (wasThere) {
        MoreFiles.deleteDirectoryContents(path, RecursiveDeleteOption.ALLOW_INSECURE);
      } else {
        MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
