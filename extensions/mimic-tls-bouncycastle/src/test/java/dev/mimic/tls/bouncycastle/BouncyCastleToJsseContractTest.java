package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS (BC to JDK) in memory")
@NoHalfClose
final class BouncyCastleToJsseContractTest extends TlsLayersRow {
  BouncyCastleToJsseContractTest() {
    super(Providers.BOUNCY_CASTLE_TO_JSSE, 1);
  }
}
