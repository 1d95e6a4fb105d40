package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS over TLS (BC)")
@NoHalfClose
final class NestedBouncyCastleContractTest extends TlsLayersRow {
  NestedBouncyCastleContractTest() {
    super(Providers.BOUNCY_CASTLE, 2);
  }
}
