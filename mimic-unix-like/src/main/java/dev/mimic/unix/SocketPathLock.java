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
 * An exclusive lock on the path of a socket, across all programs. A listener holds it briefly while
 * it creates, replaces or removes the file at the path. The holder of the lock also has a listening
 * socket, which other programs cannot find yet.
 *
 * <pre>
 *   /run/.x.sock.4711/4711    1. the socket is created in a folder that only its owner can enter;
 *   /run/.x.sock.claim/4711   2. the folder is renamed to this unique name, which is the lock;
 *   /run/x.sock               3. the socket is linked here, replacing only a stale socket
 * </pre>
 *
 * <p>A folder can be renamed atomically onto an empty folder, but not onto one that has content.
 * Therefore emptying the folder releases the lock. The lock of a killed program is stale, which is
 * detected by its socket, since no process listens on it. Names of sockets in the folder are never
 * reused, so that removing a stale socket cannot remove a newer one. A program that is killed
 * before the second step leaves a folder that affects no other program.
 */
final class SocketPathLock implements AutoCloseable {
  private static final int ATTEMPTS = 100;

  private final Path socket;
  private final Path lockFolder;
  private final String name;
  private Path folder;

  private SocketPathLock(Path socket, Path folder) {
    this.socket = socket;
    this.lockFolder = socket.resolveSibling("." + socket.getFileName() + ".claim");
    this.name = String.valueOf(folder.getFileName()).replaceFirst(".*\\.", "");
    this.folder = folder;
  }

  /**
   * Acquires the lock of a path. Does not wait.
   *
   * @param unbound the channel that will listen
   * @throws BindException if another listener has the lock, or the folder cannot contain a socket
   */
  static SocketPathLock acquire(Path socket, ServerSocketChannel unbound, int backlog)
      throws IOException {
    SocketPathLock lock = new SocketPathLock(socket, newFolder(socket));
    try {
      try (ShortPath shorter = ShortPath.of(lock.own())) {
        unbound.bind(shorter.address(), backlog);
      }
      lock.renameFolder();
      return lock;
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  private static Path newFolder(Path socket) throws IOException {
    Path parent = UnixPaths.folder(socket);
    if (!Files.isDirectory(parent)) {
      throw new BindException(
          Files.exists(parent)
              ? "%s is not a folder: choose another path than %s".formatted(parent, socket)
              : "there is no folder %s: create it first".formatted(parent));
    }
    try {
      return Files.createTempDirectory(parent, "." + socket.getFileName() + "."); // rwx------
    } catch (AccessDeniedException e) {
      throw bindException("permission denied to create a socket in " + parent, e);
    } catch (FileSystemException e) {
      throw bindException("cannot create a socket in %s: %s".formatted(parent, e.getReason()), e);
    }
  }

  private Path own() {
    return folder.resolve(name);
  }

  private void renameFolder() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.move(folder, lockFolder, StandardCopyOption.ATOMIC_MOVE);
        folder = lockFolder;
        return;
      } catch (FileSystemException e) {
        if (attempt == ATTEMPTS) {
          throw bindException("cannot lock the path %s: %s".formatted(socket, e.getMessage()), e);
        }
      }
      removeStaleLock();
    }
  }

  /** Empties the folder of a stale lock. */
  private void removeStaleLock() throws IOException {
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(UnixPaths.folder(lockFolder))) {
      if (parent instanceof SecureDirectoryStream<Path> secure) {
        removeStaleLock(secure);
      } else {
        throw obstacle(lockFolder); // on a system that cannot list a folder without following links
      }
    }
  }

  // A symbolic link in place of the folder is not followed, since sockets elsewhere are no locks.
  private void removeStaleLock(SecureDirectoryStream<Path> parent) throws IOException {
    try (SecureDirectoryStream<Path> sockets =
        parent.newDirectoryStream(lockFolder.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
      for (Path each : sockets) {
        Path name = each.getFileName();
        switch (SocketFile.probe(lockFolder.resolve(name))) {
          case IN_USE ->
              throw new BindException(
                  "%s is in use: another listener is starting".formatted(socket));
          case STALE -> sockets.deleteFile(name);
          case ABSENT -> {} // the lock was released in the meantime
          case OTHER -> throw obstacle(lockFolder.resolve(name));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // The lock was released in the meantime.
    } catch (FileSystemException e) { // not a folder, a symbolic link, or not readable
      throw obstacle(lockFolder);
    }
  }

  private BindException obstacle(Path what) {
    return new BindException(
        "%s is in the way of a listener at %s: remove it".formatted(what, socket));
  }

  /**
   * Links the socket at the path.
   *
   * @return the new file at the path
   * @throws BindException if something other than a stale socket is at the path
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
        // Created by a program that does not use this lock.
      }
    }
  }

  private void clear() throws IOException {
    switch (SocketFile.probe(socket)) {
      case ABSENT -> {}
      case STALE -> Files.deleteIfExists(socket);
      case IN_USE -> throw new BindException(inUse());
      case OTHER ->
          throw new BindException(
              "%s exists and is not a socket: remove it, or use another path".formatted(socket));
    }
  }

  private String inUse() {
    return Files.isWritable(socket)
        ? "%s is in use".formatted(socket)
        : "permission denied to check whether %s is in use".formatted(socket);
  }

  /** Removes the file that a listener left at the path, unless it has been replaced. */
  void remove(SocketFile left) throws IOException {
    left.remove();
  }

  /** Releases the lock. Files that cannot be removed are left, and are treated as stale. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(own()); // this releases the lock
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // The next holder of the lock has the folder by now, or the permission to write was lost.
    }
  }

  private static BindException bindException(String message, Exception cause) {
    BindException failure = new BindException(message);
    failure.initCause(cause);
    return failure;
  }
}
