package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.MimicResolver;
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
 * Sockets that connect by a resolver, for clients that know nothing of flows. They are as {@link
 * FlowSockets} says. Immutable and thread-safe.
 *
 * <p>What is dialled by name is looked up by the resolver's network alone: an unresolved {@link
 * InetSocketAddress}, or a name given to {@link #createSocket(String, int)}. What is dialled by
 * address is connected by that address, whatever name an {@link InetAddress} has with it. A client
 * that looks names up itself before it connects must be told not to: by unresolved addresses, or by
 * {@link FlowSockets#byName}.
 *
 * <p>A connect without a time-out has the resolver's default. What fails is what the JDK's sockets
 * throw, with the resolver's message, and its {@link dev.mimic.ResolutionException} as the cause:
 * {@link java.net.ConnectException}, {@link UnknownHostException}, {@link
 * java.net.SocketTimeoutException}; what has no such likeness is the ResolutionException itself.
 * The local address is chosen by the network, and cannot be bound.
 */
public final class FlowSocketFactory extends SocketFactory {

  /** Makes the address of what is dialled. */
  interface Addressing {
    String address(Place to) throws UnknownHostException;
  }

  private final MimicResolver resolver;
  private final Addressing addressing;
  private final Context extra;

  private FlowSocketFactory(MimicResolver resolver, Addressing addressing, Context extra) {
    this.resolver = requireNonNull(resolver, "resolver");
    this.addressing = addressing;
    this.extra = extra;
  }

  /** Returns the factory of sockets that connect to {@code tcp://host:port}. */
  public static FlowSocketFactory of(MimicResolver resolver) {
    return ofScheme(resolver, "tcp");
  }

  /**
   * Returns the factory of sockets that connect to {@code scheme://host:port}.
   *
   * @param scheme whose addresses have a host and a port: {@code tls}, for example
   */
  public static FlowSocketFactory ofScheme(MimicResolver resolver, String scheme) {
    requireNonNull(scheme, "scheme");
    return new FlowSocketFactory(resolver, to -> to.toAddress(scheme), Context.empty());
  }

  /**
   * Returns the factory of sockets that all connect to this one address, such as {@code
   * unix:/run/x.sock}, whatever host and port are dialled.
   */
  public static FlowSocketFactory ofAddress(MimicResolver resolver, String address) {
    requireNonNull(address, "address");
    return new FlowSocketFactory(resolver, to -> address, Context.empty());
  }

  /**
   * Returns this factory with values that come before what it had and what the resolver itself
   * says: hops, for example.
   */
  public FlowSocketFactory with(Context extra) {
    return new FlowSocketFactory(resolver, addressing, this.extra.merge(extra));
  }

  private Flow connect(Place to, Duration timeout) throws IOException {
    return resolver.resolve(
        addressing.address(to), extra, timeout.isZero() ? resolver.defaultTimeout() : timeout);
  }

  /** Returns a socket that is not connected. */
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

  /** Returns what to dial; as {@link Socket} says, a host that is null is the loopback address. */
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
