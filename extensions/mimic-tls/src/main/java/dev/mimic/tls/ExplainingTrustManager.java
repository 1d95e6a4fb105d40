package dev.mimic.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A trust manager that applies the rules of another one and, for every provider alike, those of
 * {@link ServerName} and those on weak keys and signatures. Its exceptions state the reason.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager delegate;
  private final TlsTrust trust;

  /**
   * Creates a trust manager.
   *
   * @param trust the trust that {@code delegate} was created with
   */
  ExplainingTrustManager(X509ExtendedTrustManager delegate, TlsTrust trust) {
    this.delegate = delegate;
    this.trust = trust;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private void runExplained(
      Check check,
      X509Certificate[] chain,
      CertificateDiagnosis.Peer peer,
      Optional<ServerName> host)
      throws RefusedCertificateException {
    List<X509Certificate> sent = chain == null ? List.of() : List.of(chain);
    CertificateDiagnosis diagnosis =
        new CertificateDiagnosis(sent, peer, host, trust, this::anchors);
    try {
      check.run();
      diagnosis.check();
    } catch (CertificateException e) {
      throw new RefusedCertificateException(diagnosis.explain(e), e);
    }
  }

  private List<X509Certificate> anchors() {
    return trust.certificates().isEmpty() ? List.of(getAcceptedIssuers()) : trust.certificates();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    runExplained(
        () -> delegate.checkServerTrusted(chain, authType, engine),
        chain,
        CertificateDiagnosis.Peer.SERVER,
        Optional.ofNullable(engine.getPeerHost()).map(ServerName::of));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    runExplained(
        () -> delegate.checkServerTrusted(chain, authType, socket),
        chain,
        CertificateDiagnosis.Peer.SERVER,
        Optional.empty());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    runExplained(
        () -> delegate.checkServerTrusted(chain, authType),
        chain,
        CertificateDiagnosis.Peer.SERVER,
        Optional.empty());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    runExplained(
        () -> delegate.checkClientTrusted(chain, authType, engine),
        chain,
        CertificateDiagnosis.Peer.CLIENT,
        Optional.empty());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    runExplained(
        () -> delegate.checkClientTrusted(chain, authType, socket),
        chain,
        CertificateDiagnosis.Peer.CLIENT,
        Optional.empty());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    runExplained(
        () -> delegate.checkClientTrusted(chain, authType),
        chain,
        CertificateDiagnosis.Peer.CLIENT,
        Optional.empty());
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return delegate.getAcceptedIssuers();
  }
}
