package dev.mimic.tls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way from a peer's certificate towards one that is trusted, as far as it goes.
 *
 * @param certificates what was sent, each followed by its issuer: the peer's own and any number
 * @param anchor the trusted certificate that issued the last, or is the last
 */
record TrustPath(List<X509Certificate> certificates, Optional<X509Certificate> anchor) {
  private static final int MAX_LENGTH = 20; // a peer cannot make us verify without end

  /** Follows the signatures through what was sent, of which there is one at least. */
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
          trusted.stream().filter(t -> t.equals(last) || KeyChain.issued(t, last)).findFirst();
      if (anchor.isPresent()) {
        return new TrustPath(path, anchor);
      }
      next = left.stream().filter(c -> KeyChain.issued(c, last)).findFirst();
    }
    return new TrustPath(path, Optional.empty());
  }

  X509Certificate last() {
    return certificates.get(certificates.size() - 1);
  }

  /** Returns what the trust is a judgement on: not the anchor, which is trusted as it is. */
  List<X509Certificate> belowAnchor() {
    return anchor.filter(last()::equals).isPresent()
        ? certificates.subList(0, certificates.size() - 1)
        : certificates;
  }
}
