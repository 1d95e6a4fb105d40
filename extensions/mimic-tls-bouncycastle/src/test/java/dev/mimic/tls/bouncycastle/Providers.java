package dev.mimic.tls.bouncycastle;

import dev.mimic.tls.TlsProvider;

/** A provider of TLS for the client and one for the server. */
enum Providers {
  JSSE,
  BOUNCY_CASTLE,
  JSSE_TO_BOUNCY_CASTLE,
  BOUNCY_CASTLE_TO_JSSE;

  // Shared by all tests, since they cache contexts that are slow to create.
  private static final TlsProvider JDK = TlsProvider.jsse();
  private static final TlsProvider OTHER = BouncyCastleTlsModule.provider();

  TlsProvider client() {
    return this == JSSE || this == JSSE_TO_BOUNCY_CASTLE ? JDK : OTHER;
  }

  TlsProvider server() {
    return this == JSSE || this == BOUNCY_CASTLE_TO_JSSE ? JDK : OTHER;
  }
}
