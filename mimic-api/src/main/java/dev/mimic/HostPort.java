package dev.mimic;

import static java.util.Objects.requireNonNull;

/**
 * A host and a port, as {@link Network}s take them. The host is a name or an IP address literal
 * without brackets; nothing has been looked up.
 *
 * @param host a name, {@code 192.0.2.1}, or {@code 2001:db8::1}
 * @param port from 0 to 65535; 0 is for listening only, and lets the network choose
 */
public record HostPort(String host, int port) {

  /** Checks that the host is not empty and the port is in range. */
  public HostPort {
    requireNonNull(host, "host");
    if (host.isEmpty()) {
      throw new IllegalArgumentException("host must not be empty");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port (%d) must be from 0 to 65535".formatted(port));
    }
  }

  /** Returns {@code host:port}, an IPv6 literal in brackets (RFC 3986, section 3.2.2). */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
