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

/** What is found where a socket should be. */
final class UnixFiles {
  private static final int TYPE = 0170_000; // S_IFMT
  private static final int SOCKET = 0140_000; // S_IFSOCK

  private UnixFiles() {}

  /** Returns whether the file is a socket. */
  static boolean isSocket(Path file, LinkOption... options) throws IOException {
    return ((Integer) Files.getAttribute(file, "unix:mode", options) & TYPE) == SOCKET;
  }

  /** Returns whether a connect that failed so could have found the queue full. */
  static boolean mayBeFull(Path socket, SocketException failure) throws SocketException {
    try {
      return !(failure instanceof ConnectException) && isSocket(socket) && Files.isWritable(socket);
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the failure to connect with what was found, and what to do. */
  static ConnectException explain(Path socket, SocketException failure) {
    ConnectException explained = new ConnectException(found(socket, failure));
    explained.initCause(failure);
    return explained;
  }

  private static String found(Path socket, SocketException failure) {
    try {
      if (!isSocket(socket)) {
        String what = Files.isDirectory(socket) ? "a folder" : "a file";
        return "%s is %s, and no socket".formatted(socket, what);
      }
      if (failure instanceof ConnectException) {
        return "nobody listens on %s any more: start the server that left it".formatted(socket);
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
      // No more can be found out, as the failure says itself.
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
