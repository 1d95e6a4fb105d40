package dev.mimic.unix;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.Turn;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;

/** A listening TCP socket. */
final class TcpListener implements FlowListener {
  private final ServerSocketChannel channel;
  private final String address;
  private final Turn accepting;

  private TcpListener(ServerSocketChannel bound, String address) {
    this.channel = bound;
    this.address = address;
    this.accepting = new Turn(bound);
  }

  /**
   * Listens.
   *
   * @param at as it was asked for
   * @param host the address of that host
   */
  static TcpListener open(HostPort at, InetAddress host, int backlog) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true); // not held up by TIME_WAIT
      bind(channel, at, host, backlog);
      return new TcpListener(channel, address(channel, at, host));
    } catch (IOException | RuntimeException failure) {
      TcpSockets.closeOnto(failure, channel);
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

  @Override
  public Flow accept() throws IOException {
    accepting.take();
    try {
      return TcpSockets.flow(channel.accept());
    } catch (AsynchronousCloseException e) {
      throw e;
    } catch (ClosedChannelException e) { // it was open when the turn began
      throw (IOException) new AsynchronousCloseException().initCause(e);
    } finally {
      accepting.give();
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Returns {@link #address}. */
  @Override
  public String toString() {
    return address;
  }
}
