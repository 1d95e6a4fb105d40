package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/**
 * A SOCKS5 proxy that supports the command CONNECT (RFC 1928). The proxy resolves host names.
 * Immutable.
 *
 * <p>A proxy with credentials is offered only username/password authentication (RFC 1929), which
 * sends both unencrypted. A proxy without credentials is offered only "no authentication". If the
 * proxy requires another method, connections fail.
 */
public final class Socks5Proxy implements Network.Hop {
  private final HostPort at;
  private final Optional<ProxyCredentials> credentials;

  private Socks5Proxy(HostPort at, Optional<ProxyCredentials> credentials) {
    this.at = requireNonNull(at, "at");
    this.credentials = credentials;
  }

  /** Returns the proxy at this host and port of the lower network, without credentials. */
  public static Socks5Proxy at(HostPort at) {
    return new Socks5Proxy(at, Optional.empty());
  }

  /**
   * Returns this proxy with a user and a password.
   *
   * @throws IllegalArgumentException if either is empty or has more than 255 bytes in UTF-8
   */
  public Socks5Proxy withCredentials(String user, String password) {
    ProxyCredentials credentials = new ProxyCredentials(user, password);
    Socks5Handshake.check(credentials);
    return new Socks5Proxy(at, Optional.of(credentials));
  }

  @Override
  public Network through(Network lower) {
    return new ProxiedNetwork(lower, at, new Socks5Handshake(at, credentials));
  }

  /** Returns a description without credentials: {@code socks5(proxy.example:1080)}. */
  @Override
  public String toString() {
    return "socks5(" + at + ")";
  }
}
