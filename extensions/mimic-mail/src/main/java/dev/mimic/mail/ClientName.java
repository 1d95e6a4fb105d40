package dev.mimic.mail;

import com.google.common.net.InetAddresses;
import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.net.InetAddress;

/** The name of this host in EHLO: a host name or an address literal (RFC 5321, section 4.1.3). */
final class ClientName {
  private ClientName() {}

  /** Throws if the name is invalid. A line break in it would begin another command. */
  static void require(String name) throws IOException {
    if (!name.matches("[A-Za-z0-9.:\\[\\]_-]{1,255}")) {
      throw new IOException(
          "mail.name must be the name of a host, or its address as in [192.0.2.1]");
    }
  }

  /** Returns the local address of the flow, or the loopback address if it is unknown. */
  static String of(Flow flow) {
    String host = host(flow.info().local());
    if (!InetAddresses.isInetAddress(host)) {
      return "[127.0.0.1]";
    }
    InetAddress address = InetAddresses.forString(host);
    boolean isIpv6 = address.getAddress().length == 16;
    return "[%s%s]".formatted(isIpv6 ? "IPv6:" : "", InetAddresses.toAddrString(address));
  }

  private static String host(String local) {
    try {
      return HostPort.parse(local).host();
    } catch (IllegalArgumentException e) {
      return local;
    }
  }
}
