package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import java.util.Base64;

/** Converts certificates of {@link TestAuthority} into the types of this module. */
final class Certificates {
  private Certificates() {}

  static TlsIdentity identity(TestCertificate certificate) {
    return TlsIdentity.of(certificate.privateKey(), certificate.chain());
  }

  static TlsIdentity identity(TestAuthority authority, String... hosts) {
    return identity(authority.certificate(hosts));
  }

  static TlsTrust trust(TestAuthority authority) {
    return TlsTrust.of(authority.root());
  }

  /** Returns a PEM block with this content. */
  static String block(String label, byte[] content) {
    String base64 = new String(Base64.getMimeEncoder().encode(content), US_ASCII);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, base64);
  }
}
