package dev.mimic;

import static java.util.Objects.requireNonNull;

/**
 * The host and the port of a connection or a listener. The host is a name or an IP address without
 * brackets. No name is looked up.
 *
 * @param host a name, {@code 192.0.2.1}, or {@code 2001:db8::1}
 * @param port from 0 to 65535; 0 is for listening only, where the network chooses a port
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

  /**
   * Parses {@code host:port}, as {@link #toString} prints it. Nothing is looked up.
   *
   * @param text a name, {@code 192.0.2.1}, or an IPv6 address in brackets, then a colon and a port
   * @throws IllegalArgumentException if the text has another form; the message shows the text
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String digits = text.substring(colon + 1);
    if (colon < 0 || digits.isEmpty() || digits.length() > 5 || !HostSyntax.isAllDigits(digits)) {
      throw malformed(text, "must be host:port, with a port from 0 to 65535");
    }
    return new HostPort(host(text, text.substring(0, colon), digits), Integer.parseInt(digits));
  }

  /**
   * Returns the host and the port of an address such as {@code tcp://localhost:80}, as {@link
   * dev.mimic.flow.FlowListener#address} returns it.
   *
   * @throws IllegalArgumentException if the address has another form
   */
  public static HostPort ofAddress(String address) {
    int scheme = address.indexOf("://");
    if (scheme < 0) {
      throw malformed(address, "must be scheme://host:port");
    }
    return parse(address.substring(scheme + "://".length()));
  }

  private static String host(String text, String host, String digits) {
    if (host.startsWith("[") && host.endsWith("]")) {
      String literal = host.substring(1, host.length() - 1);
      int zone = literal.indexOf('%');
      if (!HostSyntax.isIpv6(zone < 0 ? literal : literal.substring(0, zone))
          || (zone >= 0 && !HostSyntax.isZone(literal.substring(zone + 1)))) {
        throw malformed(text, "must have an IPv6 address in its brackets");
      }
      return literal;
    }
    if (HostSyntax.isIpv6(host)) {
      throw malformed(
          text, "must have its IPv6 address in brackets: write [" + host + "]:" + digits);
    }
    HostSyntax.fault(host)
        .ifPresent(
            fault -> {
              throw malformed(text, "must start with a host, which " + fault);
            });
    return host;
  }

  private static IllegalArgumentException malformed(String text, String rule) {
    return new IllegalArgumentException("\"%s\" %s".formatted(Printed.text(text), rule));
  }

  /** Returns {@code host:port}, an IPv6 literal in brackets (RFC 3986, section 3.2.2). */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
