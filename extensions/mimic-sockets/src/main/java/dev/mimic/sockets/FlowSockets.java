package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;

/**
 * Sockets over flows and listeners that stand already. They do what {@link Socket} and {@link
 * ServerSocket} say; what is special to them:
 *
 * <ul>
 *   <li>An interrupt closes them, in a thread of either kind: the call that it wakes throws a
 *       {@link java.net.SocketException}, and the interrupt status stays set.
 *   <li>A peer that is gone is a {@link java.net.SocketException}, whose cause is the flow's {@link
 *       dev.mimic.PeerGoneException}.
 *   <li>Where the flow is a TCP connection of the host and no more, options and urgent data are the
 *       kernel's. On any other flow options are accepted and remembered, of which {@code
 *       SO_TIMEOUT} alone does something, and {@code SO_LINGER} of 0 in memory; urgent data is
 *       refused.
 *   <li>A close does not wait: {@code SO_LINGER} of more than 0 is remembered alone, on TCP too. Of
 *       0 it makes the close a reset. {@code TCP_NODELAY} is on unless it is set off.
 *   <li>{@link Socket#getInetAddress} is what was dialled. Where a name was, or the flow was there
 *       before, it has the name of the other side, and the IP address that the flow tells. Where it
 *       tells none, as in memory and behind a proxy, it is a loopback address for {@code localhost}
 *       and for a Unix domain socket, and otherwise {@code 192.0.2.1}, which is no host's (RFC
 *       5737). No name is ever looked up, forward or backward.
 *   <li>There is no channel: {@link Socket#getChannel} is null, as for every {@code new Socket()}.
 * </ul>
 */
public final class FlowSockets {
  private static final byte[] UNSPECIFIED = new byte[4];

  private FlowSockets() {}

  /** Returns a connected socket over this flow, which belongs to it: closing it closes the flow. */
  public static Socket of(Flow flow) {
    requireNonNull(flow, "flow");
    try {
      FlowSocket socket = new FlowSocket(FlowSocketImpl.over(flow));
      socket.connect(new InetSocketAddress(0)); // so that it knows that it is connected
      return socket;
    } catch (IOException e) {
      throw new AssertionError("nothing is connected there", e);
    }
  }

  /**
   * Returns the flow behind a socket of this package: for a layer over it, such as TLS. Using it
   * goes behind the socket's back.
   *
   * @return empty if the socket has not been connected, or is another's
   */
  public static Optional<Flow> flow(Socket socket) {
    return requireNonNull(socket, "socket") instanceof FlowSocket ours
        ? ours.flow()
        : Optional.empty();
  }

  /**
   * Returns an address that stands for a name, for clients that insist on looking names up
   * themselves: a look-up that returns it leaves the name to the resolver. It has the unspecified
   * IP address, so that no other socket takes it for a host. Looks nothing up.
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
    return Place.named(host, UNSPECIFIED);
  }

  /** Returns a bound socket over this listener, which belongs to it. */
  public static ServerSocket of(FlowListener listener) {
    FlowServerSocket socket =
        new FlowServerSocket(FlowServerSocketImpl.over(requireNonNull(listener, "listener")));
    try {
      socket.bind(null); // so that it knows that it is bound
    } catch (IOException e) {
      throw new AssertionError("nothing is bound there", e);
    }
    return socket;
  }
}
