package dev.mimic.unix;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A path of a socket that is short enough for the kernel: its own path, or one through a symbolic
 * link to its folder, in a temporary folder that only the owner can enter.
 */
final class ShortPath implements Closeable {
  private final Path socket;
  private final @Nullable Path link;

  private ShortPath(Path socket, @Nullable Path link) {
    this.socket = socket;
    this.link = link;
  }

  static ShortPath of(Path socket) throws IOException {
    if (UnixPaths.tooLong(socket).isEmpty()) {
      return new ShortPath(socket, null);
    }
    Path folder = Files.createTempDirectory("mimic");
    try {
      Path link = Files.createSymbolicLink(folder.resolve("to"), UnixPaths.folder(socket));
      return new ShortPath(link.resolve(socket.getFileName()), link);
    } catch (IOException | RuntimeException failure) {
      Closeables.closeOnto(failure, () -> Files.delete(folder));
      throw failure;
    }
  }

  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(socket);
  }

  @Override
  public void close() throws IOException {
    if (link != null) {
      Files.delete(link);
      Files.delete(UnixPaths.folder(link));
    }
  }
}
