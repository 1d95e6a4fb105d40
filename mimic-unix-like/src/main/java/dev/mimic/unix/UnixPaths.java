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

/** Paths of Unix domain sockets. */
final class UnixPaths {
  // One less than sun_path holds with its NUL: the JDK's limit, which it does not tell.
  private static final int MAX_BYTES = isLinux() ? 106 : 102;

  private static final Charset FILE_NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private UnixPaths() {}

  private static boolean isLinux() {
    return System.getProperty("os.name", "").startsWith("Linux");
  }

  /** Returns the endpoint at the path that an address has. */
  static Verdict<UnixProtocol.Endpoint> parse(String path, Set<PosixFilePermission> permissions) {
    Path socket;
    try {
      socket = Path.of(path);
    } catch (InvalidPathException e) {
      return Verdict.decline("no file here can have that name: " + e.getReason());
    }
    if (!socket.isAbsolute()) {
      return Verdict.decline(
          "a relative path means another place to each program: write unix:"
              + Address.encodePath(socket.toAbsolutePath().toString()));
    }
    return socket.getFileName() == null
        ? Verdict.decline("a folder is no socket")
        : Verdict.of(new UnixProtocol.Endpoint(socket, permissions));
  }

  /** Checks that the path is one that a socket could have. */
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

  /** Returns the folder of a socket, which has one. */
  static Path folder(Path socket) {
    return requireNonNull(socket.getParent());
  }

  /** Returns why the path is too long, if it is. */
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
