package dev.mimic.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PBEParameter;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.MD5Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.generators.PKCS5S1ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.bc.BcPKCS12PBEInputDecryptorProviderBuilder;

/**
 * Decrypts keys that a password protects, in every way that OpenSSL writes. By the JDK's ciphers
 * and Bouncy Castle's own classes: its JCA provider takes a second to begin with. Any exception but
 * {@link UnknownEncryptionException} says that the password is wrong or the key damaged.
 */
final class EncryptedKey {
  /** Beyond this, it takes longer than anybody waits; OpenSSL writes 2048. */
  static final int MAX_ITERATIONS = 10_000_000;

  private static final Pattern OLD_ENCRYPTION =
      Pattern.compile("(?<cipher>(AES-(128|192|256)|DES-EDE3|DES|BF)-CBC),(?<iv>[0-9A-Fa-f]+)");

  private EncryptedKey() {}

  /** Decrypts the form of PKCS #8 (RFC 5958, section 3). */
  static PrivateKeyInfo decrypt(EncryptedPrivateKeyInfo key, char[] password)
      throws IOException, GeneralSecurityException, UnknownEncryptionException {
    AlgorithmIdentifier way = key.getEncryptionAlgorithm();
    ASN1ObjectIdentifier id = way.getAlgorithm();
    if (id.equals(PKCSObjectIdentifiers.id_PBES2)) {
      PBES2Parameters parameters = PBES2Parameters.getInstance(way.getParameters());
      return PrivateKeyInfo.getInstance(
          Pbes2.decrypt(parameters, key.getEncryptedData(), password));
    }
    if (id.on(PKCSObjectIdentifiers.pkcs_12PbeIds)) {
      return pkcs12(key, password);
    }
    if (id.equals(PKCSObjectIdentifiers.pbeWithMD5AndDES_CBC)) {
      return pbes1(new MD5Digest(), key, password);
    }
    if (id.equals(PKCSObjectIdentifiers.pbeWithSHA1AndDES_CBC)) {
      return pbes1(new SHA1Digest(), key, password);
    }
    throw new UnknownEncryptionException(id.getId());
  }

  private static PrivateKeyInfo pkcs12(EncryptedPrivateKeyInfo key, char[] password)
      throws GeneralSecurityException, UnknownEncryptionException {
    AlgorithmIdentifier way = key.getEncryptionAlgorithm();
    checkIterations(PKCS12PBEParams.getInstance(way.getParameters()).getIterations());
    try {
      return new PKCS8EncryptedPrivateKeyInfo(key)
          .decryptPrivateKeyInfo(new BcPKCS12PBEInputDecryptorProviderBuilder().build(password));
    } catch (PKCSException e) {
      if (e.getCause() instanceof OperatorCreationException) {
        throw new UnknownEncryptionException(way.getAlgorithm().getId());
      }
      throw new GeneralSecurityException(e);
    }
  }

  /** PBES1 (RFC 8018, section 6.1). */
  private static PrivateKeyInfo pbes1(Digest digest, EncryptedPrivateKeyInfo key, char[] password)
      throws GeneralSecurityException, UnknownEncryptionException {
    PBEParameter parameters =
        PBEParameter.getInstance(key.getEncryptionAlgorithm().getParameters());
    checkIterations(parameters.getIterationCount());
    PKCS5S1ParametersGenerator generator = new PKCS5S1ParametersGenerator(digest);
    byte[] secret = utf8(password);
    generator.init(secret, parameters.getSalt(), parameters.getIterationCount().intValue());
    ParametersWithIV derived = (ParametersWithIV) generator.generateDerivedParameters(64, 64);
    Arrays.fill(secret, (byte) 0);
    Cipher cipher = Cipher.getInstance("DES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(((KeyParameter) derived.getParameters()).getKey(), "DES"),
        new IvParameterSpec(derived.getIV()));
    return PrivateKeyInfo.getInstance(cipher.doFinal(key.getEncryptedData()));
  }

  /** Decrypts OpenSSL's old form, which says how in its headers (RFC 1421, section 4.6.1.3). */
  static byte[] decrypt(PemBlock block, char[] password)
      throws IOException, UnknownEncryptionException {
    var way = OLD_ENCRYPTION.matcher(block.headers().getOrDefault("DEK-Info", ""));
    if (!way.matches()) {
      throw new UnknownEncryptionException("DEK-Info");
    }
    byte[] secret = utf8(password);
    // Bouncy Castle takes one byte of each character, OpenSSL the bytes that were typed.
    char[] asBytes = ISO_8859_1.decode(ByteBuffer.wrap(secret)).array();
    try {
      return new BcPEMDecryptorProvider(asBytes)
          .get(way.group("cipher"))
          .decrypt(block.content(), HexFormat.of().parseHex(way.group("iv")));
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(asBytes, '\0');
    }
  }

  static void checkIterations(BigInteger iterations) throws UnknownEncryptionException {
    if (iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0) {
      throw new UnknownEncryptionException("more than " + MAX_ITERATIONS + " iterations");
    }
  }

  /** Returns the password as its bytes, which the caller wipes. */
  static byte[] utf8(char[] password) {
    ByteBuffer buffer = ByteBuffer.allocate(3 * password.length);
    UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(password), buffer, true);
    byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
    Arrays.fill(buffer.array(), (byte) 0);
    return bytes;
  }
}
