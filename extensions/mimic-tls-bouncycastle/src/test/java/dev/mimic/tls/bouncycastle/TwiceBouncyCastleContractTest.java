package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS over TLS (BC)")
@NoHalfClose
final class TwiceBouncyCastleContractTest extends TlsLayersRow {
  TwiceBouncyCastleContractTest() {
    super(Providers.BOUNCY_CASTLE, 2);
  }
}
