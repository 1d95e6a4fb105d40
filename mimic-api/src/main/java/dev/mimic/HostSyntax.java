package dev.mimic;

import java.net.IDN;
import java.util.Optional;

/**
 * The syntax of hosts: an IP address as in RFC 3986, section 3.2.2, or a name that fits into a DNS
 * message. Nothing is looked up.
 */
final class HostSyntax {
  private static final int MAX_NAME = 253; // RFC 1035, section 2.3.4, without the last dot
  private static final int MAX_LABEL = 63;
  private static final int MAX_IPV6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
  private static final int MAX_ZONE = 64;

  private HostSyntax() {}

  /** Returns the fault of a host without brackets; empty if it is valid. */
  static Optional<String> fault(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (name.isEmpty()) {
      return Optional.of("is empty");
    }
    if (name.length() > MAX_NAME) {
      return Optional.of("is longer than " + MAX_NAME + " characters");
    }
    Optional<String> fault = faultOfCharacters(host);
    if (fault.isEmpty()) {
      fault = faultOfLabels(name);
    }
    return fault.isEmpty() && looksLikeIpv4(name) && !isIpv4(host) ? notIpv4() : fault;
  }

  private static Optional<String> notIpv4() {
    return Optional.of("looks like an IPv4 address but is not one");
  }

  private static Optional<String> faultOfCharacters(String host) {
    if (!isAll(host, c -> c <= 0x7f)) {
      return Optional.of("is not ASCII" + asciiForm(host).map(a -> ": write " + a).orElse(""));
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (!isLetterOrDigit(c) && c != '-' && c != '_' && c != '.') {
        return Optional.of("has '" + Printed.text(String.valueOf(c)) + "', which no name has");
      }
    }
    // A program that gets the host as an argument would take it as an option.
    return host.charAt(0) == '-' ? Optional.of("begins with '-'") : Optional.empty();
  }

  private static Optional<String> asciiForm(String host) {
    try {
      String ascii = IDN.toASCII(host);
      return fault(ascii).isEmpty() ? Optional.of(ascii) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // it has no ASCII form
    }
  }

  private static Optional<String> faultOfLabels(String name) {
    int start = 0;
    while (start <= name.length()) {
      int dot = name.indexOf('.', start);
      int end = dot < 0 ? name.length() : dot;
      if (end == start) {
        return Optional.of("has nothing between two dots");
      }
      if (end - start > MAX_LABEL) {
        return Optional.of("has a label that is longer than " + MAX_LABEL + " characters");
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  // Programs differ on 127.1, 0177.0.0.1 and 0x7f000001, so none of them is an address here. None
  // is a name either, since no top-level domain is a number.
  private static boolean looksLikeIpv4(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return isAll(last, HostSyntax::isDigit)
        || ((last.startsWith("0x") || last.startsWith("0X"))
            && isAll(last.substring(2), HostSyntax::isHexDigit));
  }

  /** Returns whether it is four numbers up to 255 without leading zeros. */
  static boolean isIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !isAll(part, HostSyntax::isDigit)
          || (part.length() > 1 && part.charAt(0) == '0')
          || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether it is an IPv6 address (RFC 4291, section 2.2), without brackets or zone. */
  static boolean isIpv6(String text) {
    if (text.length() > MAX_IPV6) {
      return false;
    }
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true) == 8;
    }
    int before = groups(text.substring(0, gap), false);
    int after = groups(text.substring(gap + 2), true);
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** Returns how many groups of 16 bits there are, or -1 if the text is invalid. */
  private static int groups(String text, boolean mayEndInIpv4) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (mayEndInIpv4 && i == parts.length - 1 && isIpv4(parts[i])) {
        return parts.length + 1;
      }
      if (parts[i].isEmpty() || parts[i].length() > 4 || !isAll(parts[i], HostSyntax::isHexDigit)) {
        return -1;
      }
    }
    return parts.length;
  }

  /** Returns whether it has the form of an interface name or number (RFC 6874, section 2). */
  static boolean isZone(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ZONE
        && isAll(text, c -> isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
  }

  /** Returns whether all characters are digits. */
  static boolean isAllDigits(String text) {
    return isAll(text, HostSyntax::isDigit);
  }

  private interface CharTest {
    boolean passes(char c);
  }

  private static boolean isAll(String text, CharTest test) {
    for (int i = 0; i < text.length(); i++) {
      if (!test.passes(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
  }

  private static boolean isHexDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The host in an address. Its methods refuse an invalid host in a message about the address. */
  static final class InAddress {
    private final String text;
    private final RedactedAddress shown;

    InAddress(String text, RedactedAddress shown) {
      this.text = text;
      this.shown = shown;
    }

    /** Returns the index after the closing bracket of the one at {@code start}. */
    int endOfBrackets(int start, int end) throws MalformedAddressException {
      int close = text.indexOf(']', start);
      if (close < 0 || close >= end) {
        throw shown.malformed("there is no ']' to the '['");
      }
      if (close + 1 < end && text.charAt(close + 1) != ':') {
        throw shown.malformed("behind the ']' there must be nothing, or ':' and a port");
      }
      return close + 1;
    }

    /**
     * Returns the IPv6 address in these brackets, with a percent sign and its zone if it has one.
     */
    String inBrackets(int start, int end) throws MalformedAddressException {
      String literal = text.substring(start + 1, end - 1);
      if (literal.startsWith("v") || literal.startsWith("V")) {
        throw shown.malformed(
            shown.piece(start, end) + " is an IPvFuture address, of which there are none");
      }
      int percent = literal.indexOf('%');
      String address = percent < 0 ? literal : literal.substring(0, percent);
      if (!HostSyntax.isIpv6(address)) {
        throw shown.malformed(shown.piece(start, end) + " is not an IPv6 address");
      }
      return percent < 0
          ? address
          : address + '%' + zone(literal.substring(percent + 1), start, end);
    }

    // RFC 6874 requires %25 before a zone, but other programs print %.
    private String zone(String written, int start, int end) throws MalformedAddressException {
      String zone = written.startsWith("25") ? written.substring(2) : written;
      if (!HostSyntax.isZone(zone)) {
        throw shown.malformed(
            shown.piece(start, end) + " has no name or number of an interface behind the '%'");
      }
      return zone;
    }

    /** Returns the decoded host if it is valid. */
    String named(int start, int end, String decoded) throws MalformedAddressException {
      Optional<String> fault = HostSyntax.fault(decoded);
      if (fault.isEmpty()) {
        return decoded;
      }
      throw shown.malformed(
          shown.hides(start, end)
              ? "the host is not shown, and is neither a name nor an address"
              : "host " + RedactedAddress.quote(text.substring(start, end)) + ' ' + fault.get());
    }

    /** Refuses an IPv6 address without brackets, whose last group would be taken as a port. */
    void refuseIpv6(int start, int end) throws MalformedAddressException {
      int colon = text.indexOf(':', start, end);
      if (colon < 0 || text.indexOf(':', colon + 1, end) < 0) {
        return; // each IPv6 address has at least two
      }
      String host = text.substring(start, end);
      if (HostSyntax.isIpv6(host) && !shown.hides(start, end)) {
        throw shown.malformed("an IPv6 address goes in brackets: write [" + host + "]");
      }
    }
  }
}
