package dev.mimic.benchmarks;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.guice.MimicModule;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** The makers of HTTP clients. */
public enum HttpPeer {
  /** OkHttp, over TCP of {@link UnixLikeModule} and TLS of {@link TlsModule}. */
  MIMIC,

  /** OkHttp, over the JDK's {@code Socket} and {@code SSLSocket}. */
  OKHTTP,

  /** The JDK's {@code java.net.http}. */
  JDK;

  HttpStack client(TlsCredentials credentials, boolean http2) throws IOException {
    return switch (this) {
      case MIMIC -> new HttpStack.OverOkHttp(Http.client(resolver(credentials)), http2);
      case OKHTTP -> new HttpStack.OverOkHttp(plain(credentials), http2);
      case JDK -> new HttpStack.OfJdk(credentials, http2);
    };
  }

  private static MimicResolver resolver(TlsCredentials credentials) {
    MimicModule trust =
        new MimicModule() {
          @Override
          protected void contribute() {
            bindValue(Tls.TRUST, credentials.trust());
          }
        };
    return Guice.createInjector(new UnixLikeModule(), new TlsModule(), new HttpModule(), trust)
        .getInstance(MimicResolver.class);
  }

  private static OkHttpClient.Builder plain(TlsCredentials credentials) throws IOException {
    try {
      X509TrustManager trust = (X509TrustManager) credentials.trustManagers().getTrustManagers()[0];
      return new OkHttpClient.Builder()
          .sslSocketFactory(credentials.context().getSocketFactory(), trust);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
