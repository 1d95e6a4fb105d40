package dev.mimic.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes one certificate (RFC 5280). Nothing is registered: the JDK's own providers sign. */
final class CertificateMaker {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** From when to when; both included. */
  record Validity(Instant notBefore, Instant notAfter) {
    Validity {
      if (notAfter.isBefore(notBefore)) {
        throw new IllegalArgumentException(
            "notAfter (%s) must not be before notBefore (%s)".formatted(notAfter, notBefore));
      }
    }

    static Validity days(int days) {
      Instant now = Instant.now();
      return new Validity(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(days)));
    }
  }

  private final X500Name subject;
  private final PublicKey key;
  private final ExtensionsGenerator extensions = new ExtensionsGenerator();
  private Validity validity = Validity.days(365);

  CertificateMaker(String commonName, PublicKey key) {
    this.subject = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    this.key = key;
  }

  static X509Certificate root(String name, KeyPair keys) {
    return new CertificateMaker(name, keys.getPublic())
        .forAuthority()
        .selfSigned(keys.getPrivate());
  }

  static X509Certificate intermediate(
      String name, KeyPair keys, X509Certificate issuer, PrivateKey issuerKey) {
    return new CertificateMaker(name, keys.getPublic()).forAuthority().signedBy(issuer, issuerKey);
  }

  void validity(Validity newValidity) {
    validity = newValidity;
  }

  private CertificateMaker forAuthority() {
    validity = Validity.days(3652);
    extension(Extension.basicConstraints, true, new BasicConstraints(true));
    extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return this;
  }

  void forPeers(List<KeyPurposeId> purposes, GeneralNames names) {
    extension(Extension.basicConstraints, true, new BasicConstraints(false));
    // RSA without (EC)DHE is gone from TLS 1.3, and OpenSSL asks for this where it is not.
    int usage = KeyUsage.digitalSignature;
    if (key.getAlgorithm().equals("RSA")) {
      usage |= KeyUsage.keyEncipherment;
    }
    extension(Extension.keyUsage, true, new KeyUsage(usage));
    extension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
    if (names.getNames().length > 0) {
      extension(Extension.subjectAlternativeName, false, names);
    }
  }

  X509Certificate selfSigned(PrivateKey own) {
    return sign(subject, key, own);
  }

  X509Certificate signedBy(X509Certificate issuer, PrivateKey issuerKey) {
    X500Name name = X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
    return sign(name, issuer.getPublicKey(), issuerKey);
  }

  private X509Certificate sign(X500Name issuer, PublicKey issuerKey, PrivateKey signingKey) {
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      extension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
      extension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(issuerKey));
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              issuer,
              new BigInteger(127, RANDOM).setBit(126), // positive, never 0, within 20 bytes
              Date.from(validity.notBefore()),
              Date.from(validity.notAfter()),
              subject,
              SubjectPublicKeyInfo.getInstance(key.getEncoded()));
      for (ASN1ObjectIdentifier id : extensions.generate().getExtensionOIDs()) {
        builder.addExtension(extensions.generate().getExtension(id));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(signature(signingKey)).build(signingKey)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK cannot sign a certificate for " + subject, e);
    }
  }

  private static String signature(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> TlsKeyType.P_256.signature();
      case "RSA" -> TlsKeyType.RSA_2048.signature();
      default -> TlsKeyType.ED25519.signature();
    };
  }

  private void extension(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
    try {
      extensions.addExtension(id, critical, value);
    } catch (IOException e) {
      throw new IllegalStateException("an extension has no encoding", e);
    }
  }
}
