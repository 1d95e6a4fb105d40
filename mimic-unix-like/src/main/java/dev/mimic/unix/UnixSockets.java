package dev.mimic.unix;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sockets in the Unix domain. */
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
    try {
      return flow(connectChannel(socket, deadline), clientOf(socket), socket.toString());
    } catch (SocketTimeoutException e) {
      throw (SocketTimeoutException)
          new SocketTimeoutException(
                  "no connection to %s: %s".formatted(describe(socket), e.getMessage()))
              .initCause(e);
    }
  }

  private static SocketChannel connectChannel(Path socket, Deadline deadline) throws IOException {
    try {
      return deadline.bound(open(), channel -> connect(channel, socket));
    } catch (SocketException e) {
      if (!UnixFiles.mayBeFull(socket, e)) {
        throw UnixFiles.explain(socket, e);
      }
    }
    try { // A virtual thread does not wait for room in the queue; a platform thread does.
      return deadline.bound(open(), channel -> connectInPlatformThread(channel, socket));
    } catch (SocketException e) {
      throw UnixFiles.explain(socket, e);
    }
  }

  private static SocketChannel connect(SocketChannel channel, Path socket) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  private static SocketChannel connectInPlatformThread(SocketChannel channel, Path socket)
      throws IOException {
    CompletableFuture<SocketChannel> connected = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("mimic attempt to connect to " + socket)
        .start(
            () -> {
              try {
                connected.complete(connect(channel, socket));
              } catch (Throwable e) { // Throwable: whatever it is, the one who connects throws it
                connected.completeExceptionally(e);
              }
            });
    return Outcomes.await(connected);
  }

  /** Returns a channel that is not connected. */
  static SocketChannel open() throws IOException {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (UnsupportedOperationException e) {
      throw unsupported(e);
    }
  }

  /** Returns what to throw where the system has no Unix domain. */
  static IOException unsupported(UnsupportedOperationException e) {
    return new IOException("this system, or its JDK, has no Unix domain sockets", e);
  }

  /** Returns the flow of a connection that was accepted. */
  static SocketFlow accepted(SocketChannel channel, Path socket) throws IOException {
    try {
      String peer = ((UnixDomainSocketAddress) channel.getRemoteAddress()).getPath().toString();
      return flow(channel, socket.toString(), peer.isEmpty() ? clientOf(socket) : peer);
    } catch (IOException | RuntimeException failure) {
      Closing.onto(failure, channel);
      throw failure;
    }
  }

  private static SocketFlow flow(SocketChannel connected, String local, String remote) {
    return new SocketFlow(connected, FlowInfo.of("unix", local, remote), new UnixInput(connected));
  }

  /** Returns how the end is called that has no name. */
  private static String clientOf(Path socket) {
    return "client of " + socket;
  }
}
