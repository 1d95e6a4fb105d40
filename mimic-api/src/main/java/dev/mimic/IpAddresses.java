package dev.mimic;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/** Parses and prints IP addresses, for authors of networks. No method looks up a name. */
public final class IpAddresses {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]+(%[^\\[\\]]+)?");

  // Hosts that the C library parses as a number: 127.1, 010.0.0.1, 0x7f000001.
  private static final Pattern NUMBER_LAST = Pattern.compile("(.*\\.)?(0[xX][0-9a-fA-F]*|[0-9]+)");

  private IpAddresses() {}

  /**
   * Returns the address of a literal, or empty if the host is a name. IPv4 is four decimal numbers.
   * IPv6 can have a zone, as in {@code fe80::1%eth0} (RFC 4007, section 11).
   *
   * @throws UnknownHostException if the host is neither: malformed IPv6, a zone that does not exist
   *     on this host, or a number in a form that programs parse differently
   */
  public static Optional<InetAddress> literal(String host) throws UnknownHostException {
    if (host.indexOf(':') >= 0) {
      return Optional.of(ipv6(host));
    }
    if (IPV4.matcher(host).matches()) {
      return Optional.of(InetAddress.getByName(host));
    }
    if (NUMBER_LAST.matcher(host).matches()) {
      throw new UnknownHostException(
          "host %s is neither a name nor an IPv4 address: write four numbers from 0 to 255, without leading zeros"
              .formatted(host));
    }
    return Optional.empty();
  }

  private static InetAddress ipv6(String host) throws UnknownHostException {
    if (!IPV6.matcher(host).matches()) {
      throw new UnknownHostException("host %s is not an IPv6 address".formatted(host));
    }
    try {
      return InetAddress.getByName("[" + host + "]"); // brackets prevent a name look-up
    } catch (UnknownHostException e) {
      String message =
          host.indexOf('%') >= 0
              ? "host %s is not an IPv6 address with a zone of this host (%s)"
              : "host %s is not an IPv6 address (%s)";
      throw (UnknownHostException)
          new UnknownHostException(message.formatted(host, e.getMessage())).initCause(e);
    }
  }

  /** Returns the address, with a wildcard replaced by the loopback address. */
  public static InetAddress reachable(InetAddress address) throws UnknownHostException {
    if (!address.isAnyLocalAddress()) {
      return address;
    }
    byte[] loopback = new byte[address.getAddress().length];
    loopback[loopback.length - 1] = 1;
    if (address instanceof Inet4Address) {
      loopback[0] = 127;
    }
    return InetAddress.getByAddress(loopback);
  }

  /** Returns {@code 127.0.0.1:80} or {@code [::1]:80}. */
  public static String print(InetSocketAddress address) {
    return new HostPort(print(address.getAddress()), address.getPort()).toString();
  }

  /** Returns the address without a name: IPv6 by RFC 5952, with its zone if it has one. */
  public static String print(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    String full = address.getHostAddress();
    int zone = full.indexOf('%');
    return compressed(address.getAddress()) + (zone < 0 ? "" : full.substring(zone));
  }

  private static String compressed(byte[] ipv6) {
    CharBuffer groups = ByteBuffer.wrap(ipv6).asCharBuffer();
    int from = -1;
    int to = -1;
    for (int i = 0; i < groups.length(); i++) {
      int end = i;
      while (end < groups.length() && groups.charAt(end) == 0) {
        end++;
      }
      if (end - i > Math.max(1, to - from)) {
        from = i;
        to = end;
      }
    }
    return from < 0
        ? joined(groups, 0, groups.length())
        : joined(groups, 0, from) + "::" + joined(groups, to, groups.length());
  }

  private static String joined(CharBuffer groups, int from, int to) {
    StringBuilder out = new StringBuilder();
    for (int i = from; i < to; i++) {
      out.append(i > from ? ":" : "").append(Integer.toHexString(groups.charAt(i)));
    }
    return out.toString();
  }
}
