package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;

/**
 * Sockets over existing flows and listeners. They follow the contracts of {@link Socket} and {@link
 * ServerSocket}, with these properties:
 *
 * <ul>
 *   <li>An interrupt closes the socket, in virtual and in platform threads. The blocked call throws
 *       a {@link java.net.SocketException}, and the interrupt status remains set.
 *   <li>The loss of the peer is a {@link java.net.SocketException} whose cause is the flow's {@link
 *       dev.mimic.flow.PeerGoneException}.
 *   <li>If the flow is a plain TCP connection of the host, the kernel implements options and urgent
 *       data. On any other flow options are stored. Only {@code SO_TIMEOUT} has an effect there,
 *       and a {@code SO_LINGER} of 0 in memory. Urgent data is refused.
 *   <li>Closing does not block. A {@code SO_LINGER} of 0 makes it a reset; a positive value is
 *       stored but has no effect, also over TCP. {@code TCP_NODELAY} defaults to true.
 *   <li>{@link Socket#getInetAddress} is the dialled IP address. If a name was dialled, or the
 *       socket was created over a flow, it has the name of the remote side and the IP address that
 *       the flow reports. In memory and behind a proxy the flow reports none; the address is then
 *       loopback for {@code localhost} and for Unix domain sockets, and otherwise {@code
 *       192.0.2.1}, which no host uses (RFC 5737). Names are never looked up, neither forward nor
 *       in reverse.
 *   <li>{@link Socket#getChannel} is null, as for every {@code new Socket()}.
 * </ul>
 */
public final class FlowSockets {
  private static final byte[] UNSPECIFIED = new byte[4];

  private FlowSockets() {}

  /** Returns a connected socket over this flow. Closing the socket closes the flow. */
  public static Socket of(Flow flow) {
    requireNonNull(flow, "flow");
    try {
      FlowSocket socket = new FlowSocket(FlowSocketImpl.over(flow));
      socket.connect(new InetSocketAddress(0)); // sets the state of the JDK's class only
      return socket;
    } catch (IOException e) {
      throw new AssertionError("connecting an existing flow does no I/O", e);
    }
  }

  /**
   * Returns the flow of a socket of this package, for a layer over it such as TLS. The socket does
   * not see operations on the flow.
   *
   * @return the flow, or empty if the socket has not been connected or is of another type
   */
  public static Optional<Flow> flow(Socket socket) {
    return requireNonNull(socket, "socket") instanceof FlowSocket ours
        ? ours.flow()
        : Optional.empty();
  }

  /**
   * Returns a placeholder address for a name, without a lookup. Clients that look names up
   * themselves can use it as the result of the lookup, which leaves the name to the resolver. It
   * has the unspecified IP address, so sockets of other kinds do not connect to a wrong host.
   *
   * <pre>{@code
   * okhttp.dns(host -> List.of(FlowSockets.byName(host)))
   * }</pre>
   *
   * @throws IllegalArgumentException if the host is empty
   */
  public static InetAddress byName(String host) {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("host must not be empty");
    }
    return SocketEndpoint.named(host, UNSPECIFIED);
  }

  /** Returns a bound server socket over this listener. Closing the socket closes the listener. */
  public static ServerSocket of(FlowListener listener) {
    FlowServerSocket socket =
        new FlowServerSocket(FlowServerSocketImpl.over(requireNonNull(listener, "listener")));
    try {
      socket.bind(null); // sets the state of the JDK's class only
    } catch (IOException e) {
      throw new AssertionError("binding an existing listener does no I/O", e);
    }
    return socket;
  }
}
