package dev.mimic.sockets;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.net.InetAddresses;
import dev.mimic.HostPort;
import dev.mimic.flow.FlowInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A host and a port, convertible to and from the JDK's addresses without lookups of names.
 *
 * @param host a name, or an IP address without brackets
 * @param port the port, or 0 if there is none
 * @param ip the IP address that belongs to the name, if it is known
 */
record SocketEndpoint(String host, int port, Optional<String> ip) {
  /** The endpoint of an unconnected socket in the JDK. */
  static final SocketEndpoint UNKNOWN = new SocketEndpoint("0.0.0.0", 0);

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final byte[] UNASSIGNED = {(byte) 192, 0, 2, 1}; // for documentation (RFC 5737)
  private static final CharMatcher SPECIAL =
      CharMatcher.anyOf("@/?#\\%[]").or(CharMatcher.whitespace()).or(CharMatcher.javaIsoControl());

  SocketEndpoint(String host, int port) {
    this(host, port, Optional.of(host).filter(InetAddresses::isInetAddress));
  }

  /** Returns the remote end of a flow. */
  static SocketEndpoint ofRemote(FlowInfo flow) {
    return of(flow, FlowInfo::remote, "remoteAddress");
  }

  /** Returns the local end of a flow. */
  static SocketEndpoint ofLocal(FlowInfo flow) {
    return of(flow, FlowInfo::local, "localAddress");
  }

  /** Returns an end, with the IP address that a layer between the same ends shows for its name. */
  private static SocketEndpoint of(
      FlowInfo flow, Function<FlowInfo, String> end, String attribute) {
    String text = end.apply(flow);
    SocketEndpoint named = parse(text);
    Optional<FlowInfo> layer = Optional.of(flow);
    while (layer.isPresent() && end.apply(layer.get()).equals(text)) {
      String address = layer.get().attributes().get(attribute);
      if (address != null) {
        return new SocketEndpoint(named.host, named.port, parse(address).ip);
      }
      layer = layer.get().below();
    }
    return named;
  }

  /** Parses {@code host:port}; a text of another form is a host without a port. */
  static SocketEndpoint parse(String text) {
    try {
      HostPort at = HostPort.parse(text);
      return new SocketEndpoint(at.host(), at.port());
    } catch (IllegalArgumentException e) {
      return new SocketEndpoint(text, 0);
    }
  }

  /** Parses an address such as {@code tcp://localhost:80} or {@code unix:/x}. */
  static SocketEndpoint ofAddress(String address) {
    int colon = address.indexOf(':');
    return parse(address.substring(address.startsWith("//", colon + 1) ? colon + 3 : colon + 1));
  }

  /**
   * Returns the endpoint of the IP address, regardless of its name. If the IP address is missing or
   * unspecified, returns that of the name ({@link FlowSockets#byName}).
   */
  static SocketEndpoint of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String name = address.getHostString();
    boolean byName = ip == null || (ip.isAnyLocalAddress() && !InetAddresses.isInetAddress(name));
    return new SocketEndpoint(
        byName ? withoutBrackets(name) : InetAddresses.toAddrString(ip), address.getPort());
  }

  /** Removes the brackets of an IPv6 address; returns any other text unchanged. */
  private static String withoutBrackets(String host) {
    return InetAddresses.isUriInetAddress(host) && host.startsWith("[")
        ? host.substring(1, host.length() - 1)
        : host;
  }

  /**
   * Returns the address of this endpoint in a scheme.
   *
   * @throws UnknownHostException if the host has characters with another meaning in an address
   */
  String toAddress(String scheme) throws UnknownHostException {
    if (host.isEmpty()) {
      throw new UnknownHostException("host must not be empty");
    }
    boolean zoned = host.indexOf(':') >= 0; // an IPv6 address, where % begins the zone
    if (SPECIAL.matchesAnyOf(zoned ? host.replace("%", "") : host)) {
      String shown = CharMatcher.javaIsoControl().replaceFrom(host, '?');
      throw new UnknownHostException("host (%s) must be a name or an IP address".formatted(shown));
    }
    return scheme + "://" + new HostPort(host, port);
  }

  /**
   * Returns the IP address with the host as its name. For a name without one it is a loopback
   * address if the name is {@code localhost} or there is no port, as for the path of a Unix socket.
   * Otherwise it is an address that no host uses.
   */
  InetAddress address() {
    return address(host);
  }

  /** Returns {@link #address()} with another name. */
  InetAddress address(String name) {
    return named(
        name, ip.map(SocketEndpoint::bytes).orElse(isOnThisHost() ? LOOPBACK : UNASSIGNED));
  }

  private static byte[] bytes(String literal) {
    int zone = literal.indexOf('%'); // dropped, as it can be the zone of another host
    return InetAddresses.forString(zone < 0 ? literal : literal.substring(0, zone)).getAddress();
  }

  private boolean isOnThisHost() {
    String lower = Ascii.toLowerCase(host);
    // RFC 6761, section 6.3.
    return port == 0 || lower.equals("localhost") || lower.endsWith(".localhost");
  }

  /** Returns an address with a name, without a lookup. */
  static InetAddress named(String name, byte[] address) {
    try {
      return InetAddress.getByAddress(name, address);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }
}
