package dev.mimic.unix;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * The file of a socket at a path, where another file may replace it.
 *
 * @param socket the path
 * @param identity a value that distinguishes the file from others at the path
 */
record SocketFile(Path socket, Object identity) {

  /** The state of a path. */
  enum State {
    /** There is no file. */
    ABSENT,
    /** There is a socket on which a process listens, or may listen. */
    IN_USE,
    /** There is a socket on which no process listens. */
    STALE,
    /** There is another kind of file. */
    OTHER
  }

  /** Returns the file {@code existing} as a file that is, or will be linked, at {@code socket}. */
  static SocketFile of(Path existing, Path socket) throws IOException {
    return new SocketFile(socket, identityOf(existing));
  }

  /** Returns the inode number, which a later file can reuse, and the creation time. */
  private static Object identityOf(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
    return List.of(attributes.fileKey(), attributes.creationTime());
  }

  /** Returns the current state of a path, by connecting to it if it is a socket. */
  static State probe(Path path) throws IOException {
    try {
      if (!UnixFiles.isSocket(path, NOFOLLOW_LINKS)) {
        return State.OTHER;
      }
    } catch (NoSuchFileException e) {
      return State.ABSENT;
    }
    try (ShortPath shorter = ShortPath.of(path);
        SocketChannel channel = UnixSockets.open()) {
      channel.configureBlocking(false); // do not wait for a full queue
      channel.connect(shorter.address());
      return State.IN_USE;
    } catch (ConnectException refused) {
      return State.STALE;
    } catch (SocketException e) { // a full queue, another type of socket, or no permission
      return Files.exists(path, NOFOLLOW_LINKS) ? State.IN_USE : State.ABSENT;
    }
  }

  /** Removes the file, unless another file has replaced it. */
  void remove() throws IOException {
    try {
      if (identityOf(socket).equals(identity)) {
        Files.deleteIfExists(socket);
      }
    } catch (NoSuchFileException e) {
      // It has been removed already.
    }
  }
}
