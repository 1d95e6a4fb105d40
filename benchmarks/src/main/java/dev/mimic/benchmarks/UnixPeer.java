package dev.mimic.benchmarks;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.unix.UnixProtocol;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An implementation of Unix domain sockets. */
final class UnixPeer {
  private UnixPeer() {}

  /**
   * Returns a connected pair, with direct buffers; the file of its socket is gone already.
   *
   * @param peer {@code mimic} or {@code socket-channel}
   * @param threads of both ends
   */
  static SocketPair connect(String peer, SocketThreads threads, int messageBytes)
      throws IOException {
    Path folder = Files.createTempDirectory("mimic");
    Path socket = folder.resolve("s");
    try {
      BlockingSocketPair.Ends ends =
          switch (peer) {
            case "mimic" -> flows(socket);
            case "socket-channel" -> channels(socket);
            default -> throw new IllegalArgumentException("no such peer: " + peer);
          };
      return TcpPeer.blocking(ends, threads, "direct", messageBytes);
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(folder);
    }
  }

  private static BlockingSocketPair.Ends flows(Path socket) throws IOException {
    UnixProtocol protocol = new UnixProtocol();
    UnixProtocol.Endpoint endpoint = UnixProtocol.Endpoint.of(socket);
    Deadline deadline = Deadline.after(Duration.ofSeconds(10), TimeSource.system());
    try (FlowListener listener = protocol.listen(endpoint, deadline)) {
      Flow near = protocol.connect(endpoint, deadline);
      return new BlockingSocketPair.Ends(near, listener.accept());
    }
  }

  private static BlockingSocketPair.Ends channels(Path socket) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      SocketChannel near = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      return new BlockingSocketPair.Ends(near, listener.accept());
    }
  }
}
