package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.FlowListener;
import dev.mimic.MimicResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/**
 * Server sockets that listen by a resolver, for servers that know nothing of flows. They, and the
 * sockets that they accept, are as {@link FlowSockets} says. The backlog is the network's.
 * Immutable and thread-safe.
 */
public final class FlowServerSocketFactory extends ServerSocketFactory {
  private final MimicResolver resolver;
  private final String scheme;
  private final Context extra;

  private FlowServerSocketFactory(MimicResolver resolver, String scheme, Context extra) {
    this.resolver = requireNonNull(resolver, "resolver");
    this.scheme = requireNonNull(scheme, "scheme");
    this.extra = extra;
  }

  /** Returns the factory of server sockets that listen on {@code tcp://host:port}. */
  public static FlowServerSocketFactory of(MimicResolver resolver) {
    return ofScheme(resolver, "tcp");
  }

  /**
   * Returns the factory of server sockets that listen on {@code scheme://host:port}.
   *
   * @param scheme whose addresses have a host and a port: {@code tls}, for example
   */
  public static FlowServerSocketFactory ofScheme(MimicResolver resolver, String scheme) {
    return new FlowServerSocketFactory(resolver, scheme, Context.empty());
  }

  /**
   * Returns this factory with values that come before what it had and what the resolver itself
   * says: an identity, for example.
   */
  public FlowServerSocketFactory with(Context extra) {
    return new FlowServerSocketFactory(resolver, scheme, this.extra.merge(extra));
  }

  private FlowListener listen(Place at) throws IOException {
    return resolver.listen(at.toAddress(scheme), extra);
  }

  /** Returns a server socket that is not bound. */
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
