package dev.mimic.http;

import dev.mimic.PlainProtocol;
import dev.mimic.Scheme;
import dev.mimic.guice.MimicModule;
import dev.mimic.tls.TlsListeningProtocol;
import dev.mimic.tls.TlsProtocol;
import java.util.List;

/**
 * The schemes {@code http}, carried by the plain protocol, and {@code https}, carried by TLS. A
 * deployment that serves {@code https} also needs {@link dev.mimic.tls.TlsModule}. This module
 * provides connections only; HTTP itself is implemented by {@link Http#client} and the server in
 * mimic-http-server.
 */
public final class HttpModule extends MimicModule {

  /** Creates the module. */
  public HttpModule() {
    super(List.of());
  }

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
