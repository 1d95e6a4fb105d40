package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;

/** Converts certificates of a {@link TestAuthority} into the types of TLS. */
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
}
