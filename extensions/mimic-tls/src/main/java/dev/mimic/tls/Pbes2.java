package dev.mimic.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.crypto.generators.SCrypt;

/** PBES2 (RFC 8018, section 6.2), with PBKDF2 or scrypt (RFC 7914). */
final class Pbes2 {
  private static final BigInteger MAX_SCRYPT_WORK = BigInteger.valueOf(1 << 21); // 256 MiB

  private record Encryption(String cipher, String key, int keyBytes) {
    static Encryption aes(int bits) {
      return new Encryption("AES/CBC/PKCS5Padding", "AES", bits / 8);
    }
  }

  private static final Map<ASN1ObjectIdentifier, Encryption> ENCRYPTIONS =
      Map.of(
          NISTObjectIdentifiers.id_aes128_CBC, Encryption.aes(128),
          NISTObjectIdentifiers.id_aes192_CBC, Encryption.aes(192),
          NISTObjectIdentifiers.id_aes256_CBC, Encryption.aes(256),
          PKCSObjectIdentifiers.des_EDE3_CBC,
              new Encryption("DESede/CBC/PKCS5Padding", "DESede", 24));

  private static final Map<ASN1ObjectIdentifier, String> DIGESTS =
      Map.of(
          PKCSObjectIdentifiers.id_hmacWithSHA1, "SHA1",
          PKCSObjectIdentifiers.id_hmacWithSHA224, "SHA224",
          PKCSObjectIdentifiers.id_hmacWithSHA256, "SHA256",
          PKCSObjectIdentifiers.id_hmacWithSHA384, "SHA384",
          PKCSObjectIdentifiers.id_hmacWithSHA512, "SHA512");

  private Pbes2() {}

  static byte[] decrypt(PBES2Parameters way, byte[] encrypted, char[] password)
      throws GeneralSecurityException, UnknownEncryptionException {
    Encryption encryption = known(ENCRYPTIONS, way.getEncryptionScheme().getAlgorithm());
    byte[] iv = ASN1OctetString.getInstance(way.getEncryptionScheme().getParameters()).getOctets();
    byte[] key = derive(way.getKeyDerivationFunc(), password, encryption.keyBytes());
    try {
      Cipher cipher = Cipher.getInstance(encryption.cipher());
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, encryption.key()), new IvParameterSpec(iv));
      return cipher.doFinal(encrypted);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] derive(KeyDerivationFunc function, char[] password, int length)
      throws GeneralSecurityException, UnknownEncryptionException {
    ASN1ObjectIdentifier id = function.getAlgorithm();
    if (id.equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      return pbkdf2(PBKDF2Params.getInstance(function.getParameters()), password, length);
    }
    if (id.equals(MiscObjectIdentifiers.id_scrypt)) {
      return scrypt(ScryptParams.getInstance(function.getParameters()), password, length);
    }
    throw new UnknownEncryptionException(id.getId());
  }

  private static byte[] pbkdf2(PBKDF2Params way, char[] password, int length)
      throws GeneralSecurityException, UnknownEncryptionException {
    EncryptedKey.checkIterations(way.getIterationCount());
    String digest = known(DIGESTS, way.getPrf().getAlgorithm());
    PBEKeySpec spec =
        new PBEKeySpec(password, way.getSalt(), way.getIterationCount().intValue(), length * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmac" + digest)
          .generateSecret(spec)
          .getEncoded();
    } finally {
      spec.clearPassword();
    }
  }

  private static byte[] scrypt(ScryptParams way, char[] password, int length)
      throws UnknownEncryptionException {
    BigInteger cost = way.getCostParameter();
    BigInteger block = way.getBlockSize();
    BigInteger parallel = way.getParallelizationParameter();
    if (cost.multiply(block).multiply(parallel).compareTo(MAX_SCRYPT_WORK) > 0) {
      throw new UnknownEncryptionException("scrypt with more than 256 MiB");
    }
    byte[] secret = EncryptedKey.utf8(password);
    try {
      return SCrypt.generate(
          secret, way.getSalt(), cost.intValue(), block.intValue(), parallel.intValue(), length);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static <T> T known(Map<ASN1ObjectIdentifier, T> all, ASN1ObjectIdentifier id)
      throws UnknownEncryptionException {
    T found = all.get(id);
    if (found == null) {
      throw new UnknownEncryptionException(id.getId());
    }
    return found;
  }
}
