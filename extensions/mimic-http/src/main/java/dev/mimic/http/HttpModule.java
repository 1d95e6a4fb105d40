package dev.mimic.http;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;
import dev.mimic.tls.TlsListeningProtocol;
import dev.mimic.tls.TlsProtocol;

/**
 * The schemes {@code http}, which the plain protocol carries, and {@code https}, which TLS does: a
 * deployment that is to serve the latter has a {@link dev.mimic.tls.TlsModule} too. What is spoken
 * over such flows is the business of {@link Http#client}, and of the server in mimic-http-server.
 */
public final class HttpModule extends MimicModule {

  /** Makes the module. */
  public HttpModule() {}

  @Override
  protected void contribute() {
    bindScheme(
        Scheme.of("http", PlainProtocol.ENDPOINT)
            .withDefaultPort(Http.PORT)
            .listeningBy(PlainProtocol.LISTEN));
    bindScheme(
        Scheme.of("https", TlsProtocol.ENDPOINT)
            .withDefaultPort(Http.SECURE_PORT)
            .listeningBy(TlsListeningProtocol.ENDPOINT));
  }
}
