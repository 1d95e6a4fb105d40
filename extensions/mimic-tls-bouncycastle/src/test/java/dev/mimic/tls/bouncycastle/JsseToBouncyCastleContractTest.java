package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS (JDK to BC) in memory")
@NoHalfClose
final class JsseToBouncyCastleContractTest extends TlsLayersRow {
  JsseToBouncyCastleContractTest() {
    super(Providers.JSSE_TO_BOUNCY_CASTLE, 1);
  }
}
