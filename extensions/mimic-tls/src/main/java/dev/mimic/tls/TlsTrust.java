package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of trusted authorities, which may issue the certificates of peers: either those of the
 * platform, or given certificates and no others. To trust a self-signed certificate, include that
 * certificate itself.
 *
 * <p>Instances are immutable and thread-safe. They are equal if they contain the same certificates,
 * in any order.
 */
public final class TlsTrust {
  private static final TlsTrust PLATFORM = new TlsTrust(List.of());

  private final List<X509Certificate> certificates; // empty for the platform's authorities
  private final Set<X509Certificate> content;
  private final int hash; // computed once: instances are keys of caches

  private TlsTrust(List<X509Certificate> certificates) {
    this.certificates = certificates;
    this.content = Set.copyOf(certificates);
    this.hash = content.hashCode();
  }

  /** Returns trust in the authorities that the Java platform trusts by default. */
  public static TlsTrust platform() {
    return PLATFORM;
  }

  /**
   * Returns trust in these certificates and no others. Duplicates are ignored.
   *
   * @throws IllegalArgumentException if {@code certificates} is empty
   */
  public static TlsTrust of(Collection<X509Certificate> certificates) {
    List<X509Certificate> distinct = certificates.stream().distinct().toList();
    if (distinct.isEmpty()) {
      throw new IllegalArgumentException(
          "certificates must not be empty: to trust the platform's, use platform()");
    }
    return new TlsTrust(distinct);
  }

  /**
   * Returns trust in these certificates and no others. Duplicates are ignored.
   *
   * @throws IllegalArgumentException if {@code certificates} is empty
   */
  public static TlsTrust of(X509Certificate... certificates) {
    return of(List.of(certificates));
  }

  /**
   * Returns trust in all certificates of a PEM file (RFC 7468), which must contain at least one.
   * Other content of the file, such as a private key or text, is ignored. The file is read only by
   * this call.
   *
   * @throws IOException if the file does not exist, cannot be read, is not PEM, is damaged, or has
   *     no certificate; the message names the file, its content and a remedy
   */
  public static TlsTrust ofPem(Path file) throws IOException {
    return of(Pem.read(file).certificates());
  }

  /**
   * Returns trust in all certificates of a PEM text, which is parsed as {@link #ofPem} does.
   *
   * @throws IOException if the text is not PEM, is damaged, or has no certificate
   */
  public static TlsTrust parsePem(String pem) throws IOException {
    return of(Pem.parse("the PEM text", requireNonNull(pem, "pem")).certificates());
  }

  /**
   * Returns the distinct certificates in their original order, or an empty list for the platform's
   * authorities.
   */
  public List<X509Certificate> certificates() {
    return certificates;
  }

  /** Returns a new key store of the certificates, or empty for the platform's authorities. */
  Optional<KeyStore> keyStore() {
    if (certificates.isEmpty()) {
      return Optional.empty();
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry(String.valueOf(i), certificates.get(i));
      }
      return Optional.of(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK's PKCS #12 store takes no certificates", e);
    }
  }

  /** Returns whether both trust the platform's authorities, or both the same certificates. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsTrust that && hash == that.hash && content.equals(that.content);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns {@code the platform's authorities}, or {@code 3 certificates}. */
  @Override
  public String toString() {
    return switch (certificates.size()) {
      case 0 -> "the platform's authorities";
      case 1 -> "1 certificate";
      default -> certificates.size() + " certificates";
    };
  }
}
