package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/**
 * A SOCKS5 proxy (RFC 1928), by its CONNECT command. Names are sent to the proxy, which looks them
 * up. Immutable.
 *
 * <p>With a user and a password, that method alone is offered (RFC 1929), which sends both in
 * clear; without them, only none. A proxy that wants another fails the connection.
 */
public final class Socks5Proxy implements Network.Hop {
  private final HostPort at;
  private final Optional<ProxyCredentials> credentials;

  private Socks5Proxy(HostPort at, Optional<ProxyCredentials> credentials) {
    this.at = requireNonNull(at, "at");
    this.credentials = credentials;
  }

  /** Returns the proxy at this place of the network below, which wants no password. */
  public static Socks5Proxy at(HostPort at) {
    return new Socks5Proxy(at, Optional.empty());
  }

  /**
   * Returns this proxy with a user and a password.
   *
   * @throws IllegalArgumentException if one of them is empty, or has more than 255 bytes in UTF-8
   */
  public Socks5Proxy withCredentials(String user, String password) {
    ProxyCredentials given = new ProxyCredentials(user, password);
    Socks5Dialogue.check(given);
    return new Socks5Proxy(at, Optional.of(given));
  }

  @Override
  public Network through(Network lower) {
    return new ProxiedNetwork(lower, at, new Socks5Dialogue(at, credentials));
  }

  /** Returns such as {@code socks5(proxy.example:1080)}; no secret. */
  @Override
  public String toString() {
    return "socks5(" + at + ")";
  }
}
