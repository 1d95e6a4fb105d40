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
 * Whom to trust: the authorities whose signature makes a peer's certificate acceptable. Either the
 * platform's own, or some certificates and no others. A certificate that no authority has signed is
 * trusted by naming that certificate itself.
 *
 * <p>A value: immutable, thread-safe, equal by content whatever the order of the certificates.
 */
public final class TlsTrust {
  private static final TlsTrust PLATFORM = new TlsTrust(List.of());

  private final List<X509Certificate> certificates; // none: the platform's
  private final Set<X509Certificate> content;
  private final int hash; // made once: a key of caches

  private TlsTrust(List<X509Certificate> certificates) {
    this.certificates = certificates;
    this.content = Set.copyOf(certificates);
    this.hash = content.hashCode();
  }

  /** Returns trust in the authorities that this Java platform trusts, whichever these are. */
  public static TlsTrust platform() {
    return PLATFORM;
  }

  /**
   * Returns trust in these certificates and no others; one that comes twice counts once.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static TlsTrust of(Collection<X509Certificate> certificates) {
    List<X509Certificate> distinct = certificates.stream().distinct().toList();
    if (distinct.isEmpty()) {
      throw new IllegalArgumentException(
          "certificates must not be empty: to trust the platform's, say so with platform()");
    }
    return new TlsTrust(distinct);
  }

  /**
   * Returns trust in these certificates and no others; one that comes twice counts once.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static TlsTrust of(X509Certificate... certificates) {
    return of(List.of(certificates));
  }

  /**
   * Returns trust in all the certificates in a PEM file (RFC 7468), of which there must be one at
   * least. What else is in the file, such as a private key or text, is skipped. The file is read
   * now, and not again.
   *
   * @throws IOException if there is no such file, it cannot be read, is not PEM or damaged, or has
   *     no certificate; the message says which file, what was found in it, and what to do
   */
  public static TlsTrust ofPem(Path file) throws IOException {
    return of(Pem.read(file).certificates());
  }

  /**
   * Returns trust in all the certificates in a PEM text, by the rules of {@link #ofPem}.
   *
   * @throws IOException if it is not PEM or damaged, or has no certificate
   */
  public static TlsTrust parsePem(String pem) throws IOException {
    return of(Pem.parse("the PEM text", requireNonNull(pem, "pem")).certificates());
  }

  /** Returns the certificates, each once, in the order they were given; none for the platform's. */
  public List<X509Certificate> certificates() {
    return certificates;
  }

  /** Returns a store of the certificates alone, new at each call; empty for the platform's. */
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

  /** Returns whether both trust the platform's, or both the same certificates. */
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
