package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate authority for tests, with a new key in memory. Only clients that are given its
 * {@link #root} trust it.
 *
 * <pre>{@code
 * TestAuthority authority = TestAuthority.create();
 * TestCertificate server = authority.certificate("localhost", "127.0.0.1", "::1");
 * TlsIdentity identity = TlsIdentity.of(server.privateKey(), server.chain());
 * TlsTrust trust = TlsTrust.of(authority.root());
 * SSLContext client = authority.context(); // for libraries that need one
 * }</pre>
 *
 * <p>Certificates are valid from yesterday, because clocks differ, for 90 days, because scanners
 * warn about less than 60. Immutable and thread-safe.
 */
public final class TestAuthority {
  private static final String ROOT_NAME = "Test authority";
  private static final int MAX_INTERMEDIATES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final HeldCertificate own;
  private final List<X509Certificate> chain; // own certificate first, root last
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

  /** Creates an authority with a new P-256 key and a self-signed certificate. */
  public static TestAuthority create() {
    HeldCertificate root = builder(ROOT_NAME).certificateAuthority(MAX_INTERMEDIATES).build();
    return new TestAuthority(root, List.of(), MAX_INTERMEDIATES);
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
   * Creates an authority whose certificate this authority signs. The chains of its certificates
   * have the certificates of all authorities below the root.
   *
   * @throws IllegalStateException if this is the eighth authority below the root
   */
  public TestAuthority intermediate(String commonName) {
    requireNonNull(commonName, "commonName");
    if (intermediatesBelow == 0) {
      throw new IllegalStateException(
          "the root allows at most %d intermediate authorities".formatted(MAX_INTERMEDIATES));
    }
    int below = intermediatesBelow - 1;
    HeldCertificate signed = builder(commonName).certificateAuthority(below).signedBy(own).build();
    return new TestAuthority(signed, chain, below);
  }

  /** Returns the root certificate, which clients must trust. */
  public X509Certificate root() {
    return chain.get(chain.size() - 1);
  }

  /** Returns the certificate of this authority; the root unless this is an intermediate one. */
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
   * @param hosts DNS names, wildcards and IP addresses without brackets, for the subjectAltName;
   *     the first is also the common name
   * @throws IllegalArgumentException if there are no hosts
   */
  public TestCertificate certificate(String... hosts) {
    return request(hosts).issue();
  }

  /**
   * Returns a request for a certificate with other properties, such as an expired one.
   *
   * @param hosts as for {@link #certificate}; none for a certificate with a common name only
   */
  public Request request(String... hosts) {
    return new Request(this, List.of(hosts), Optional.empty(), UnaryOperator.identity(), false);
  }

  /** Returns a context for clients that trust the root and send no certificate. */
  public SSLContext context() {
    return new HandshakeCertificates.Builder().addTrustedCertificate(root()).build().sslContext();
  }

  /** Returns a context for servers and clients that send this certificate and trust the root. */
  public SSLContext context(TestCertificate certificate) {
    return certificate.handshake().addTrustedCertificate(root()).build().sslContext();
  }

  /** A request for certificates. Immutable and thread-safe; each method returns another request. */
  public static final class Request {
    private final TestAuthority authority;
    private final List<String> hosts;
    private final Optional<String> commonName;
    private final UnaryOperator<HeldCertificate.Builder> settings;
    private final boolean selfSigned;

    private Request(
        TestAuthority authority,
        List<String> hosts,
        Optional<String> commonName,
        UnaryOperator<HeldCertificate.Builder> settings,
        boolean selfSigned) {
      this.authority = authority;
      this.hosts = hosts;
      this.commonName = commonName;
      this.settings = settings;
      this.selfSigned = selfSigned;
    }

    /** Returns this request with another common name. Defaults to the first host. */
    public Request commonName(String name) {
      return new Request(authority, hosts, Optional.of(name), settings, selfSigned);
    }

    /**
     * Returns this request with another validity period, with a precision of a second.
     *
     * @throws IllegalArgumentException if it ends before it begins
     */
    public Request validity(Instant notBefore, Instant notAfter) {
      if (notBefore.isAfter(notAfter)) {
        throw new IllegalArgumentException(
            "notAfter (%s) must not be before notBefore (%s)".formatted(notAfter, notBefore));
      }
      return with(
          builder -> builder.validityInterval(notBefore.toEpochMilli(), notAfter.toEpochMilli()));
    }

    /** Returns this request with an RSA key of 2048 bits, which can take a second to create. */
    public Request rsa() {
      return with(HeldCertificate.Builder::rsa2048);
    }

    private Request with(UnaryOperator<HeldCertificate.Builder> setting) {
      return new Request(
          authority,
          hosts,
          commonName,
          builder -> setting.apply(settings.apply(builder)),
          selfSigned);
    }

    /** Returns this request for a self-signed certificate, without the authority. */
    public Request selfSigned() {
      return new Request(authority, hosts, commonName, settings, true);
    }

    /**
     * Issues a certificate with a new key.
     *
     * @throws IllegalArgumentException if the request has neither a host nor a common name
     */
    public TestCertificate issue() {
      String name =
          commonName
              .or(() -> hosts.stream().findFirst())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "a certificate without hosts needs a commonName"));
      HeldCertificate.Builder builder = settings.apply(builder(name));
      hosts.forEach(builder::addSubjectAlternativeName);
      if (selfSigned) {
        return new TestCertificate(builder.signedBy(null).build(), List.of());
      }
      List<X509Certificate> chain = authority.chain;
      return new TestCertificate(
          builder.signedBy(authority.own).build(), chain.subList(0, chain.size() - 1));
    }
  }
}
