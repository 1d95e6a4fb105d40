package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who one is to a peer: a private key, and the chain of certificates that says whose it is. Servers
 * need one, clients may.
 *
 * <p>A value: immutable, thread-safe, equal by content. It prints as the subject of its
 * certificate; neither {@link #toString} nor an exception ever shows the key or a password.
 */
public final class TlsIdentity {
  static final String ALIAS = "identity"; // of the one entry of a store

  // Guards nothing: the store never leaves this process.
  private static final String STORE_PASSWORD = "in memory";

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final int hash; // made once: a key of caches

  private TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    this.key = key;
    this.chain = chain;
    this.hash = chain.hashCode();
  }

  /**
   * Returns the identity of this key and chain. The certificate of the key becomes the first, and
   * each one that follows is the issuer of the one before, whatever the order they are given in.
   * The last may be, but need not be, the authority's own. The key must have an encoding: one that
   * stays in hardware has none.
   *
   * @throws IllegalArgumentException if no certificate is for this key, or one is not part of the
   *     chain
   */
  public static TlsIdentity of(PrivateKey key, List<X509Certificate> chain) {
    if (requireNonNull(key, "key").getEncoded() == null) {
      throw new IllegalArgumentException("key must have an encoding: it is in hardware, it seems");
    }
    try {
      return new TlsIdentity(key, KeyChain.order(key, chain));
    } catch (KeyChain.MismatchException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Reads a chain and a private key that is not encrypted, by the rules of {@link #ofPem(Path,
   * Path, char[])}.
   *
   * @throws IOException as there, and if the key is encrypted
   */
  public static TlsIdentity ofPem(Path chain, Path key) throws IOException {
    return read(chain, key, null);
  }

  /**
   * Reads a chain and its private key from PEM files (RFC 7468), which may be one and the same: the
   * certificates from the one, the only private key from the other. What else is in them is
   * skipped. They are read now, and not again.
   *
   * <p>The key is RSA, EC, Ed25519 or Ed448, in PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC 1
   * (RFC 5915). It may be encrypted by PBES2 with PBKDF2 (RFC 8018), as {@code openssl pkcs8
   * -topk8} does; a key that is encrypted in another way is refused, with the command that converts
   * it. The password of a key that is not encrypted is not looked at. Certificates may be in any
   * order, as in {@link #of}.
   *
   * @param password is neither kept nor changed: the caller may wipe it
   * @throws IOException if a file is not there, cannot be read, is not PEM or damaged, or does not
   *     hold what it should; if the password is wrong, or the key does not belong to the chain; the
   *     message says which file, what was found in it, and what to do
   */
  public static TlsIdentity ofPem(Path chain, Path key, char[] password) throws IOException {
    return read(chain, key, requireNonNull(password, "password"));
  }

  private static TlsIdentity read(Path chain, Path key, char @Nullable [] password)
      throws IOException {
    List<X509Certificate> certificates = Pem.read(chain).certificates();
    PrivateKey privateKey = PemKey.read(Pem.read(key), password);
    try {
      return new TlsIdentity(privateKey, KeyChain.order(privateKey, certificates));
    } catch (KeyChain.MismatchException e) {
      throw new IOException("%s and %s: %s".formatted(chain, key, e.getMessage()), e);
    }
  }

  /**
   * Returns the certificates: first the one of the key, then always the issuer of the one before.
   */
  public List<X509Certificate> chain() {
    return chain;
  }

  PrivateKey privateKey() {
    return key;
  }

  /** Returns a store with one entry, of the key and the chain, new at each call. */
  KeyStore keyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, key, password(), chain.toArray(new Certificate[0]));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK's PKCS #12 store does not take " + this, e);
    }
  }

  /** Returns the password of every {@link #keyStore} and of the entry in it. */
  char[] password() {
    return STORE_PASSWORD.toCharArray();
  }

  /** Returns whether both have the same chain, and so the same key, which belongs to its first. */
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
