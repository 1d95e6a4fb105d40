package dev.mimic;

import java.net.IDN;
import java.util.Optional;

/**
 * What a host may look like: an IP address as RFC 3986, section 3.2.2 has it, or a name that a DNS
 * message has room for. Nothing is looked up.
 */
final class HostSyntax {
  private static final int MAX_NAME = 253; // RFC 1035, section 2.3.4, without the last dot
  private static final int MAX_LABEL = 63;
  private static final int MAX_IPV6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
  private static final int MAX_ZONE = 64;

  private HostSyntax() {}

  /** Returns what is wrong with a host that is not in brackets, if anything is. */
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
    // What begins so is an option to a program that is handed the host.
    return host.charAt(0) == '-' ? Optional.of("begins with '-'") : Optional.empty();
  }

  private static Optional<String> asciiForm(String host) {
    try {
      String ascii = IDN.toASCII(host);
      return fault(ascii).isEmpty() ? Optional.of(ascii) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // there is no such form
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

  // Programs differ on 127.1, 0177.0.0.1 and 0x7f000001: so none of them is an address here, nor,
  // as no top-level domain is a number, a name.
  private static boolean looksLikeIpv4(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return isAll(last, HostSyntax::isDigit)
        || ((last.startsWith("0x") || last.startsWith("0X"))
            && isAll(last.substring(2), HostSyntax::isHexDigit));
  }

  /** Returns whether it is four numbers, none above 255 or with a zero before it. */
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

  /** Returns how many groups of 16 bits there are, or -1 if there is something else. */
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

  /** Returns whether it can be the name or number of an interface (RFC 6874, section 2). */
  static boolean isZone(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ZONE
        && isAll(text, c -> isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
  }

  /** Returns whether every character, if there are any, is a digit. */
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
}
