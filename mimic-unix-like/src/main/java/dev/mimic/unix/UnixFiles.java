package dev.mimic.unix;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Checks of socket files, and explanations of failed connects. */
final class UnixFiles {
  private static final int S_IFMT = 0170_000;
  private static final int S_IFSOCK = 0140_000;

  private UnixFiles() {}

  /** Returns whether the file is a socket. */
  static boolean isSocket(Path file, LinkOption... options) throws IOException {
    return ((Integer) Files.getAttribute(file, "unix:mode", options) & S_IFMT) == S_IFSOCK;
  }

  /** Returns whether a full queue may have been the cause of a failed connect. */
  static boolean mayBeFull(Path socket, SocketException failure) throws SocketException {
    try {
      return !(failure instanceof ConnectException) && isSocket(socket) && Files.isWritable(socket);
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the exception of a failed connect, with the state of the path and a remedy. */
  static ConnectException explain(Path socket, SocketException failure) {
    ConnectException explained = new ConnectException(found(socket, failure));
    explained.initCause(failure);
    return explained;
  }

  private static String found(Path socket, SocketException failure) {
    try {
      if (!isSocket(socket)) {
        String what = Files.isDirectory(socket) ? "a folder" : "a file";
        return "%s is %s, not a socket".formatted(socket, what);
      }
      if (failure instanceof ConnectException) {
        return "no process listens on %s any more: start its server".formatted(socket);
      }
      if (!Files.isWritable(socket)) {
        return "permission denied: %s is %s".formatted(socket, permissions(socket));
      }
    } catch (NoSuchFileException e) {
      Path folder = UnixPaths.folder(socket);
      return Files.isDirectory(folder)
          ? "there is no %s: is its server running?".formatted(socket)
          : "there is no %s, and no folder %s: is its server running?".formatted(socket, folder);
    } catch (IOException e) {
      // The state of the path cannot be read. The message of the failure is used.
    }
    return "%s: %s".formatted(socket, failure.getMessage());
  }

  private static String permissions(Path socket) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(socket, PosixFileAttributes.class);
    return "%s, of %s and group %s"
        .formatted(
            PosixFilePermissions.toString(attributes.permissions()),
            attributes.owner().getName(),
            attributes.group().getName());
  }
}
