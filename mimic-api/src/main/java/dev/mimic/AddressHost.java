package dev.mimic;

import java.util.Optional;

/** The host in an address, and what to say when it is none. */
final class AddressHost {
  private final String text;
  private final ShownAddress shown;

  AddressHost(String text, ShownAddress shown) {
    this.text = text;
    this.shown = shown;
  }

  /** Returns the index behind the bracket that closes the one at {@code start}. */
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

  /** Returns the IPv6 address in these brackets, with its zone, if any, after a percent sign. */
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
    return percent < 0 ? address : address + '%' + zone(literal.substring(percent + 1), start, end);
  }

  // RFC 6874 asks for %25 and a zone; people write what other programs print: % and a zone.
  private String zone(String written, int start, int end) throws MalformedAddressException {
    String zone = written.startsWith("25") ? written.substring(2) : written;
    if (!HostSyntax.isZone(zone)) {
      throw shown.malformed(
          shown.piece(start, end) + " has no name or number of an interface behind the '%'");
    }
    return zone;
  }

  /** Returns the host that {@code decoded} is, which stands in the address here. */
  String named(int start, int end, String decoded) throws MalformedAddressException {
    Optional<String> fault = HostSyntax.fault(decoded);
    if (fault.isEmpty()) {
      return decoded;
    }
    throw shown.malformed(
        shown.hides(start, end)
            ? "the host is not shown, and is neither a name nor an address"
            : "host " + ShownAddress.quote(text.substring(start, end)) + ' ' + fault.get());
  }

  /** Refuses an IPv6 address without brackets, whose last group would be taken for a port. */
  void refuseIpv6(int start, int end) throws MalformedAddressException {
    int colon = text.indexOf(':', start, end);
    if (colon < 0 || text.indexOf(':', colon + 1, end) < 0) {
      return; // every one has at least two
    }
    String host = text.substring(start, end);
    if (HostSyntax.isIpv6(host) && !shown.hides(start, end)) {
      throw shown.malformed("an IPv6 address goes in brackets: write [" + host + "]");
    }
  }
}
