package dev.mimic.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A parser of the private key in a PEM file: PKCS #8 (RFC 5958), plain or encrypted by PBES2 with
 * PBKDF2 (RFC 8018), PKCS #1 (RFC 8017) or SEC 1 (RFC 5915). Every form is converted to PKCS #8 and
 * then to a key of the JDK, which every provider of TLS accepts. PBES2 is decrypted step by step,
 * since the JDK's algorithm of that name accepts only ASCII passwords.
 */
final class PemKey {
  /** A limit on the time that a file can take. OpenSSL writes 2048 iterations. */
  static final int MAX_ITERATIONS = 10_000_000;

  private static final String KINDS = "TLS needs an RSA, EC, Ed25519 or Ed448 key";

  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "1.2.840.113549.1.1.1", "RSA",
          "1.2.840.113549.1.1.10", "RSASSA-PSS",
          "1.2.840.10045.2.1", "EC",
          "1.3.101.112", "EdDSA",
          "1.3.101.113", "EdDSA");

  private static final Der VERSION_0 = Der.of(Der.INTEGER, new byte[1]);
  private static final Der RSA =
      Der.sequence(objectId("2a864886f70d010101"), Der.of(Der.NULL, new byte[0]));
  private static final Der EC = objectId("2a8648ce3d0201");
  private static final int EC_PARAMETERS = 0xa0; // a tag in the key

  private static final String PBES2 = "1.2.840.113549.1.5.13";
  private static final String PBKDF2 = "1.2.840.113549.1.5.12";
  private static final String HMAC = "1.2.840.113549.2."; // a number follows
  private static final Map<String, String> DIGESTS =
      Map.of(
          HMAC + 7, "SHA1", HMAC + 8, "SHA224", HMAC + 9, "SHA256", HMAC + 10, "SHA384", HMAC + 11,
          "SHA512");

  private record Encryption(String algorithm, int keyBits) {}

  private static final Map<String, Encryption> ENCRYPTIONS =
      Map.of(
          "2.16.840.1.101.3.4.1.2", new Encryption("AES", 128),
          "2.16.840.1.101.3.4.1.22", new Encryption("AES", 192),
          "2.16.840.1.101.3.4.1.42", new Encryption("AES", 256),
          "1.2.840.113549.3.7", new Encryption("DESede", 192));

  // Encryptions that OpenSSL 3 reads only with its legacy provider: DES, RC2, RC4, Blowfish.
  private static final Pattern LEGACY =
      Pattern.compile("1\\.2\\.840\\.113549\\.1\\.(5\\.\\d+|12\\.1\\.[1256])|(DES|RC2|BF)-.*");

  private final Pem pem;
  private final Pem.Block block;

  private PemKey(Pem pem, Pem.Block block) {
    this.pem = pem;
    this.block = block;
  }

  private static Der objectId(String hex) {
    return Der.of(Der.OBJECT_ID, HexFormat.of().parseHex(hex));
  }

  /** Returns the only key. The password is used if the key is encrypted. */
  static PrivateKey read(Pem pem, char @Nullable [] password) throws IOException {
    List<Pem.Block> keys = pem.blocks().stream().filter(Pem.Block::isPrivateKey).toList();
    if (keys.isEmpty()) {
      throw new IOException(
          "%s holds %s and no private key: give a file with a line -----BEGIN PRIVATE KEY-----"
              .formatted(pem.name(), pem.kinds()));
    }
    if (keys.size() > 1) {
      throw new IOException(
          "%s holds %d private keys, in the lines %s: leave the one that the certificate is for"
              .formatted(pem.name(), keys.size(), keys.stream().map(Pem.Block::line).toList()));
    }
    PemKey key = new PemKey(pem, keys.get(0));
    return key.decode(key.toPkcs8(password));
  }

  private byte[] toPkcs8(char @Nullable [] password) throws IOException {
    if (block.headers().getOrDefault("Proc-Type", "").contains("ENCRYPTED")) {
      String cipher = block.headers().getOrDefault("DEK-Info", "").replaceFirst(",.*", "");
      throw unknownEncryption(Subjects.printable(cipher));
    }
    return switch (block.label()) {
      case "PRIVATE KEY" -> block.content();
      case "ENCRYPTED PRIVATE KEY" -> decrypted(password);
      case "RSA PRIVATE KEY" -> wrapInPkcs8(RSA);
      case "EC PRIVATE KEY" -> wrapInPkcs8(Der.sequence(EC, curve()));
      case "OPENSSH PRIVATE KEY" ->
          throw failure(
              "is in OpenSSH's own form: convert a copy of it with: ssh-keygen -p -m PKCS8 -f"
                  + " COPY");
      default -> throw failure("is of an unsupported kind: " + KINDS);
    };
  }

  private byte[] wrapInPkcs8(Der algorithm) {
    return Der.sequence(VERSION_0, algorithm, Der.of(Der.OCTET_STRING, block.content())).encoded();
  }

  /** Returns the curve, which is named in the key or in a preceding block. */
  private Der curve() throws IOException {
    try {
      Optional<Der> own =
          Der.parse(block.content()).elements().stream()
              .filter(e -> e.is(EC_PARAMETERS))
              .findFirst();
      Optional<byte[]> curve =
          own.map(Der::content).or(() -> pem.block("EC PARAMETERS").map(Pem.Block::content));
      if (curve.isPresent()) {
        return Der.parse(curve.get());
      }
    } catch (IllegalArgumentException e) {
      throw damaged();
    }
    throw failure("does not say on which curve it is");
  }

  private byte[] decrypted(char @Nullable [] password) throws IOException {
    try {
      Der info = Der.parse(block.content());
      Der encryption = info.element(0);
      require(encryption.element(0), PBES2);
      Der derivation = encryption.element(1).element(0);
      require(derivation.element(0), PBKDF2);
      List<Der> parameters = derivation.element(1).elements();
      int iterations = iterations(parameters.get(1));
      Der last = parameters.get(parameters.size() - 1); // the digest, unless it is the default
      String digest = last.is(Der.SEQUENCE) ? known(DIGESTS, last.element(0)) : "SHA1";
      Der scheme = encryption.element(1).element(1);
      Encryption cipher = known(ENCRYPTIONS, scheme.element(0));
      if (password == null) {
        throw failure(
            "is encrypted: give its password, or decrypt it with: openssl pkey -in %1$s -out"
                + " %1$s.key");
      }
      byte[] key =
          derive(
              new PBEKeySpec(password, parameters.get(0).content(), iterations, cipher.keyBits()),
              digest);
      return decrypt(cipher.algorithm(), key, scheme.element(1), info.element(1));
    } catch (GeneralSecurityException | RuntimeException e) {
      // Data decrypted with a wrong password looks damaged, and vice versa.
      throw password == null ? damaged() : wrongPassword();
    }
  }

  private void require(Der id, String expected) throws IOException {
    known(Map.of(expected, expected), id);
  }

  private <T> T known(Map<String, T> all, Der id) throws IOException {
    T found = all.get(id.objectId());
    if (found == null) {
      throw unknownEncryption(id.objectId());
    }
    return found;
  }

  private int iterations(Der integer) throws IOException {
    BigInteger count = new BigInteger(integer.content());
    if (count.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0) {
      throw unknownEncryption("more than " + MAX_ITERATIONS + " iterations");
    }
    return count.intValue();
  }

  private static byte[] derive(PBEKeySpec password, String digest) throws GeneralSecurityException {
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmac" + digest)
          .generateSecret(password)
          .getEncoded();
    } finally {
      password.clearPassword();
    }
  }

  private static byte[] decrypt(String algorithm, byte[] key, Der iv, Der encrypted)
      throws GeneralSecurityException {
    try {
      Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, algorithm),
          new IvParameterSpec(iv.content()));
      return cipher.doFinal(encrypted.content());
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private PrivateKey decode(byte[] pkcs8) throws IOException {
    boolean isEncrypted = block.label().equals("ENCRYPTED PRIVATE KEY");
    String algorithm = "";
    try {
      String id = Der.parse(pkcs8).element(1).element(0).objectId();
      algorithm = ALGORITHMS.getOrDefault(id, "");
      if (algorithm.isEmpty()) {
        throw failure("has the algorithm " + id + ": " + KINDS);
      }
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | RuntimeException e) { // parsers throw any of them
      if (algorithm.equals("EC")) {
        throw failure(
            "is damaged, or on a curve that this JDK does not support: make one on P-256 with:"
                + " openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
      }
      throw isEncrypted && algorithm.isEmpty() ? wrongPassword() : damaged();
    }
  }

  private IOException unknownEncryption(String what) {
    String provider = LEGACY.matcher(what).matches() ? " -provider default -provider legacy" : "";
    return failure(
        "is encrypted in an unsupported way ("
            + what
            + "): convert it with: openssl pkcs8 -topk8 -in %1$s -out %1$s.key"
            + provider);
  }

  private IOException wrongPassword() {
    return failure("does not open with this password: it is wrong, or the file damaged");
  }

  private IOException damaged() {
    return failure("is damaged: it cannot be decoded");
  }

  // No cause is attached, since its message may quote bytes of the key.
  private IOException failure(String rest) {
    return new IOException(
        "the %s in %s %s".formatted(block, pem.name(), rest.replace("%1$s", pem.name())));
  }
}
