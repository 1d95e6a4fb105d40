package dev.mimic.tls;

import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;

/** The name of a server, as it is sent to it (RFC 6066, section 3). */
final class ServerName {
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private ServerName() {}

  /** Returns the names to send: none for an IP address, or what is not a DNS name. */
  static List<SNIServerName> sent(String host) {
    if (IP_ADDRESS.matcher(host).matches()) {
      return List.of();
    }
    try {
      return List.of(new SNIHostName(host));
    } catch (IllegalArgumentException e) {
      return List.of(); // such as one with an underscore; the certificate is checked all the same
    }
  }
}
