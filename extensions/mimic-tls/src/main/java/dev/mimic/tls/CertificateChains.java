package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sorts certificates as TLS requires: that of a key first, each one followed by its issuer. */
final class CertificateChains {
  private static final byte[] PROBE = "Do these two belong together?".getBytes(US_ASCII);

  private CertificateChains() {}

  /** Thrown if a key and certificates do not match. The message names them. */
  static final class MismatchException extends Exception {
    MismatchException(String message) {
      super(message);
    }
  }

  /**
   * Returns the sorted chain without duplicates.
   *
   * @throws MismatchException if no certificate matches the key, or if one is not part of the chain
   */
  static List<X509Certificate> order(PrivateKey key, List<X509Certificate> certificates)
      throws MismatchException {
    byte[] signed = sign(key);
    Set<X509Certificate> left = new LinkedHashSet<>(certificates);
    List<X509Certificate> chain = new ArrayList<>();
    Optional<X509Certificate> next =
        left.stream().filter(c -> verifies(key, c.getPublicKey(), signed)).findFirst();
    while (next.isPresent()) {
      X509Certificate last = next.get();
      chain.add(last);
      left.remove(last);
      next = left.stream().filter(c -> issued(c, last)).findFirst();
    }
    if (chain.isEmpty()) {
      throw new MismatchException(noneIsFor(certificates));
    }
    if (!left.isEmpty()) {
      throw new MismatchException(notPartOf(chain, left));
    }
    return List.copyOf(chain);
  }

  private static String noneIsFor(List<X509Certificate> certificates) {
    return "the key does not belong to %s: give the two that were made together"
        .formatted(
            certificates.isEmpty()
                ? "any certificate, as there is none"
                : certificates.stream().map(Subjects::of).collect(joining(" or ")));
  }

  private static String notPartOf(List<X509Certificate> chain, Set<X509Certificate> left) {
    X509Certificate last = chain.get(chain.size() - 1);
    return "%s is not part of the chain of %s, whose last certificate was issued by %s: remove it"
        .formatted(
            Subjects.of(left.iterator().next()),
            Subjects.of(chain.get(0)),
            Subjects.of(last.getIssuerX500Principal()));
  }

  /** Returns whether the first has signed the second. */
  static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException e) { // providers throw any of them
      return false;
    }
  }

  // A trial signature, since not every private key reveals its public key.
  private static byte[] sign(PrivateKey key) throws MismatchException {
    try {
      Signature signing = signature(key);
      signing.initSign(key);
      signing.update(PROBE);
      return signing.sign();
    } catch (GeneralSecurityException | RuntimeException e) { // providers throw any of them
      throw new MismatchException(
          "this JDK cannot sign with the key, which is damaged, too short, or on an unsupported"
              + " curve: make one with: openssl genpkey -algorithm EC -pkeyopt"
              + " ec_paramgen_curve:P-256");
    }
  }

  private static boolean verifies(PrivateKey key, PublicKey publicKey, byte[] signed) {
    try {
      Signature verifying = signature(key);
      verifying.initVerify(publicKey);
      verifying.update(PROBE);
      return verifying.verify(signed);
    } catch (GeneralSecurityException | RuntimeException e) { // another kind of key
      return false;
    }
  }

  private static Signature signature(PrivateKey key) throws GeneralSecurityException {
    String algorithm = key.getAlgorithm();
    Signature signature =
        Signature.getInstance(
            switch (algorithm) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> algorithm; // EdDSA, RSASSA-PSS
            });
    if (algorithm.equals("RSASSA-PSS")) {
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    return signature;
  }
}
