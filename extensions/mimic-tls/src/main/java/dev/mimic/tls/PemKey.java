package dev.mimic.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * The private key in a PEM file, whatever its form. All forms become PKCS #8, and that the JDK's
 * own key, which every provider of TLS takes.
 */
final class PemKey {
  private static final String KINDS = "TLS needs an RSA, EC, Ed25519 or Ed448 key";

  private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS =
      Map.of(
          PKCSObjectIdentifiers.rsaEncryption, "RSA",
          PKCSObjectIdentifiers.id_RSASSA_PSS, "RSASSA-PSS",
          X9ObjectIdentifiers.id_ecPublicKey, "EC",
          EdECObjectIdentifiers.id_Ed25519, "EdDSA",
          EdECObjectIdentifiers.id_Ed448, "EdDSA");

  private final Pem pem;
  private final PemBlock block;

  private PemKey(Pem pem, PemBlock block) {
    this.pem = pem;
    this.block = block;
  }

  /** Returns the only key; the password is looked at if it is encrypted. */
  static PrivateKey read(Pem pem, char @Nullable [] password) throws IOException {
    List<PemBlock> keys = pem.blocks().stream().filter(PemBlock::isPrivateKey).toList();
    if (keys.isEmpty()) {
      throw new IOException(
          "%s holds %s and no private key: give a file with a line -----BEGIN PRIVATE KEY-----"
              .formatted(pem.name(), pem.kinds()));
    }
    if (keys.size() > 1) {
      throw new IOException(
          "%s holds %d private keys, in the lines %s: leave the one that the certificate is for"
              .formatted(pem.name(), keys.size(), keys.stream().map(PemBlock::line).toList()));
    }
    return new PemKey(pem, keys.get(0)).read(password);
  }

  private PrivateKey read(char @Nullable [] password) throws IOException {
    checkKind();
    PrivateKeyInfo info;
    if (!isEncrypted()) {
      info = plain(block.content());
    } else if (password == null) {
      throw failure(
          "is encrypted: give its password, or decrypt it with: openssl pkey -in %1$s -out"
              + " %1$s.key",
          null);
    } else {
      info = decrypt(password);
    }
    return forJdk(info);
  }

  private void checkKind() throws IOException {
    switch (block.label()) {
      case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {}
      case "OPENSSH PRIVATE KEY" ->
          throw failure(
              "is in OpenSSH's own form: convert a copy of it with: ssh-keygen -p -m PKCS8 -f COPY",
              null);
      default -> throw failure("is of a kind that is not known here: " + KINDS, null);
    }
  }

  private boolean isEncrypted() {
    return block.label().equals("ENCRYPTED PRIVATE KEY")
        || block.headers().getOrDefault("Proc-Type", "").contains("ENCRYPTED");
  }

  private PrivateKeyInfo decrypt(char[] password) throws IOException {
    try {
      return block.label().equals("ENCRYPTED PRIVATE KEY")
          ? EncryptedKey.decrypt(EncryptedPrivateKeyInfo.getInstance(block.content()), password)
          : plain(EncryptedKey.decrypt(block, password));
    } catch (UnknownEncryptionException e) {
      throw failure(
          "is encrypted in a way that is not known here ("
              + e.getMessage()
              + "): re-encrypt it with: openssl pkcs8 -topk8 -v2 aes256 -in %1$s -out %1$s.key",
          e);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // What is decrypted with a wrong password looks damaged, and the other way round.
      throw failure("does not open with this password: it is wrong, or the file damaged", null);
    }
  }

  private PrivateKeyInfo plain(byte[] der) throws IOException {
    try {
      return switch (block.label()) {
        case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(der);
        case "RSA PRIVATE KEY" ->
            new PrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                RSAPrivateKey.getInstance(der));
        case "EC PRIVATE KEY" -> ec(ECPrivateKey.getInstance(der));
        default -> throw damaged(); // not reached: the kind was checked
      };
    } catch (RuntimeException e) { // a parser throws what it likes
      throw damaged();
    }
  }

  private PrivateKeyInfo ec(ECPrivateKey key) throws IOException {
    ASN1Encodable curve = key.getParametersObject();
    if (curve == null) {
      PemBlock parameters =
          pem.block("EC PARAMETERS")
              .orElseThrow(() -> failure("does not say on which curve it is", null));
      curve = ASN1Primitive.fromByteArray(parameters.content());
    }
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
  }

  private PrivateKey forJdk(PrivateKeyInfo info) throws IOException {
    ASN1ObjectIdentifier id = info.getPrivateKeyAlgorithm().getAlgorithm();
    String algorithm = ALGORITHMS.get(id);
    if (algorithm == null) {
      throw failure("has the algorithm " + id + ": " + KINDS, null);
    }
    try {
      // Anew, without attributes or a public key: not every JDK reads these.
      byte[] encoded =
          new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey()).getEncoded();
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw algorithm.equals("EC")
          ? failure(
              "is damaged, or on a curve that this JDK does not have: make one on P-256 with:"
                  + " openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
              null)
          : damaged();
    } catch (IOException | RuntimeException e) {
      throw damaged();
    }
  }

  private IOException damaged() {
    return failure("is damaged: it cannot be decoded", null);
  }

  // Causes that have seen the key's bytes are left out: their messages may show some.
  private IOException failure(String rest, @Nullable Exception cause) {
    String file = pem.name();
    return new IOException(
        "the %s in %s %s".formatted(block, file, rest.replace("%1$s", file)), cause);
  }
}
