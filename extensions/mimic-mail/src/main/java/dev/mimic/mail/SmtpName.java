package dev.mimic.mail;

import com.google.common.net.InetAddresses;
import dev.mimic.Flow;
import java.net.InetAddress;

/** The name of a host that has none, as an address literal (RFC 5321, section 4.1.3). */
final class SmtpName {
  private SmtpName() {}

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
