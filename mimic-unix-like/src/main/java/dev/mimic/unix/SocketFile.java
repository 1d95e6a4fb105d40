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
 * The file of one socket, which another may replace.
 *
 * @param socket where it is
 * @param key what tells it from every other file
 */
record SocketFile(Path socket, Object key) {

  /** What can be at a path. */
  enum Found {
    NOTHING,
    /** A socket; or one of which that cannot be found out. */
    LISTENED_ON,
    /** A socket that nobody listens on. */
    LEFT_OVER,
    /** No socket. */
    OTHER
  }

  /** Returns the file that will be, or is, at the path too. */
  static SocketFile of(Path existing, Path socket) throws IOException {
    return new SocketFile(socket, keyOf(existing));
  }

  /** Returns the file's number, which may be given again to a later file, and when it was made. */
  private static Object keyOf(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
    return List.of(attributes.fileKey(), attributes.creationTime());
  }

  /** Returns what is at the path now. Connects, if that is a socket. */
  static Found look(Path path) throws IOException {
    try {
      if (!UnixFiles.isSocket(path, NOFOLLOW_LINKS)) {
        return Found.OTHER;
      }
    } catch (NoSuchFileException e) {
      return Found.NOTHING;
    }
    try (ShortName shorter = ShortName.of(path);
        SocketChannel channel = UnixSockets.open()) {
      channel.configureBlocking(false); // a full queue is not waited for
      channel.connect(shorter.address());
      return Found.LISTENED_ON;
    } catch (ConnectException refused) {
      return Found.LEFT_OVER;
    } catch (SocketException e) { // a full queue, another type of socket, or no permission
      return Files.exists(path, NOFOLLOW_LINKS) ? Found.LISTENED_ON : Found.NOTHING;
    }
  }

  /** Removes it, unless another file is at the path by now. */
  void remove() throws IOException {
    try {
      if (keyOf(socket).equals(key)) {
        Files.deleteIfExists(socket);
      }
    } catch (NoSuchFileException e) {
      // Somebody has removed it.
    }
  }
}
