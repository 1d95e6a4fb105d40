package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowListener;
import dev.mimic.sockets.FlowSocketFactory.Addressing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/**
 * A factory of server sockets that listen by a resolver, for servers that use {@code java.net}.
 * {@link FlowSockets} describes the server sockets and the accepted sockets. The network sets the
 * backlog. Immutable and thread-safe.
 */
public final class FlowServerSocketFactory extends ServerSocketFactory {
  private final MimicResolver resolver;
  private final Addressing addressing;
  private final Context extra;

  private FlowServerSocketFactory(MimicResolver resolver, Addressing addressing, Context extra) {
    this.resolver = requireNonNull(resolver, "resolver");
    this.addressing = addressing;
    this.extra = extra;
  }

  /** Returns a factory of server sockets that listen on {@code tcp://host:port}. */
  public static FlowServerSocketFactory of(MimicResolver resolver) {
    return ofScheme(resolver, "tcp");
  }

  /**
   * Returns a factory of server sockets that listen on {@code scheme://host:port}.
   *
   * @param scheme a scheme whose addresses have a host and a port, such as {@code tls}
   */
  public static FlowServerSocketFactory ofScheme(MimicResolver resolver, String scheme) {
    requireNonNull(scheme, "scheme");
    return new FlowServerSocketFactory(resolver, at -> at.toAddress(scheme), Context.empty());
  }

  /**
   * Returns a factory of server sockets that listen on one address, such as {@code
   * unix:/run/x.sock}, regardless of the host and port that they are bound to.
   */
  public static FlowServerSocketFactory ofAddress(MimicResolver resolver, String address) {
    requireNonNull(address, "address");
    return new FlowServerSocketFactory(resolver, at -> address, Context.empty());
  }

  /**
   * Returns this factory with values, such as an identity, that take precedence over its own and
   * over those of the resolver.
   */
  public FlowServerSocketFactory with(Context extra) {
    return new FlowServerSocketFactory(resolver, addressing, this.extra.merge(extra));
  }

  private FlowListener listen(SocketEndpoint at) throws IOException {
    return resolver.with(extra).listen(addressing.address(at));
  }

  /** Returns an unbound server socket. */
  @Override
  public ServerSocket createServerSocket() {
    return new FlowServerSocket(FlowServerSocketImpl.by(this::listen));
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return bound(new InetSocketAddress(port), 0);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return bound(new InetSocketAddress(port), backlog);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress at) throws IOException {
    return bound(new InetSocketAddress(at, port), backlog);
  }

  private ServerSocket bound(InetSocketAddress at, int backlog) throws IOException {
    ServerSocket socket = createServerSocket();
    try {
      socket.bind(at, backlog);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
