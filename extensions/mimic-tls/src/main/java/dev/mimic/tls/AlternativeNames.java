package dev.mimic.tls;

import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/** Hosts as a certificate names them (RFC 5280, section 4.2.1.6). */
final class AlternativeNames {
  private AlternativeNames() {}

  static GeneralNames of(List<String> hosts) {
    return new GeneralNames(hosts.stream().map(AlternativeNames::name).toArray(GeneralName[]::new));
  }

  private static GeneralName name(String host) {
    if (IPAddress.isValid(host)) {
      return new GeneralName(GeneralName.iPAddress, host);
    }
    if (!host.matches("(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
      throw new IllegalArgumentException(
          "host (%s) must be a name or an address without brackets, in ASCII".formatted(host));
    }
    return new GeneralName(GeneralName.dNSName, host);
  }
}
