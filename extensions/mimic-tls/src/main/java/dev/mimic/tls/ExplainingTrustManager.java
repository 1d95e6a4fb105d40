package dev.mimic.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Decides as another trust manager does, and says why when that refuses. */
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
      Check check, X509Certificate[] chain, CertificateDoubt.Peer peer, List<String> hosts)
      throws RefusedCertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      List<X509Certificate> sent = chain == null ? List.of() : List.of(chain);
      CertificateDoubt doubt = new CertificateDoubt(sent, peer, hosts, trust, anchors());
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
        hosts(engine.getSSLParameters(), engine.getPeerHost()));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    explained(
        () -> deciding.checkServerTrusted(chain, authType, socket),
        chain,
        CertificateDoubt.Peer.SERVER,
        socket instanceof SSLSocket tls ? hosts(tls.getSSLParameters(), null) : List.of());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    explained(
        () -> deciding.checkServerTrusted(chain, authType),
        chain,
        CertificateDoubt.Peer.SERVER,
        List.of());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explained(
        () -> deciding.checkClientTrusted(chain, authType, engine),
        chain,
        CertificateDoubt.Peer.CLIENT,
        List.of());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    explained(
        () -> deciding.checkClientTrusted(chain, authType, socket),
        chain,
        CertificateDoubt.Peer.CLIENT,
        List.of());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    explained(
        () -> deciding.checkClientTrusted(chain, authType),
        chain,
        CertificateDoubt.Peer.CLIENT,
        List.of());
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return deciding.getAcceptedIssuers();
  }

  /** Returns the names of which the certificate must have one; none if that is not asked for. */
  private static List<String> hosts(SSLParameters parameters, @Nullable String peerHost) {
    String identification = parameters.getEndpointIdentificationAlgorithm();
    if (identification == null || identification.isEmpty()) {
      return List.of();
    }
    List<String> hosts = new ArrayList<>();
    List<SNIServerName> names = parameters.getServerNames();
    for (SNIServerName name : names == null ? List.<SNIServerName>of() : names) {
      if (name instanceof SNIHostName host) {
        hosts.add(host.getAsciiName());
      }
    }
    if (peerHost != null) {
      hosts.add(peerHost);
    }
    return hosts;
  }
}
