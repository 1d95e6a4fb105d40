package dev.mimic.unix;

import dev.mimic.HostPort;
import dev.mimic.IpAddresses;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;

/** Opens TCP listeners. */
final class TcpListener {
  private TcpListener() {}

  /**
   * Opens a listener.
   *
   * @param at the requested host and port
   * @param host the address of the requested host
   * @param time the clock of accepted flows
   */
  static FlowListener open(HostPort at, InetAddress host, int backlog, TimeSource time)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(
          StandardSocketOptions.SO_REUSEADDR, true); // ignore connections in TIME_WAIT
      bind(channel, at, host, backlog);
      return new SocketListener(
          channel, address(channel, at, host), TcpSockets::flow, time, () -> {});
    } catch (IOException | RuntimeException failure) {
      Closeables.closeOnto(failure, channel);
      throw failure;
    }
  }

  private static void bind(ServerSocketChannel channel, HostPort at, InetAddress host, int backlog)
      throws IOException {
    try {
      channel.bind(new InetSocketAddress(host, at.port()), backlog);
    } catch (BindException e) {
      throw refused(at, host, String.valueOf(e.getMessage()), e);
    } catch (UnsupportedAddressTypeException e) {
      throw refused(at, host, "this host has no IPv6", e);
    }
  }

  private static IOException refused(HostPort at, InetAddress host, String why, Exception cause) {
    String address = IpAddresses.print(host);
    String message = address.equals(at.host()) ? why : "%s: %s".formatted(address, why);
    return (IOException) new BindException(message).initCause(cause);
  }

  private static String address(ServerSocketChannel bound, HostPort at, InetAddress host)
      throws IOException {
    int port = ((InetSocketAddress) bound.getLocalAddress()).getPort();
    String name =
        host.isAnyLocalAddress() ? IpAddresses.print(IpAddresses.reachable(host)) : at.host();
    return "tcp://" + new HostPort(name, port);
  }
}
