package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * An implementation of loopback TCP. All have TCP_NODELAY, as Mimic's flows do, and the default
 * socket buffers of the kernel.
 */
final class TcpPeer {
  private static final Duration LONG = Duration.ofSeconds(60);

  private TcpPeer() {}

  /**
   * Returns a connected pair.
   *
   * @param peer {@code mimic}, {@code socket-channel}, {@code socket} (which has arrays only),
   *     {@code netty-nio} or {@code netty-epoll} (which have threads and buffers of their own)
   * @param threads of both ends, except of Netty's
   * @param buffers {@code direct} or {@code heap}
   */
  static SocketPair connect(String peer, SocketThreads threads, String buffers, int messageBytes)
      throws Exception {
    return switch (peer) {
      case "netty-nio" -> NettySocketPair.overNio(messageBytes);
      case "netty-epoll" -> NettySocketPair.overEpoll(messageBytes);
      case "socket" -> blocking(ends(peer), threads, "heap", messageBytes);
      default -> blocking(ends(peer), threads, buffers, messageBytes);
    };
  }

  /** Returns two connected ends that block. */
  static BlockingSocketPair.Ends ends(String peer) throws IOException {
    return switch (peer) {
      case "mimic" -> flows();
      case "socket-channel" -> channels();
      case "socket" -> sockets();
      default -> throw new IllegalArgumentException("no such peer: " + peer);
    };
  }

  /** Returns a connected pair with heap buffers, whose reads have a time-out that never passes. */
  static SocketPair timed(String peer, SocketThreads threads, int messageBytes) throws IOException {
    BlockingSocketPair.Ends ends = ends(peer.equals("socket-adaptor") ? "socket-channel" : peer);
    return blocking(
        new BlockingSocketPair.Ends(timed(ends.near()), timed(ends.far())),
        threads,
        "heap",
        messageBytes);
  }

  private static ByteChannel timed(ByteChannel end) throws IOException {
    return switch (end) {
      case Flow flow -> {
        flow.readTimeout(LONG);
        yield flow;
      }
      case SocketChannel channel -> new SocketStreams(channel.socket()).timed(LONG);
      case SocketStreams streams -> streams.timed(LONG);
      default -> throw new IllegalArgumentException("no time-out: " + end);
    };
  }

  static SocketPair blocking(
      BlockingSocketPair.Ends ends, SocketThreads threads, String buffers, int messageBytes) {
    return new BlockingSocketPair(
        ends, threads, buffer(buffers, messageBytes), buffer(buffers, messageBytes));
  }

  static ByteBuffer buffer(String buffers, int bytes) {
    return switch (buffers) {
      case "direct" -> ByteBuffer.allocateDirect(bytes);
      case "heap" -> ByteBuffer.allocate(bytes);
      default -> throw new IllegalArgumentException("no such buffers: " + buffers);
    };
  }

  private static BlockingSocketPair.Ends flows() throws IOException {
    TcpNetwork network = TcpNetwork.create();
    try (FlowListener listener = network.listen(new HostPort("127.0.0.1", 0))) {
      int port = URI.create(listener.address()).getPort();
      Deadline deadline = Deadline.after(Duration.ofSeconds(10), TimeSource.system());
      Flow near = network.connect(new HostPort("127.0.0.1", port), deadline);
      return new BlockingSocketPair.Ends(near, listener.accept());
    }
  }

  private static BlockingSocketPair.Ends channels() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel near = SocketChannel.open(listener.getLocalAddress());
      SocketChannel far = listener.accept();
      near.setOption(StandardSocketOptions.TCP_NODELAY, true);
      far.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new BlockingSocketPair.Ends(near, far);
    }
  }

  private static BlockingSocketPair.Ends sockets() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort());
      Socket far = listener.accept();
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      return new BlockingSocketPair.Ends(new SocketStreams(near), new SocketStreams(far));
    }
  }
}
