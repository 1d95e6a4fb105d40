package dev.mimic.tls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A certification path from a peer's certificate towards a trusted certificate, which it may not
 * reach.
 *
 * @param certificates sent certificates, beginning with the peer's own, each followed by its issuer
 * @param anchor the trusted certificate that issued the last certificate or equals it
 */
record TrustPath(List<X509Certificate> certificates, Optional<X509Certificate> anchor) {
  private static final int MAX_LENGTH = 20; // limits the signatures that a peer can make us verify

  /** Follows the signatures through the sent certificates, of which there must be at least one. */
  static TrustPath follow(List<X509Certificate> sent, List<X509Certificate> trusted) {
    List<X509Certificate> left =
        new ArrayList<>(sent.subList(0, Math.min(sent.size(), MAX_LENGTH)));
    List<X509Certificate> path = new ArrayList<>();
    Optional<X509Certificate> next = Optional.of(left.get(0));
    while (next.isPresent()) {
      X509Certificate last = next.get();
      path.add(last);
      left.removeIf(last::equals);
      Optional<X509Certificate> anchor =
          trusted.stream()
              .filter(t -> t.equals(last) || CertificateChains.issued(t, last))
              .findFirst();
      if (anchor.isPresent()) {
        return new TrustPath(path, anchor);
      }
      next = left.stream().filter(c -> CertificateChains.issued(c, last)).findFirst();
    }
    return new TrustPath(path, Optional.empty());
  }

  X509Certificate last() {
    return certificates.get(certificates.size() - 1);
  }

  /** Returns the certificates to be checked, without the anchor, which is trusted as it is. */
  List<X509Certificate> belowAnchor() {
    return anchor.filter(last()::equals).isPresent()
        ? certificates.subList(0, certificates.size() - 1)
        : certificates;
  }
}
