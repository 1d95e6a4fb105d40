package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Sockets over flows and listeners that stand already. They do what {@link Socket} and {@link
 * ServerSocket} say; what is special to them:
 *
 * <ul>
 *   <li>An interrupt closes them, in a thread of either kind: the call that it wakes throws a
 *       {@link java.net.SocketException}, and the interrupt status stays set.
 *   <li>A peer that is gone is a {@link java.net.SocketException}, whose cause is the flow's {@link
 *       dev.mimic.PeerGoneException}.
 *   <li>Options are accepted, and say what they were set to. Only {@code SO_TIMEOUT} does
 *       something: the transport decides the rest. Urgent data is refused.
 *   <li>{@link Socket#getInetAddress} has the name of the other side. Its address is {@code
 *       0.0.0.0} where the flow tells no IP address. No name is ever looked up.
 *   <li>There is no channel: {@link Socket#getChannel} is null, as for every {@code new Socket()}.
 * </ul>
 */
public final class FlowSockets {
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
