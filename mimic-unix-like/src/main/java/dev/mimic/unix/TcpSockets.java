package dev.mimic.unix;

import dev.mimic.FlowInfo;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;

/**
 * TCP sockets to one port, for {@link HappyEyeballs}.
 *
 * @param port of whichever address
 */
record TcpSockets(int port) implements HappyEyeballs.Dialler<SocketChannel> {

  @Override
  public SocketChannel open(InetAddress address) throws IOException {
    return SocketChannel.open();
  }

  @Override
  public void connect(SocketChannel opened, InetAddress address) throws IOException {
    try {
      opened.connect(new InetSocketAddress(IpAddresses.reachable(address), port));
    } catch (UnsupportedAddressTypeException e) {
      throw (IOException) new NoRouteToHostException("this host has no IPv6").initCause(e);
    }
    // TCP can connect a socket to itself, where the system chose the wanted port for this end.
    if (opened.getLocalAddress().equals(opened.getRemoteAddress())) {
      opened.close();
      throw new ConnectException("Connection refused");
    }
  }

  /** Returns the flow over a connected channel, which is closed if there can be none. */
  static SocketFlow flow(SocketChannel connected) throws IOException {
    try {
      noDelay(connected);
      FlowInfo info =
          FlowInfo.of(
              "tcp",
              IpAddresses.print((InetSocketAddress) connected.getLocalAddress()),
              IpAddresses.print((InetSocketAddress) connected.getRemoteAddress()));
      return new SocketFlow(connected, info, new TcpInput(connected));
    } catch (IOException | RuntimeException failure) {
      Closing.onto(failure, connected);
      throw failure;
    }
  }

  private static void noDelay(SocketChannel connected) throws IOException {
    try {
      connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } catch (SocketException e) {
      // Some systems refuse when the peer is gone by now, which the flow's first read will tell.
    }
  }
}
