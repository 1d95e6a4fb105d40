package dev.mimic.unix;

import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Verdict;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** Parses and checks paths of Unix domain sockets. */
final class UnixPaths {
  // The undocumented limit of the JDK: one byte less than fits into sun_path before its NUL.
  private static final int MAX_BYTES = isLinux() ? 106 : 102;

  private static final Charset FILE_NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private UnixPaths() {}

  private static boolean isLinux() {
    return System.getProperty("os.name", "").startsWith("Linux");
  }

  /** Returns the endpoint at the path of an address. */
  static Verdict<UnixProtocol.Endpoint> parse(String path, Set<PosixFilePermission> permissions) {
    Path socket;
    try {
      socket = Path.of(path);
    } catch (InvalidPathException e) {
      return Verdict.decline("the path is not valid on this system: " + e.getReason());
    }
    if (!socket.isAbsolute()) {
      return Verdict.decline(
          "a relative path depends on the working directory of each program: write unix:"
              + Address.encodePath(socket.toAbsolutePath().toString()));
    }
    return socket.getFileName() == null
        ? Verdict.decline("the path names a folder: give the path of a socket")
        : Verdict.of(UnixProtocol.Endpoint.of(socket, permissions));
  }

  /** Checks that a socket can have this path. */
  static void requireSocket(Path socket) {
    if (!socket.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException(
          "socket (%s) must be a path of the default file system".formatted(socket));
    }
    if (!socket.isAbsolute() || socket.getFileName() == null) {
      throw new IllegalArgumentException(
          "socket (%s) must be an absolute path of a file".formatted(socket));
    }
  }

  /** Returns the folder of a socket, whose path must have a parent. */
  static Path folder(Path socket) {
    return requireNonNull(socket.getParent());
  }

  /** Returns a message if the path is too long. */
  static Optional<String> tooLong(Path socket) {
    int bytes = bytes(socket);
    return bytes <= MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            "path %s has %d bytes: that of a Unix domain socket has at most %d here"
                .formatted(socket, bytes, MAX_BYTES));
  }

  private static int bytes(Path socket) {
    return socket.toString().getBytes(FILE_NAMES).length;
  }
}
