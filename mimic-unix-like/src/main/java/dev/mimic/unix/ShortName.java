package dev.mimic.unix;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A name of a socket that is short enough for the kernel: its own, or one through a symbolic link
 * to its folder, in a folder that only the owner may enter.
 */
final class ShortName implements Closeable {
  private final Path socket;
  private final @Nullable Path link;

  private ShortName(Path socket, @Nullable Path link) {
    this.socket = socket;
    this.link = link;
  }

  static ShortName of(Path socket) throws IOException {
    if (UnixPaths.tooLong(socket).isEmpty()) {
      return new ShortName(socket, null);
    }
    Path folder = Files.createTempDirectory("mimic");
    try {
      Path link = Files.createSymbolicLink(folder.resolve("to"), UnixPaths.folder(socket));
      return new ShortName(link.resolve(socket.getFileName()), link);
    } catch (IOException | RuntimeException failure) {
      Closing.onto(failure, () -> Files.delete(folder));
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
