package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.Test;

/** Tests that both implementations trust the same authorities of the platform. */
final class PlatformTrustTest {
  @Test
  void platformTrust_bothProviders_isSame() throws Exception {
    var bouncyCastle = new BouncyCastleJsseProvider(new BouncyCastleProvider());
    assertThat(authorities(TrustManagerFactory.getInstance("PKIX", bouncyCastle)))
        .isEqualTo(authorities(TrustManagerFactory.getInstance("PKIX")));
  }

  private static Set<Certificate> authorities(TrustManagerFactory factory)
      throws GeneralSecurityException {
    factory.init((KeyStore) null);
    X509TrustManager trust = (X509TrustManager) factory.getTrustManagers()[0];
    CertificateFactory comparable = CertificateFactory.getInstance("X.509");
    Set<Certificate> authorities = new HashSet<>();
    for (X509Certificate each : trust.getAcceptedIssuers()) {
      var encoded = new ByteArrayInputStream(each.getEncoded());
      authorities.add(comparable.generateCertificate(encoded));
    }
    assertThat(authorities).isNotEmpty();
    return authorities;
  }
}
