package dev.mimic.mail;

import com.google.common.net.InetAddresses;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.net.InetAddress;

/** What a host calls itself; one without a name by its address (RFC 5321, section 4.1.3). */
final class SmtpName {
  private SmtpName() {}

  /** Throws if that is no name: a line's end in it would begin another command. */
  static void require(String name) throws IOException {
    if (!name.matches("[A-Za-z0-9.:\\[\\]_-]{1,255}")) {
      throw new IOException(
          "mail.name must be the name of a host, or its address as in [192.0.2.1]");
    }
  }

  /** Returns the address that this flow comes from; loopback where it is not told. */
  static String of(Flow flow) {
    String local = flow.info().local();
    String host = local.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
    if (!InetAddresses.isInetAddress(host)) {
      return "[127.0.0.1]";
    }
    InetAddress address = InetAddresses.forString(host);
    boolean six = address.getAddress().length == 16;
    return "[%s%s]".formatted(six ? "IPv6:" : "", InetAddresses.toAddrString(address));
  }
}
