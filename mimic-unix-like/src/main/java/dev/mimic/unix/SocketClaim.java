package dev.mimic.unix;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * The right to say what is at the path of a socket, which one listener in all programs has at a
 * time, and for a moment only. It comes with a socket that listens, but that nobody else finds yet.
 *
 * <pre>
 *   /run/.x.sock.4711/4711    the socket is made in a folder that only its owner may enter;
 *   /run/.x.sock.claim/4711   the folder gets this name, which only one can have: that is the claim;
 *   /run/x.sock               the socket gets this name too, if there was nothing of worth
 * </pre>
 *
 * <p>A folder can be renamed onto another that is empty, and not onto one that holds something, in
 * one step. So a claim ends when its folder is emptied, and that of a program that was killed can
 * be told by its socket, on which nobody listens. The name of a socket in there is never used
 * twice: who removes a dead one removes no other. A program that is killed earlier leaves a folder
 * that is in nobody's way.
 */
final class SocketClaim implements AutoCloseable {
  private static final int ATTEMPTS = 100;

  private final Path socket;
  private final Path claimed;
  private final String name;
  private Path folder;

  private SocketClaim(Path socket, Path folder) {
    this.socket = socket;
    this.claimed = socket.resolveSibling("." + socket.getFileName() + ".claim");
    this.name = String.valueOf(folder.getFileName()).replaceFirst(".*\\.", "");
    this.folder = folder;
  }

  /**
   * Returns the claim to a path. Does not wait.
   *
   * @param unbound will listen
   * @throws BindException if somebody has it, or there can be no socket in that folder
   */
  static SocketClaim of(Path socket, ServerSocketChannel unbound, int backlog) throws IOException {
    SocketClaim claim = new SocketClaim(socket, newFolder(socket));
    try {
      try (ShortName shorter = ShortName.of(claim.own())) {
        unbound.bind(shorter.address(), backlog);
      }
      claim.take();
      return claim;
    } catch (IOException | RuntimeException failure) {
      claim.close();
      throw failure;
    }
  }

  private static Path newFolder(Path socket) throws IOException {
    Path parent = UnixPaths.folder(socket);
    if (!Files.isDirectory(parent)) {
      throw new BindException(
          Files.exists(parent)
              ? "%s is no folder, and so there is no %s".formatted(parent, socket)
              : "there is no folder %s: make it first".formatted(parent));
    }
    try {
      return Files.createTempDirectory(parent, "." + socket.getFileName() + "."); // rwx------
    } catch (AccessDeniedException e) {
      throw bindException("permission denied: no socket can be made in " + parent, e);
    } catch (FileSystemException e) {
      throw bindException("no socket can be made in %s: %s".formatted(parent, e.getReason()), e);
    }
  }

  private Path own() {
    return folder.resolve(name);
  }

  private void take() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.move(folder, claimed, StandardCopyOption.ATOMIC_MOVE);
        folder = claimed;
        return;
      } catch (FileSystemException e) {
        if (attempt == ATTEMPTS) {
          throw bindException("%s cannot be claimed: %s".formatted(socket, e.getMessage()), e);
        }
      }
      endDeadClaim();
    }
  }

  /** Empties the folder of a claim that nobody has any more. */
  private void endDeadClaim() throws IOException {
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(UnixPaths.folder(claimed))) {
      if (parent instanceof SecureDirectoryStream<Path> secure) {
        endDeadClaim(secure);
      } else {
        throw inTheWay(claimed); // only on a system that cannot list a folder without its links
      }
    }
  }

  // A symbolic link in place of the folder is not followed: sockets elsewhere are no claims.
  private void endDeadClaim(SecureDirectoryStream<Path> parent) throws IOException {
    try (SecureDirectoryStream<Path> sockets =
        parent.newDirectoryStream(claimed.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
      for (Path each : sockets) {
        Path name = each.getFileName();
        switch (SocketFile.look(claimed.resolve(name))) {
          case LISTENED_ON ->
              throw new BindException("%s is in use: another listener starts".formatted(socket));
          case LEFT_OVER -> sockets.deleteFile(name);
          case NOTHING -> {} // that claim has ended in the meantime
          case OTHER -> throw inTheWay(claimed.resolve(name));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // That claim has ended in the meantime.
    } catch (FileSystemException e) { // no folder, a symbolic link, or not to be read
      throw inTheWay(claimed);
    }
  }

  private BindException inTheWay(Path what) {
    return new BindException(
        "%s is in the way of a listener at %s: remove it".formatted(what, socket));
  }

  /**
   * Puts the socket at the path.
   *
   * @return what is there now
   * @throws BindException if there was something else than a socket that nobody listens on
   */
  SocketFile publish(Set<PosixFilePermission> permissions) throws IOException {
    Files.setPosixFilePermissions(own(), permissions);
    SocketFile published = SocketFile.of(own(), socket);
    while (true) {
      clear();
      try {
        Files.createLink(socket, own());
        return published;
      } catch (FileAlreadyExistsException e) {
        // Made by somebody who knows nothing of claims.
      }
    }
  }

  private void clear() throws IOException {
    switch (SocketFile.look(socket)) {
      case NOTHING -> {}
      case LEFT_OVER -> Files.deleteIfExists(socket);
      case LISTENED_ON -> throw new BindException(inUse());
      case OTHER ->
          throw new BindException(
              "%s is there and is no socket: remove it, or listen elsewhere".formatted(socket));
    }
  }

  private String inUse() {
    return Files.isWritable(socket)
        ? "%s is in use".formatted(socket)
        : "permission denied to find out whether %s is in use".formatted(socket);
  }

  /** Removes what a listener left at the path, unless it has been replaced. */
  void remove(SocketFile left) throws IOException {
    left.remove();
  }

  /** Ends the claim. What cannot be removed is left: it does no harm. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(own()); // this ends it
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // The next one to claim the path has the folder by now, or we may write here no more.
    }
  }

  private static BindException bindException(String message, Exception cause) {
    BindException failure = new BindException(message);
    failure.initCause(cause);
    return failure;
  }
}
