package dev.mimic.tls;

import static java.util.stream.Collectors.joining;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a chain was refused, in one sentence. It is found by looking at the certificates, as every
 * provider of TLS words its exceptions in its own way, or not at all.
 */
final class CertificateDoubt {
  private static final Pattern WEAK_SIGNATURE = Pattern.compile("(?i).*(MD2|MD4|MD5|SHA-?1)with.*");
  private static final String AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";
  private static final int MAX_NAMES = 8;

  /** Who showed the chain, and what it must be for (RFC 5280, section 4.2.1.12). */
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
  private final List<String> hosts;
  private final TlsTrust trust;
  private final List<X509Certificate> anchors;
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  /**
   * Makes one.
   *
   * @param sent the peer's own certificate first
   * @param hosts those of which the certificate must be for one; none if any will do
   * @param anchors the certificates that {@code trust} is
   */
  CertificateDoubt(
      List<X509Certificate> sent,
      Peer peer,
      List<String> hosts,
      TlsTrust trust,
      List<X509Certificate> anchors) {
    this.sent = sent;
    this.peer = peer;
    this.hosts = hosts;
    this.trust = trust;
    this.anchors = anchors;
  }

  /** Returns why, or what the refusal says if the certificates look right. */
  String sentence(CertificateException refusal) {
    if (sent.isEmpty()) {
      return "the peer has sent no certificate";
    }
    TrustPath path = TrustPath.follow(sent, anchors);
    return outOfTime(path)
        .or(() -> untrusted(path))
        .or(() -> notAnAuthority(path))
        .or(this::wrongPurpose)
        .or(this::wrongHost)
        .or(() -> weak(path))
        .or(this::hostIsCommonNameOnly)
        .orElseGet(() -> "%s was refused: %s".formatted(its(sent.get(0)), refusal.getMessage()));
  }

  private static String its(X509Certificate certificate) {
    return "the certificate of " + Subjects.of(certificate);
  }

  private Optional<String> outOfTime(TrustPath path) {
    for (X509Certificate certificate : path.certificates()) {
      Instant from = certificate.getNotBefore().toInstant();
      Instant to = certificate.getNotAfter().toInstant();
      if (now.isAfter(to)) {
        return Optional.of(
            "%s has expired: it was valid until %s, and now it is %s: its owner has to renew it"
                .formatted(its(certificate), to, now));
      }
      if (now.isBefore(from)) {
        return Optional.of(
            "%s is not valid yet: it will be from %s, and now it is %s"
                .formatted(its(certificate), from, now));
      }
    }
    return Optional.empty();
  }

  private Optional<String> untrusted(TrustPath path) {
    if (path.anchor().isPresent()) {
      return Optional.empty();
    }
    X509Certificate last = path.last();
    if (!KeyChain.issued(last, last)) {
      return Optional.of(issuerUnknown(last));
    }
    String what =
        path.certificates().size() == 1
            ? its(last) + " is signed by itself"
            : "%s was issued by %s".formatted(its(sent.get(0)), Subjects.of(last));
    return Optional.of(
        "%s, which is not trusted (trusted: %s): if it is yours, trust its certificate;"
                .formatted(what, trust)
            + " its SHA-256 fingerprint is "
            + fingerprint(last));
  }

  private String issuerUnknown(X509Certificate last) {
    String issuer = Subjects.of(last.getIssuerX500Principal());
    boolean namesake =
        anchors.stream()
            .anyMatch(a -> a.getSubjectX500Principal().equals(last.getIssuerX500Principal()));
    if (namesake) {
      return "%s was issued by another %s than the trusted one: the name is the same, the key is not"
          .formatted(its(last), issuer);
    }
    boolean fromPublicAuthority = last.getExtensionValue(AUTHORITY_INFORMATION) != null;
    if (fromPublicAuthority && trust.equals(TlsTrust.platform())) {
      return "the chain is not complete: %s was issued by %s, whose certificate the peer must send"
          .formatted(its(last), issuer);
    }
    return "%s was issued by %s, which is not trusted (trusted: %s): trust it, or let the peer send"
            .formatted(its(last), issuer, trust)
        + " its certificate if a trusted authority issued that";
  }

  private static Optional<String> notAnAuthority(TrustPath path) {
    return path.certificates().stream()
        .skip(1)
        .filter(c -> c.getBasicConstraints() < 0)
        .findFirst()
        .map(c -> "%s issued another, but says that it is no authority's".formatted(its(c)));
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
                its(own),
                peer.plural,
                purposes.stream().map(CertificateDoubt::purpose).collect(joining(", "))));
  }

  private static @Nullable List<String> purposes(X509Certificate certificate) {
    try {
      return certificate.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      return null; // as if there were none
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
    List<String> names = CertificateHosts.alternativeNames(sent.get(0));
    if (names.isEmpty()) {
      return Optional.empty(); // some take the common name then: see below
    }
    boolean matches =
        hosts.isEmpty()
            || hosts.stream()
                .anyMatch(h -> names.stream().anyMatch(n -> CertificateHosts.matches(n, h)));
    return matches
        ? Optional.empty()
        : Optional.of(
            "%s is not for %s: it is for %s"
                .formatted(its(sent.get(0)), hosts.get(0), shown(names)));
  }

  private static String shown(List<String> names) {
    String first = names.stream().limit(MAX_NAMES).map(Subjects::printable).collect(joining(", "));
    return names.size() <= MAX_NAMES
        ? first
        : "%s and %d more".formatted(first, names.size() - MAX_NAMES);
  }

  private static Optional<String> weak(TrustPath path) {
    for (X509Certificate certificate : path.belowAnchor()) {
      if (WEAK_SIGNATURE.matcher(certificate.getSigAlgName()).matches()) {
        return Optional.of(
            "%s is too weak: it is signed with %s"
                .formatted(its(certificate), certificate.getSigAlgName()));
      }
    }
    return path.certificates().stream()
        .filter(c -> isWeak(c.getPublicKey()))
        .findFirst()
        .map(c -> "%s is too weak: its key has %d bits".formatted(its(c), bits(c.getPublicKey())));
  }

  private static boolean isWeak(Object key) {
    return key instanceof RSAKey ? bits(key) < 2048 : key instanceof ECKey && bits(key) < 224;
  }

  private static int bits(Object key) {
    return switch (key) {
      case RSAKey rsa -> rsa.getModulus().bitLength();
      case ECKey ec -> ec.getParams().getOrder().bitLength();
      default -> 0;
    };
  }

  private Optional<String> hostIsCommonNameOnly() {
    X509Certificate own = sent.get(0);
    boolean hasNames = !CertificateHosts.alternativeNames(own).isEmpty();
    return hosts.isEmpty() || hasNames
        ? Optional.empty()
        : Optional.of(
            "%s is not for %s: it has no alternative names, and its common name is no host to TLS"
                .formatted(its(own), hosts.get(0)));
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
