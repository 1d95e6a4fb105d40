package dev.mimic.tls.bouncycastle;

import dev.mimic.tls.TlsProvider;

/** Which provider speaks TLS for the client, and which for the server. */
enum Providers {
  JSSE(Known.JSSE, Known.JSSE),
  BOUNCY_CASTLE(Known.BOUNCY_CASTLE, Known.BOUNCY_CASTLE),
  JSSE_TO_BOUNCY_CASTLE(Known.JSSE, Known.BOUNCY_CASTLE),
  BOUNCY_CASTLE_TO_JSSE(Known.BOUNCY_CASTLE, Known.JSSE);

  private static final class Known {
    static final TlsProvider JSSE = TlsProvider.jsse();
    static final TlsProvider BOUNCY_CASTLE = BouncyCastleTlsModule.provider();
  }

  private final TlsProvider client;
  private final TlsProvider server;

  Providers(TlsProvider client, TlsProvider server) {
    this.client = client;
    this.server = server;
  }

  TlsProvider client() {
    return client;
  }

  TlsProvider server() {
    return server;
  }
}
