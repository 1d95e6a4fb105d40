package dev.mimic.tls;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A diagnosis of a refused certificate chain, in one sentence. It is derived from the certificates,
 * since the messages of exceptions differ between providers or are missing.
 */
final class CertificateDiagnosis {
  // Signatures by RSA, DSA and ECDSA with MD2, MD4, MD5 and SHA-1 (RFC 3279).
  private static final Set<String> WEAK_SIGNATURES =
      Set.of(
          "1.2.840.113549.1.1.2",
          "1.2.840.113549.1.1.3",
          "1.2.840.113549.1.1.4",
          "1.2.840.113549.1.1.5",
          "1.3.14.3.2.29",
          "1.2.840.10040.4.3",
          "1.2.840.10045.4.1");
  private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
  private static final Pattern WEAK_DIGEST = Pattern.compile("(?i)MD[245]|SHA-?1");
  private static final String AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  /** The peer that presented the chain, and the required key usage (RFC 5280, 4.2.1.12). */
  enum Peer {
    SERVER("servers", "1.3.6.1.5.5.7.3.1"),
    CLIENT("clients", "1.3.6.1.5.5.7.3.2");

    private final String plural;
    private final String purpose;

    Peer(String plural, String purpose) {
      this.plural = plural;
      this.purpose = purpose;
    }
  }

  private final List<X509Certificate> sent;
  private final Peer peer;
  private final Optional<ServerName> host;
  private final TlsTrust trust;
  private final Supplier<List<X509Certificate>> anchors;
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  /**
   * Creates a diagnosis.
   *
   * @param sent the chain, beginning with the peer's own certificate
   * @param host the name that the certificate must have, or empty for any name
   * @param anchors the trusted certificates of {@code trust}
   */
  CertificateDiagnosis(
      List<X509Certificate> sent,
      Peer peer,
      Optional<ServerName> host,
      TlsTrust trust,
      Supplier<List<X509Certificate>> anchors) {
    this.sent = sent;
    this.peer = peer;
    this.host = host;
    this.trust = trust;
    this.anchors = anchors;
  }

  /** Returns the reason, or the message of the refusal if no fault is found in the certificates. */
  String explain(CertificateException refusal) {
    if (sent.isEmpty()) {
      return "the peer has sent no certificate";
    }
    TrustPath path = TrustPath.follow(sent, anchors.get());
    return outOfTime(path)
        .or(() -> untrusted(path))
        .or(() -> notAnAuthority(path))
        .or(this::wrongPurpose)
        .or(this::wrongHost)
        .or(() -> weak(path))
        .orElseGet(() -> "%s was refused: %s".formatted(nameOf(sent.get(0)), refusal.getMessage()));
  }

  /**
   * Applies the rules on names and on the strength of keys and signatures, which do not depend on
   * the provider, to a chain that the provider accepts.
   */
  void check() throws CertificateException {
    // Following the path verifies signatures, which is slow: done only if some certificate is weak.
    if (sent.stream().anyMatch(c -> weakness(c).isPresent())) {
      Optional<String> weak = weak(TrustPath.follow(sent, anchors.get()));
      if (weak.isPresent()) {
        throw new CertificateException(
            weak.get(),
            new CertPathValidatorException(
                weak.get(), null, null, -1, BasicReason.ALGORITHM_CONSTRAINED));
      }
    }
    Optional<String> wrongHost = wrongHost();
    if (wrongHost.isPresent()) {
      throw new CertificateException(wrongHost.get());
    }
  }

  static String nameOf(X509Certificate certificate) {
    return "the certificate of " + Subjects.of(certificate);
  }

  private Optional<String> outOfTime(TrustPath path) {
    for (X509Certificate certificate : path.certificates()) {
      Instant from = certificate.getNotBefore().toInstant();
      Instant to = certificate.getNotAfter().toInstant();
      if (now.isAfter(to)) {
        return Optional.of(
            "%s has expired: it was valid until %s, and now it is %s: its owner has to renew it"
                .formatted(nameOf(certificate), to, now));
      }
      if (now.isBefore(from)) {
        return Optional.of(
            "%s is not valid yet: it will be from %s, and now it is %s"
                .formatted(nameOf(certificate), from, now));
      }
    }
    return Optional.empty();
  }

