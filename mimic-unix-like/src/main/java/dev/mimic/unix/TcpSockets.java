package dev.mimic.unix;

import dev.mimic.HappyEyeballs;
import dev.mimic.IpAddresses;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.TimeSource;
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
 * A factory of TCP connections for {@link HappyEyeballs}.
 *
 * @param port the port to connect to at each address
 */
record TcpSockets(int port) implements HappyEyeballs.Connector<SocketChannel> {

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
    // TCP can connect a socket to itself if the system chooses the remote port as its local port.
    if (opened.getLocalAddress().equals(opened.getRemoteAddress())) {
      opened.close();
      throw new ConnectException("Connection refused");
    }
  }

  /** Returns a flow over a connected channel, which is closed if this method fails. */
  static SocketFlow flow(SocketChannel connected, TimeSource time) throws IOException {
    try {
      noDelay(connected);
      FlowInfo info =
          FlowInfo.of(
              "tcp",
              IpAddresses.print((InetSocketAddress) connected.getLocalAddress()),
              IpAddresses.print((InetSocketAddress) connected.getRemoteAddress()));
      return new SocketFlow(connected, info, new TcpInput(connected), time);
    } catch (IOException | RuntimeException failure) {
      Closeables.closeOnto(failure, connected);
      throw failure;
    }
  }

  private static void noDelay(SocketChannel connected) throws IOException {
    try {
      connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } catch (SocketException e) {
      // Some systems refuse if the peer is gone already, which the first read will report.
    }
  }
}
