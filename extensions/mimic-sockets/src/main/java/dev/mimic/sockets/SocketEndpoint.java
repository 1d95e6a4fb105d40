package dev.mimic.sockets;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.net.InetAddresses;
import dev.mimic.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A host and a port, as the JDK's addresses have them. No name is looked up, forward or backward.
 *
 * @param host a name, or an IP address without brackets
 * @param port 0 if there is none
 */
record Place(String host, int port) {
  /** Where a socket is that is not connected, as the JDK says it. */
  static final Place UNKNOWN = new Place("0.0.0.0", 0);

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final byte[] NOBODY = {(byte) 192, 0, 2, 1}; // for documentation (RFC 5737)
  private static final CharMatcher SPECIAL =
      CharMatcher.anyOf("@/?#\\%[]").or(CharMatcher.whitespace()).or(CharMatcher.javaIsoControl());

  /** Returns what {@code host:port} says; all of the text is the host if it is not of that form. */
  static Place parse(String text) {
    int colon = text.lastIndexOf(':');
    String digits = text.substring(colon + 1);
    if (colon <= 0 || digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return new Place(text, 0);
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new Place(
        bracketed ? host.substring(1, host.length() - 1) : host,
        digits.length() > 5 ? 0 : Integer.parseInt(digits));
  }

  /** Returns where an address such as {@code tcp://localhost:80} or {@code unix:/x} leads to. */
  static Place ofAddress(String address) {
    int colon = address.indexOf(':');
    return parse(address.substring(address.startsWith("//", colon + 1) ? colon + 3 : colon + 1));
  }

  /**
   * Returns the IP address, whatever name it has with it; or the name, if there is no address, or
   * the unspecified one ({@link FlowSockets#byName}).
   */
  static Place of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String name = address.getHostString();
    boolean byName = ip == null || (ip.isAnyLocalAddress() && !InetAddresses.isInetAddress(name));
    return new Place(
        byName ? withoutBrackets(name) : InetAddresses.toAddrString(ip), address.getPort());
  }

  /** Returns the IPv6 address that is in brackets; anything else as it is. */
  private static String withoutBrackets(String host) {
    return InetAddresses.isUriInetAddress(host) && host.startsWith("[")
        ? host.substring(1, host.length() - 1)
        : host;
  }

  /**
   * Returns the address of this scheme that leads to it.
   *
   * @throws UnknownHostException if something in the host would mean something else there
   */
  String toAddress(String scheme) throws UnknownHostException {
    if (host.isEmpty()) {
      throw new UnknownHostException("host must not be empty");
    }
    boolean zoned = host.indexOf(':') >= 0; // an IPv6 address, in which a % begins its zone
    if (SPECIAL.matchesAnyOf(zoned ? host.replace("%", "") : host)) {
      String shown = CharMatcher.javaIsoControl().replaceFrom(host, '?');
      throw new UnknownHostException("host (%s) must be a name or an IP address".formatted(shown));
    }
    return scheme + "://" + new HostPort(host, port);
  }

  /** Returns whether the host is an IP address. */
  boolean isLiteral() {
    return InetAddresses.isInetAddress(host);
  }

  /**
   * Returns the address, with the host as its name. Where the host is a name, that is a loopback
   * address for {@code localhost} and for what has no port, such as a path, which is on this host;
   * and otherwise an address that no host has.
   */
  InetAddress address() {
    return address(host);
  }

  /** Returns {@link #address()}, with another name. */
  InetAddress address(String name) {
    return named(name, isLiteral() ? bytes(host) : isOnThisHost() ? LOOPBACK : NOBODY);
  }

  private static byte[] bytes(String literal) {
    int zone = literal.indexOf('%'); // of another host, perhaps
    return InetAddresses.forString(zone < 0 ? literal : literal.substring(0, zone)).getAddress();
  }

  private boolean isOnThisHost() {
    String lower = Ascii.toLowerCase(host);
    // RFC 6761, section 6.3.
    return port == 0 || lower.equals("localhost") || lower.endsWith(".localhost");
  }

  /** Returns an address with a name, which is not looked up. */
  static InetAddress named(String name, byte[] address) {
    try {
      return InetAddress.getByAddress(name, address);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }
}
