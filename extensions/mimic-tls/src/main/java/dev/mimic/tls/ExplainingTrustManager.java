package dev.mimic.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides as another trust manager does, and by rules that are the same for every provider: those
 * of {@link ServerName}, and on weak keys and signatures. The exception says why.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager deciding;
  private final TlsTrust trust;

  /**
   * Makes one.
   *
   * @param trust what the other was made with
   */
  ExplainingTrustManager(X509ExtendedTrustManager deciding, TlsTrust trust) {
    this.deciding = deciding;
    this.trust = trust;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private void explained(
      Check check, X509Certificate[] chain, CertificateDoubt.Peer peer, Optional<ServerName> host)
      throws RefusedCertificateException {
    List<X509Certificate> sent = chain == null ? List.of() : List.of(chain);
    CertificateDoubt doubt = new CertificateDoubt(sent, peer, host, trust, this::anchors);
    try {
      check.run();
      doubt.require();
    } catch (CertificateException e) {
      throw new RefusedCertificateException(doubt.sentence(e), e);
    }
  }

  private List<X509Certificate> anchors() {
    return trust.certificates().isEmpty() ? List.of(getAcceptedIssuers()) : trust.certificates();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explained(
        () -> deciding.checkServerTrusted(chain, authType, engine),
        chain,
        CertificateDoubt.Peer.SERVER,
        Optional.ofNullable(engine.getPeerHost()).map(ServerName::of));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    explained(
        () -> deciding.checkServerTrusted(chain, authType, socket),
        chain,
        CertificateDoubt.Peer.SERVER,
        Optional.empty());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    explained(
        () -> deciding.checkServerTrusted(chain, authType),
        chain,
        CertificateDoubt.Peer.SERVER,
        Optional.empty());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explained(
        () -> deciding.checkClientTrusted(chain, authType, engine),
        chain,
        CertificateDoubt.Peer.CLIENT,
        Optional.empty());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    explained(
        () -> deciding.checkClientTrusted(chain, authType, socket),
        chain,
        CertificateDoubt.Peer.CLIENT,
        Optional.empty());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    explained(
        () -> deciding.checkClientTrusted(chain, authType),
        chain,
        CertificateDoubt.Peer.CLIENT,
        Optional.empty());
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return deciding.getAcceptedIssuers();
  }
}
