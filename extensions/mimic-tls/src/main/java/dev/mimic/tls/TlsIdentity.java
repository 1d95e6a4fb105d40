package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A private key and its certificate chain, used to authenticate to a peer. Servers require one; for
 * clients it is optional.
 *
 * <p>Instances are immutable and thread-safe, and equal by content. Neither {@link #toString} nor
 * any exception message contains the key or a password.
 */
public final class TlsIdentity {
  static final String ALIAS = "identity"; // the only entry of a key store

  // Protects nothing: the store never leaves this process. Ten thousand iterations, the default of
  // the JDK, would take longer than a handshake, once to encrypt the key and once to decrypt it.
  private static final String STORE_PASSWORD = "in memory";
  private static final String STORE_CIPHER = "PBEWithHmacSHA256AndAES_128";
  private static final PBEParameterSpec STORE_PARAMETERS = new PBEParameterSpec(new byte[16], 1);

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final int hash; // computed once: instances are keys of caches

  private TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    this.key = key;
    this.chain = chain;
    this.hash = chain.hashCode();
  }

  /**
   * Returns the identity of this key and chain. The certificates can be in any order. They are
   * sorted so that the certificate of the key comes first and each one is followed by its issuer.
   * The certificate of the authority itself may be included or omitted. The key must have an
   * encoding, which keys in hardware do not have.
   *
   * @throws IllegalArgumentException if no certificate matches the key, if a certificate is not
   *     part of the chain, or if the key has no encoding
   */
  public static TlsIdentity of(PrivateKey key, List<X509Certificate> chain) {
    if (requireNonNull(key, "key").getEncoded() == null) {
      throw new IllegalArgumentException(
          "key must have an encoding: keys that are kept in hardware are not supported");
    }
    try {
      return new TlsIdentity(key, CertificateChains.order(key, chain));
    } catch (CertificateChains.MismatchException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Reads a chain and an unencrypted private key, as {@link #ofPem(Path, Path, char[])} does.
   *
   * @throws IOException in the same cases, and if the key is encrypted
   */
  public static TlsIdentity ofPem(Path chain, Path key) throws IOException {
    return read(chain, key, null);
  }

  /**
   * Reads a certificate chain and its private key from PEM files (RFC 7468). Both can be in the
   * same file. The first file must contain the certificates, in any order, and the second exactly
   * one private key. Other content is ignored. The files are read only by this call.
   *
   * <p>The key is RSA, EC, Ed25519 or Ed448, in PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC 1
   * (RFC 5915). It can be encrypted by PBES2 with PBKDF2 (RFC 8018), as {@code openssl pkcs8
   * -topk8} does. A key encrypted in another way is refused, and the message names the command that
   * converts it. The password is ignored if the key is not encrypted.
   *
   * @param password the password of the key, neither stored nor changed; the caller may erase it
   * @throws IOException if a file does not exist, cannot be read, is not PEM, is damaged, or lacks
   *     the expected content; also if the password is wrong, or the key does not match the chain.
   *     The message names the file, its content and a remedy
   */
  public static TlsIdentity ofPem(Path chain, Path key, char[] password) throws IOException {
    return read(chain, key, requireNonNull(password, "password"));
  }

  private static TlsIdentity read(Path chain, Path key, char @Nullable [] password)
      throws IOException {
    List<X509Certificate> certificates = Pem.read(chain).certificates();
    PrivateKey privateKey = PemKey.read(Pem.read(key), password);
    try {
      return new TlsIdentity(privateKey, CertificateChains.order(privateKey, certificates));
    } catch (CertificateChains.MismatchException e) {
      throw new IOException("%s and %s: %s".formatted(chain, key, e.getMessage()), e);
    }
  }

  /**
   * Returns the certificates: first that of the key, then the issuer of each preceding certificate.
   */
  public List<X509Certificate> chain() {
    return chain;
  }

  PrivateKey privateKey() {
    return key;
  }

  /** Returns a new key store whose only entry is the key and the chain. */
  KeyStore keyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      addTo(store);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK's PKCS #12 store does not take " + this, e);
    }
  }

  private void addTo(KeyStore store) throws KeyStoreException {
    Certificate[] certificates = chain.toArray(new Certificate[0]);
    // An entry requires equal names; a key of another library can have one of its own, "Ed25519".
    if (key.getAlgorithm().equals(chain.get(0).getPublicKey().getAlgorithm())) {
      try {
        store.setEntry(
            ALIAS,
            new KeyStore.PrivateKeyEntry(key, certificates),
            new KeyStore.PasswordProtection(password(), STORE_CIPHER, STORE_PARAMETERS));
        return;
      } catch (KeyStoreException e) {
        // The store of another provider, which takes no parameters.
      }
    }
    store.setKeyEntry(ALIAS, key, password(), certificates);
  }

  /** Returns the password of each {@link #keyStore} and of its entry. */
  char[] password() {
    return STORE_PASSWORD.toCharArray();
  }

  /** Returns whether both have the same chain, and therefore the same key. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsIdentity that && hash == that.hash && chain.equals(that.chain);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the subject of the first certificate. */
  @Override
  public String toString() {
    return Subjects.of(chain.get(0));
  }
}
