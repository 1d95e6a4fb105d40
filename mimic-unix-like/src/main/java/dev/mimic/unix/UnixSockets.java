package dev.mimic.unix;

import dev.mimic.flow.BlockingCall;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Creates flows over sockets in the Unix domain. */
final class UnixSockets {
  private UnixSockets() {}

  static String describe(Path socket) {
    return "unix(" + socket + ")";
  }

  /** Connects; see {@link UnixProtocol#connect}. */
  static Flow connect(Path socket, Deadline deadline) throws IOException {
    Optional<String> tooLong = UnixPaths.tooLong(socket);
    if (tooLong.isPresent()) {
      throw new ConnectException(tooLong.get());
    }
    return flow(
        connectChannel(socket, deadline),
        clientOf(socket),
        socket.toString(),
        deadline.timeSource());
  }

  private static SocketChannel connectChannel(Path socket, Deadline deadline) throws IOException {
    try {
      return deadline.guard(open(), channel -> connect(channel, socket));
    } catch (SocketTimeoutException e) {
      throw (SocketTimeoutException)
          new SocketTimeoutException(noConnection(socket) + ": " + e.getMessage()).initCause(e);
    } catch (SocketException e) {
      if (!UnixFiles.mayBeFull(socket, e)) {
        throw UnixFiles.explain(socket, e);
      }
    }
    SocketChannel channel = open(); // In a virtual thread, connect does not wait for a full queue.
    try {
      return BlockingCall.<SocketChannel>of(noConnection(socket), () -> connect(channel, socket))
          .onPlatformThread()
          .cancelWith(channel)
          .run(deadline);
    } catch (SocketException e) {
      throw UnixFiles.explain(socket, e);
    }
  }

  private static SocketChannel connect(SocketChannel channel, Path socket) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  private static String noConnection(Path socket) {
    return "no connection to " + describe(socket);
  }

  /** Returns a new, unconnected channel. */
  static SocketChannel open() throws IOException {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (UnsupportedOperationException e) {
      throw unsupported(e);
    }
  }

  /** Returns the exception for a system without Unix domain sockets. */
  static IOException unsupported(UnsupportedOperationException e) {
    return new IOException("this system, or its JDK, has no Unix domain sockets", e);
  }

  /** Returns the flow over an accepted connection, which is closed if this method fails. */
  static SocketFlow accepted(SocketChannel channel, Path socket, TimeSource time)
      throws IOException {
    try {
      String peer = ((UnixDomainSocketAddress) channel.getRemoteAddress()).getPath().toString();
      return flow(channel, socket.toString(), peer.isEmpty() ? clientOf(socket) : peer, time);
    } catch (IOException | RuntimeException failure) {
      Closeables.closeOnto(failure, channel);
      throw failure;
    }
  }

  private static SocketFlow flow(
      SocketChannel connected, String local, String remote, TimeSource time) {
    return new SocketFlow(
        connected, FlowInfo.of("unix", local, remote), new UnixInput(connected), time);
  }

  /** Returns a name for an end without a path of its own. */
  private static String clientOf(Path socket) {
    return "client of " + socket;
  }
}
