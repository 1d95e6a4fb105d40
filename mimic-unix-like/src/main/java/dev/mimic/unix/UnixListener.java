package dev.mimic.unix;

import dev.mimic.Address;
import dev.mimic.FlowListener;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Listens on sockets in the Unix domain. */
final class UnixListener {
  private static final int BACKLOG = 1024;

  private UnixListener() {}

  static FlowListener open(Path socket, Set<PosixFilePermission> permissions) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      return new SocketListener(
          channel,
          "unix:" + Address.encodePath(socket.toString()),
          accepted -> UnixSockets.accepted(accepted, socket),
          () -> Files.deleteIfExists(socket));
    } catch (IOException | RuntimeException failure) {
      Closing.onto(failure, channel);
      throw failure;
    }
  }
}
