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
import java.time.Duration;
import javax.net.SocketFactory;

/**
 * Sockets that connect by a resolver, to {@code tcp://host:port} unless another scheme is given,
 * for clients that know nothing of flows. They are as {@link FlowSockets} says. Immutable and
 * thread-safe.
 *
 * <p>The host is taken by its name, as {@code InetSocketAddress.getHostString} tells it, and is
 * looked up by the resolver's network alone. A client that looks names up itself before it connects
 * must be told not to: by addresses that are unresolved, or that keep their name ({@link
 * InetAddress#getByAddress(String, byte[])}).
 *
 * <p>A connect without a time-out has the resolver's default. What fails is what the JDK's sockets
 * throw, with the resolver's message, and its {@link dev.mimic.ResolutionException} as the cause:
 * {@link java.net.ConnectException}, {@link java.net.UnknownHostException}, {@link
 * java.net.SocketTimeoutException}; what has no such likeness is the ResolutionException itself.
 * The local address is chosen by the network, and cannot be bound.
 */
public final class FlowSocketFactory extends SocketFactory {
  private final MimicResolver resolver;
  private final String scheme;
  private final Context extra;

  private FlowSocketFactory(MimicResolver resolver, String scheme, Context extra) {
    this.resolver = requireNonNull(resolver, "resolver");
    this.scheme = requireNonNull(scheme, "scheme");
    this.extra = requireNonNull(extra, "extra");
  }

  /** Returns the factory of sockets that this resolver connects, by {@code tcp}. */
  public static FlowSocketFactory of(MimicResolver resolver) {
    return of(resolver, "tcp", Context.empty());
  }

  /**
   * Returns the factory of sockets that this resolver connects.
   *
   * @param scheme whose addresses have a host and a port: {@code tls}, for example
   * @param extra comes before what the resolver itself says: hops, for example
   */
  public static FlowSocketFactory of(MimicResolver resolver, String scheme, Context extra) {
    return new FlowSocketFactory(resolver, scheme, extra);
  }

  private Flow connect(Place to, Duration timeout) throws IOException {
    return resolver.resolve(
        to.toAddress(scheme), extra, timeout.isZero() ? resolver.defaultTimeout() : timeout);
  }

  /** Returns a socket that is not connected. */
  @Override
  public Socket createSocket() throws IOException {
    return new FlowSocket(FlowSocketImpl.by(this::connect));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(InetSocketAddress.createUnresolved(host, port), new InetSocketAddress(0));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        InetSocketAddress.createUnresolved(host, port),
        new InetSocketAddress(localHost, localPort));
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
