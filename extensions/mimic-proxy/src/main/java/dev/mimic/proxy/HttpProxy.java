package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/**
 * An HTTP proxy, by the method CONNECT (RFC 9110, section 9.3.6). Names are sent to the proxy,
 * which looks them up. Immutable.
 *
 * <p>A user and a password are sent by the Basic scheme (RFC 7617), in clear, with the request
 * itself. The proxy is spoken to without TLS.
 */
public final class HttpProxy implements Network.Hop {
  private final HostPort at;
  private final Optional<ProxyCredentials> credentials;

  private HttpProxy(HostPort at, Optional<ProxyCredentials> credentials) {
    this.at = requireNonNull(at, "at");
    this.credentials = credentials;
  }

  /** Returns the proxy at this place of the network below, which wants no password. */
  public static HttpProxy at(HostPort at) {
    return new HttpProxy(at, Optional.empty());
  }

  /**
   * Returns this proxy with a user and a password.
   *
   * @throws IllegalArgumentException if the user is empty or has a colon in it, or one of them has
   *     a control character
   */
  public HttpProxy withCredentials(String user, String password) {
    ProxyCredentials given = new ProxyCredentials(user, password);
    ConnectDialogue.check(given);
    return new HttpProxy(at, Optional.of(given));
  }

  @Override
  public Network through(Network lower) {
    return new ProxiedNetwork(lower, at, new ConnectDialogue(at, credentials));
  }

  /** Returns such as {@code http-proxy(proxy.example:3128)}; no secret. */
  @Override
  public String toString() {
    return "http-proxy(" + at + ")";
  }
}
