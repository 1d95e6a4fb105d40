package dev.mimic.tls;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** The kinds of key that a {@link LocalAuthority} issues identities for. */
public enum TlsKeyType {
  /** ECDSA on the curve P-256 (FIPS 186-5); a new key takes a moment. */
  P_256("EC", 256, "SHA256withECDSA"),

  /** RSA with 2048 bits (RFC 8017); a new key can take a second. */
  RSA_2048("RSA", 2048, "SHA256withRSA"),

  /** Ed25519 (RFC 8032); not every TLS library takes it. */
  ED25519("Ed25519", 255, "Ed25519");

  private final String generator;
  private final int bits;
  private final String signature;

  TlsKeyType(String generator, int bits, String signature) {
    this.generator = generator;
    this.bits = bits;
    this.signature = signature;
  }

  KeyPair generate() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance(generator);
      keys.initialize(bits);
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK makes no keys of the kind " + this, e);
    }
  }

  /** Returns the JDK's name of the way to sign with such a key. */
  String signature() {
    return signature;
  }
}
