package dev.mimic.mail;

import dev.mimic.Context;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** The certificates of the test servers, and the trust of the clients. */
final class Certificates {
  static final TestAuthority AUTHORITY = TestAuthority.create();
  static final Context TRUSTING = Context.empty().with(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));

  private Certificates() {}

  static TestCertificate good() {
    return AUTHORITY.certificate("localhost", "127.0.0.1");
  }

  static TestCertificate otherName() {
    return AUTHORITY.certificate("other.example");
  }

  static TestCertificate untrusted() {
    return TestAuthority.create().certificate("localhost");
  }

  static TestCertificate expired() {
    Instant now = Instant.now();
    return AUTHORITY
        .request("localhost")
        .validity(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(2)))
        .issue();
  }

  static TlsIdentity identity(TestCertificate certificate) {
    return TlsIdentity.of(certificate.privateKey(), certificate.chain());
  }

  /** Returns a context for servers that use the TLS of the JDK. */
  static SSLContext context(TestCertificate certificate) {
    return AUTHORITY.context(certificate);
  }
}
