package dev.mimic.sockets;

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
  private static final byte[] UNSPECIFIED = new byte[4];
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

  /** Returns where an address such as {@code tcp://localhost:80} leads to. */
  static Place ofAddress(String address) {
    int authority = address.indexOf("://");
    return parse(authority < 0 ? address : address.substring(authority + 3));
  }

  static Place of(InetSocketAddress address) {
    return new Place(address.getHostString(), address.getPort());
  }

  /** Returns it under the name that the address was made with, if it was. */
  static Place of(InetAddress address, int port) {
    return of(new InetSocketAddress(address, port));
  }

  /**
   * Returns the address of this scheme that leads to it.
   *
   * @throws UnknownHostException if something in the host would mean something else there
   */
  String toAddress(String scheme) throws UnknownHostException {
    boolean zoned = host.indexOf(':') >= 0; // an IPv6 address, in which a % begins its zone
    if (SPECIAL.matchesAnyOf(zoned ? host.replace("%", "") : host)) {
      throw new UnknownHostException("host (%s) must be a name or an IP address".formatted(host));
    }
    return scheme + "://" + new HostPort(host, port);
  }

  /** Returns the address with the host as its name; {@code 0.0.0.0} if it is not known. */
  InetAddress address() {
    boolean literal = InetAddresses.isInetAddress(host);
    byte[] bytes = literal ? InetAddresses.forString(host).getAddress() : UNSPECIFIED;
    try {
      return InetAddress.getByAddress(host, bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }
}
