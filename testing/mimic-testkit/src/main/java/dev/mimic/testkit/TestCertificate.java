package dev.mimic.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate of a {@link TestAuthority} with its chain and private key, in formats for programs
 * and libraries. Immutable and thread-safe.
 */
public final class TestCertificate {
  private final HeldCertificate held;
  private final List<X509Certificate> issuers; // without the root

  TestCertificate(HeldCertificate held, List<X509Certificate> issuers) {
    this.held = held;
    this.issuers = List.copyOf(issuers);
  }

  /** Returns the certificate, followed by those of intermediate authorities, without the root. */
  public List<X509Certificate> chain() {
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(held.certificate());
    chain.addAll(issuers);
    return List.copyOf(chain);
  }

  /** Returns the private key. */
  public PrivateKey privateKey() {
    return held.keyPair().getPrivate();
  }

  /** Returns the {@link #chain} in PEM (RFC 7468). */
  public String chainPem() {
    return chain().stream().map(Certificates::certificatePem).collect(joining());
  }

  /** Returns the private key in PEM: PKCS #8 without encryption. */
  public String privateKeyPem() {
    return held.privateKeyPkcs8Pem();
  }

  /** Writes the chain and the private key as PEM files; replaces existing files. */
  public void writePem(Path chainFile, Path keyFile) throws IOException {
    Files.writeString(chainFile, chainPem(), US_ASCII);
    Files.writeString(keyFile, privateKeyPem(), US_ASCII);
  }

  /** Returns a new PKCS #12 store with the chain and the key in a single entry, "test". */
  public KeyStore keyStore(char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("test", privateKey(), password, chain().toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK's PKCS #12 store does not accept the key", e);
    }
  }

  HandshakeCertificates.Builder handshake() {
    return new HandshakeCertificates.Builder()
        .heldCertificate(held, issuers.toArray(X509Certificate[]::new));
  }

  /** Returns the subject of the certificate, never the key. */
  @Override
  public String toString() {
    return held.certificate().getSubjectX500Principal().getName();
  }
}
