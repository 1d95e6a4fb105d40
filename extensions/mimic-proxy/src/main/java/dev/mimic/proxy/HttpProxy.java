package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/**
 * An HTTP proxy that supports the method CONNECT (RFC 9110, section 9.3.6). The proxy resolves host
 * names. Immutable.
 *
 * <p>The connection to the proxy does not use TLS. A user and a password are sent unencrypted with
 * each request, by the Basic scheme (RFC 7617).
 */
public final class HttpProxy implements Network.Hop {
  private final HostPort at;
  private final Optional<ProxyCredentials> credentials;

  private HttpProxy(HostPort at, Optional<ProxyCredentials> credentials) {
    this.at = requireNonNull(at, "at");
    this.credentials = credentials;
  }

  /** Returns the proxy at this host and port of the lower network, without credentials. */
  public static HttpProxy at(HostPort at) {
    return new HttpProxy(at, Optional.empty());
  }

  /**
   * Returns this proxy with a user and a password.
   *
   * @throws IllegalArgumentException if the user is empty or contains a colon, or if either
   *     contains a control character
   */
  public HttpProxy withCredentials(String user, String password) {
    ProxyCredentials credentials = new ProxyCredentials(user, password);
    ConnectHandshake.check(credentials);
    return new HttpProxy(at, Optional.of(credentials));
  }

  @Override
  public Network through(Network lower) {
    return new ProxiedNetwork(lower, at, new ConnectHandshake(at, credentials));
  }

  /** Returns a description without credentials: {@code http-proxy(proxy.example:3128)}. */
  @Override
  public String toString() {
    return "http-proxy(" + at + ")";
  }
}
