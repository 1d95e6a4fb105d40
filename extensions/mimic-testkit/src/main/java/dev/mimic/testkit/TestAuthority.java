package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate authority for tests. Its key is new and lives as long as the object; only those
 * trust it that are given its {@link #root}.
 *
 * <pre>{@code
 * TestAuthority authority = TestAuthority.create();
 * TestCertificate server = authority.certificate("localhost", "127.0.0.1", "::1");
 * TlsIdentity identity = TlsIdentity.of(server.privateKey(), server.chain());
 * TlsTrust trust = TlsTrust.of(authority.root());
 * SSLContext client = authority.context(); // for libraries that take one
 * }</pre>
 *
 * <p>Certificates are valid from yesterday, for clocks that differ, and for 90 days: scanners warn
 * of less than 60. Immutable and thread-safe.
 */
public final class TestAuthority {
  private static final String ROOT_NAME = "Test authority";
  private static final int MOST_INTERMEDIATES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final HeldCertificate own;
  private final List<X509Certificate> chain; // its own first, then its issuer's, the root's last
  private final int intermediatesBelow;

  private TestAuthority(
      HeldCertificate own, List<X509Certificate> issuers, int intermediatesBelow) {
    this.own = own;
    List<X509Certificate> whole = new ArrayList<>();
    whole.add(own.certificate());
    whole.addAll(issuers);
    this.chain = List.copyOf(whole);
    this.intermediatesBelow = intermediatesBelow;
  }

  /** Creates an authority with a new P-256 key, which signs its own certificate. */
  public static TestAuthority create() {
    HeldCertificate root = builder(ROOT_NAME).certificateAuthority(MOST_INTERMEDIATES).build();
    return new TestAuthority(root, List.of(), MOST_INTERMEDIATES);
  }

  private static HeldCertificate.Builder builder(String commonName) {
    Instant now = Instant.now();
    return new HeldCertificate.Builder()
        .commonName(commonName)
        .serialNumber(new BigInteger(127, RANDOM).setBit(126)) // positive, within 20 bytes
        .validityInterval(
            now.minus(Duration.ofDays(1)).toEpochMilli(),
            now.plus(Duration.ofDays(90)).toEpochMilli());
  }

  /**
   * Creates an authority that this one has signed. The chains of its certificates have its own
   * certificate, and those of other authorities up to the root's, which is left out.
   *
   * @throws IllegalStateException if there are eight between this one and the root
   */
  public TestAuthority intermediate(String commonName) {
    requireNonNull(commonName, "commonName");
    if (intermediatesBelow == 0) {
      throw new IllegalStateException("the root allows no more than " + MOST_INTERMEDIATES);
    }
    int below = intermediatesBelow - 1;
    HeldCertificate signed = builder(commonName).certificateAuthority(below).signedBy(own).build();
    return new TestAuthority(signed, chain, below);
  }

  /** Returns the certificate to trust: its own, or that of the authority at the chain's end. */
  public X509Certificate root() {
    return chain.get(chain.size() - 1);
  }

  /** Returns its own certificate, which is the root unless it is an intermediate authority. */
  public X509Certificate authorityCertificate() {
    return own.certificate();
  }

  /** Returns the root in PEM (RFC 7468). */
  public String rootPem() {
    return Certificates.certificatePem(root());
  }

  /**
   * Issues a certificate for servers and clients, with a new P-256 key.
   *
   * @param hosts DNS names, also with wildcards, and IP addresses without brackets, for the
   *     subjectAltName; the first is also the common name
   * @throws IllegalArgumentException if there are none
   */
  public TestCertificate certificate(String... hosts) {
    return request(hosts).issue();
  }

  /**
   * Begins a request for a certificate that differs from those of {@link #certificate}, such as an
   * expired one.
   *
   * @param hosts as there; none for a certificate with a common name only
   */
  public Request request(String... hosts) {
    return new Request(this, List.of(hosts));
  }

  /** Returns a context for clients that trust the root and show no certificate. */
  public SSLContext context() {
    return new HandshakeCertificates.Builder().addTrustedCertificate(root()).build().sslContext();
  }

  /** Returns a context for servers and clients that show this certificate and trust the root. */
  public SSLContext context(TestCertificate certificate) {
    return certificate.handshake().addTrustedCertificate(root()).build().sslContext();
  }

  /** A request for one certificate, or several. Used by one thread. */
  public static final class Request {
    private final TestAuthority authority;
    private final HeldCertificate.Builder builder;
    private boolean hasName;
    private boolean selfSigned;

    private Request(TestAuthority authority, List<String> hosts) {
      this.authority = authority;
      this.builder = builder(hosts.isEmpty() ? "" : hosts.get(0));
      this.hasName = !hosts.isEmpty();
      hosts.forEach(builder::addSubjectAlternativeName);
    }

    /** Sets the common name, which defaults to the first host. */
    public Request commonName(String name) {
      builder.commonName(name);
      hasName = true;
      return this;
    }

    /**
     * Sets from when to when the certificate is valid, to the second.
     *
     * @throws IllegalArgumentException if it would end before it begins
     */
    public Request validity(Instant notBefore, Instant notAfter) {
      builder.validityInterval(notBefore.toEpochMilli(), notAfter.toEpochMilli());
      return this;
    }

    /** Asks for a new RSA key of 2048 bits in place of P-256; making one can take a second. */
    public Request rsa() {
      builder.rsa2048();
      return this;
    }

    /** Lets its own key sign it: the authority then has no part in it. */
    public Request selfSigned() {
      selfSigned = true;
      return this;
    }

    /**
     * Issues the certificate, with a new key each time.
     *
     * @throws IllegalArgumentException if it has neither a host nor a common name
     */
    public TestCertificate issue() {
      if (!hasName) {
        throw new IllegalArgumentException("a certificate without hosts needs a commonName");
      }
      builder.serialNumber(new BigInteger(127, RANDOM).setBit(126));
      if (selfSigned) {
        return new TestCertificate(builder.signedBy(null).build(), List.of());
      }
      List<X509Certificate> chain = authority.chain;
      return new TestCertificate(
          builder.signedBy(authority.own).build(), chain.subList(0, chain.size() - 1));
    }
  }
}
