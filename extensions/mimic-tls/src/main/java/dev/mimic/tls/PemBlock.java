package dev.mimic.tls;

import java.util.Base64;
import java.util.Map;

/**
 * What stands between a {@code BEGIN} and an {@code END} line (RFC 7468).
 *
 * @param label what it is, such as {@code CERTIFICATE}; short and printable
 * @param headers those of RFC 1421, which OpenSSL's old form of encryption needs
 * @param base64 the content, without white space; it can be decoded
 * @param line where it begins, counted from 1
 */
record PemBlock(String label, Map<String, String> headers, String base64, int line) {
  PemBlock {
    headers = Map.copyOf(headers);
  }

  byte[] content() {
    return Base64.getDecoder().decode(base64);
  }

  boolean isCertificate() {
    return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
  }

  boolean isPrivateKey() {
    return label.endsWith("PRIVATE KEY");
  }

  /** Returns what it is to people. */
  String kind() {
    if (isPrivateKey()) {
      return "a private key";
    }
    return switch (label) {
      case "CERTIFICATE", "X509 CERTIFICATE" -> "a certificate";
      case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" -> "a certificate request";
      case "TRUSTED CERTIFICATE" -> "a certificate in OpenSSL's own form";
      case "PKCS7", "CMS" -> "certificates in PKCS #7";
      case "PUBLIC KEY", "RSA PUBLIC KEY" -> "a public key";
      case "X509 CRL" -> "a revocation list";
      default -> "a block of " + label;
    };
  }

  /** Says what it is and where; the content may be secret. */
  @Override
  public String toString() {
    return "%s of line %d".formatted(label, line);
  }
}
