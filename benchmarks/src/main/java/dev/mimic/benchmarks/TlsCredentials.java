package dev.mimic.benchmarks;

import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.tls.HeldCertificate;

/**
 * A server's certificate, of a P-256 key and for {@link #HOST}, and trust in who issued it: the
 * same for all, and so are the version, the cipher suite, and that a client checks the name.
 */
final class TlsCredentials {
  static final String HOST = "127.0.0.1";
  static final int ANY_PORT = 1; // where it matters to nobody
  static final String VERSION = "TLSv1.3";
  static final String SUITE = "TLS_AES_128_GCM_SHA256";

  // It decrypts the key once; the one named PKIX does for each handshake, which takes far longer
  // than the handshake.
  private static final String QUICK_KEYS = "SunX509";

  private static final char[] PASSWORD = "benchmark".toCharArray();

  private final TlsIdentity identity;
  private final TlsTrust trust;
  private final PrivateKey key;

  private TlsCredentials(TlsIdentity identity, TlsTrust trust, PrivateKey key) {
    this.identity = identity;
    this.trust = trust;
    this.key = key;
  }

  static TlsCredentials create() {
    HeldCertificate authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate server =
        new HeldCertificate.Builder().addSubjectAlternativeName(HOST).signedBy(authority).build();
    PrivateKey key = server.keyPair().getPrivate();
    return new TlsCredentials(
        TlsIdentity.of(key, List.of(server.certificate())),
        TlsTrust.of(authority.certificate()),
        key);
  }

  TlsIdentity identity() {
    return identity;
  }

  TlsTrust trust() {
    return trust;
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate[] chain() {
    return identity.chain().toArray(X509Certificate[]::new);
  }

  /** Returns a new context of the JDK's, for both sides. */
  SSLContext context() throws IOException {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry("own", key, PASSWORD, chain());
      KeyManagerFactory keys = KeyManagerFactory.getInstance(QUICK_KEYS);
      keys.init(own, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trustManagers().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  TrustManagerFactory trustManagers() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", trust.certificates().getFirst());
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(trusted);
    return managers;
  }

  static SSLParameters clientParameters() {
    SSLParameters parameters = serverParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  static SSLParameters serverParameters() {
    return new SSLParameters(new String[] {SUITE}, new String[] {VERSION});
  }
}
