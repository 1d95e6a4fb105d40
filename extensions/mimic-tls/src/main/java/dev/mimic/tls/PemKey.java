package dev.mimic.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/** The private key in a PEM file. */
final class PemKey {
  private PemKey() {}

  static PrivateKey read(Pem pem, char @Nullable [] password) throws IOException {
    for (PemBlock block : pem.blocks()) {
      if (block.label().equals("PRIVATE KEY")) {
        return key(PrivateKeyInfo.getInstance(block.content()));
      }
    }
    throw new IOException(pem.name() + " holds no private key");
  }

  private static PrivateKey key(PrivateKeyInfo info) throws IOException {
    try {
      String algorithm = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("the key cannot be read", e);
    }
  }
}
