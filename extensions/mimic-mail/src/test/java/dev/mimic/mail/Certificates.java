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

/** The certificates of servers, and the trust of clients. */
final class Certificates {
  static final TestAuthority AUTHORITY = TestAuthority.create();
  static final Context TRUSTING = Context.empty().with(Tls.TRUST, TlsTrust.of(AUTHORITY.root()));

  private Certificates() {}

  static TestCertificate good() {
    return AUTHORITY.certificate("localhost", "127.0.0.1");
  }

  static TestCertificate ofAnotherName() {
    return AUTHORITY.certificate("other.example");
  }

  static TestCertificate ofAStranger() {
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

  /** Returns it for servers that speak TLS by the JDK. */
  static SSLContext context(TestCertificate certificate) {
    return AUTHORITY.context(certificate);
  }
}
