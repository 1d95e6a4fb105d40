package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A factory of sockets that connect by a resolver, for clients that use {@code java.net}. {@link
 * FlowSockets} describes the sockets. Immutable and thread-safe.
 *
 * <p>Only the resolver's network looks names up. A name is an unresolved {@link InetSocketAddress}
 * or an argument of {@link #createSocket(String, int)}. An {@link InetAddress} is connected by its
 * IP address, regardless of its name. Configure a client that looks names up itself to use
 * unresolved addresses or {@link FlowSockets#byName}.
 *
 * <p>Connecting without a timeout uses the resolver's default. Failures have the types that the
 * JDK's sockets throw: {@link java.net.ConnectException}, {@link UnknownHostException} or {@link
 * java.net.SocketTimeoutException}, with the resolver's message and with its {@link
 * dev.mimic.ResolutionException} as the cause. A failure without an equivalent is the
 * ResolutionException itself. The network chooses the local address, which cannot be bound.
 */
public final class FlowSocketFactory extends SocketFactory {

  /** A function that returns the address of an endpoint. */
  interface Addressing {
    String address(SocketEndpoint to) throws UnknownHostException;
  }

  private final MimicResolver resolver;
  private final Addressing addressing;
  private final Context extra;

  private FlowSocketFactory(MimicResolver resolver, Addressing addressing, Context extra) {
    this.resolver = requireNonNull(resolver, "resolver");
    this.addressing = addressing;
    this.extra = extra;
  }

  /** Returns a factory of sockets that connect to {@code tcp://host:port}. */
  public static FlowSocketFactory of(MimicResolver resolver) {
    return ofScheme(resolver, "tcp");
  }

  /**
   * Returns a factory of sockets that connect to {@code scheme://host:port}.
   *
   * @param scheme a scheme whose addresses have a host and a port, such as {@code tls}
   */
  public static FlowSocketFactory ofScheme(MimicResolver resolver, String scheme) {
    requireNonNull(scheme, "scheme");
    return new FlowSocketFactory(resolver, to -> to.toAddress(scheme), Context.empty());
  }

  /**
   * Returns a factory of sockets that connect to one address, such as {@code unix:/run/x.sock},
   * regardless of the dialled host and port.
   */
  public static FlowSocketFactory ofAddress(MimicResolver resolver, String address) {
    requireNonNull(address, "address");
    return new FlowSocketFactory(resolver, to -> address, Context.empty());
  }

  /**
   * Returns this factory with values, such as hops, that take precedence over its own and over
   * those of the resolver.
   */
  public FlowSocketFactory with(Context extra) {
    return new FlowSocketFactory(resolver, addressing, this.extra.merge(extra));
  }

  private Flow connect(SocketEndpoint to, Duration timeout) throws IOException {
    return resolver
        .with(extra)
        .withTimeout(timeout.isZero() ? resolver.timeout() : timeout)
        .resolve(addressing.address(to));
  }

  /** Returns an unconnected socket. */
  @Override
  public Socket createSocket() throws IOException {
    return new FlowSocket(FlowSocketImpl.by(this::connect));
  }

  @Override
  public Socket createSocket(@Nullable String host, int port) throws IOException {
    return connected(named(host, port), new InetSocketAddress(0));
  }

  @Override
  public Socket createSocket(@Nullable String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(named(host, port), new InetSocketAddress(localHost, localPort));
  }

  /** Returns the address to dial; a missing host is the loopback address, as for {@link Socket}. */
  private static InetSocketAddress named(@Nullable String host, int port) {
    return host == null || host.isEmpty()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
        : InetSocketAddress.createUnresolved(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(0));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  private Socket connected(SocketAddress to, SocketAddress local) throws IOException {
    Socket socket = createSocket();
    try {
      socket.bind(local);
      socket.connect(to);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