  private Optional<String> untrusted(TrustPath path) {
    if (path.anchor().isPresent()) {
      return Optional.empty();
    }
    X509Certificate last = path.last();
    if (!CertificateChains.issued(last, last)) {
      return Optional.of(issuerUnknown(last));
    }
    String what =
        path.certificates().size() == 1
            ? nameOf(last) + " is signed by itself"
            : "%s was issued by %s".formatted(nameOf(sent.get(0)), Subjects.of(last));
    return Optional.of(
        "%s, which is not trusted (trusted: %s): if it is yours, trust its certificate;"
                .formatted(what, trust)
            + " its SHA-256 fingerprint is "
            + fingerprint(last));
  }

  private String issuerUnknown(X509Certificate last) {
    String issuer = Subjects.of(last.getIssuerX500Principal());
    boolean sameName =
        anchors.get().stream()
            .anyMatch(a -> a.getSubjectX500Principal().equals(last.getIssuerX500Principal()));
    if (sameName) {
      return "%s was issued by another %s than the trusted one: the name is the same, the key is not"
          .formatted(nameOf(last), issuer);
    }
    boolean fromPublicAuthority = last.getExtensionValue(AUTHORITY_INFORMATION) != null;
    if (fromPublicAuthority && trust.equals(TlsTrust.platform())) {
      return "the chain is not complete: %s was issued by %s, whose certificate the peer must send"
          .formatted(nameOf(last), issuer);
    }
    return "%s was issued by %s, which is not trusted (trusted: %s): trust it, or let the peer send"
            .formatted(nameOf(last), issuer, trust)
        + " its certificate if a trusted authority issued that";
  }

  private static Optional<String> notAnAuthority(TrustPath path) {
    return path.certificates().stream()
        .skip(1)
        .filter(c -> c.getBasicConstraints() < 0)
        .findFirst()
        .map(c -> "%s issued another, but is not marked as an authority's".formatted(nameOf(c)));
  }

  private Optional<String> wrongPurpose() {
    X509Certificate own = sent.get(0);
    List<String> purposes = purposes(own);
    if (purposes == null || purposes.contains(peer.purpose) || purposes.contains(ANY_PURPOSE)) {
      return Optional.empty();
    }
    return Optional.of(
        "%s is not for %s: its purposes are %s"
            .formatted(
                nameOf(own),
                peer.plural,
                purposes.stream().map(CertificateDiagnosis::purpose).collect(joining(", "))));
  }

  private static @Nullable List<String> purposes(X509Certificate certificate) {
    try {
      return certificate.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      return null; // treated as absent
    }
  }

  private static String purpose(String id) {
    for (Peer peer : Peer.values()) {
      if (peer.purpose.equals(id)) {
        return peer.plural;
      }
    }
    return id;
  }

  private Optional<String> wrongHost() {
    return host.flatMap(name -> name.refusal(sent.get(0)));
  }

  /** Returns a sentence about the first certificate below the anchor that is too weak. */
  private static Optional<String> weak(TrustPath path) {
    return path.belowAnchor().stream()
        .flatMap(certificate -> weakness(certificate).stream())
        .findFirst();
  }

  private static Optional<String> weakness(X509Certificate certificate) {
    if (hasWeakSignature(certificate)) {
      return Optional.of(
          "%s is too weak: it is signed with %s: its owner has to get one that is signed with"
                  .formatted(nameOf(certificate), Subjects.printable(certificate.getSigAlgName()))
              + " SHA-256");
    }
    return switch (certificate.getPublicKey()) {
      case RSAKey rsa -> shortKey(certificate, "RSA", rsa.getModulus().bitLength(), 2048);
      case ECKey ec -> shortKey(certificate, "EC", ec.getParams().getOrder().bitLength(), 224);
      default -> Optional.empty();
    };
  }

  private static Optional<String> shortKey(
      X509Certificate certificate, String kind, int bits, int minBits) {
    return bits >= minBits
        ? Optional.empty()
        : Optional.of(
            "%s is too weak: its %s key has %d bits: its owner has to get one with %d or more"
                .formatted(nameOf(certificate), kind, bits, minBits));
  }

  private static boolean hasWeakSignature(X509Certificate certificate) {
    String id = certificate.getSigAlgOID();
    return WEAK_SIGNATURES.contains(id) || (id.equals(RSASSA_PSS) && hasWeakDigest(certificate));
  }

  private static boolean hasWeakDigest(X509Certificate certificate) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(certificate.getSigAlgParams());
      String digest = parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
      return WEAK_DIGEST.matcher(digest).matches();
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      return true; // without parameters, the default is SHA-1
    }
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    } catch (GeneralSecurityException e) {
      return "unknown";
    }
  }
}
