package dev.mimic.unix;

import dev.mimic.Address;
import dev.mimic.FlowListener;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** Listens on sockets in the Unix domain. */
final class UnixListener {
  private static final int BACKLOG = 1024;

  private UnixListener() {}

  /** Listens; see {@link UnixProtocol#listen}. */
  static FlowListener open(Path socket, Set<PosixFilePermission> permissions) throws IOException {
    if (Thread.currentThread().isInterrupted()) { // to bind does not look at it
      throw new ClosedByInterruptException();
    }
    Optional<String> tooLong = UnixPaths.tooLong(socket);
    if (tooLong.isPresent()) {
      throw new BindException(tooLong.get());
    }
    ServerSocketChannel channel = channel();
    try {
      return listener(channel, publish(channel, socket, permissions));
    } catch (IOException | RuntimeException failure) {
      Closing.onto(failure, channel);
      throw failure;
    }
  }

  private static SocketFile publish(
      ServerSocketChannel channel, Path socket, Set<PosixFilePermission> permissions)
      throws IOException {
    try (SocketClaim claim = SocketClaim.of(socket, channel, BACKLOG)) {
      return claim.publish(permissions);
    }
  }

  private static FlowListener listener(ServerSocketChannel listening, SocketFile file) {
    Path socket = file.socket();
    return new SocketListener(
        listening,
        "unix:" + Address.encodePath(socket.toString()),
        accepted -> UnixSockets.accepted(accepted, socket),
        new ListenerFile(listening, file));
  }

  /** Returns a channel that is not bound. */
  static ServerSocketChannel channel() throws IOException {
    try {
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (UnsupportedOperationException e) {
      throw UnixSockets.unsupported(e);
    }
  }
}
