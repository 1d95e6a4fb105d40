package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS over TLS (BC)")
@NoHalfClose
final class TwiceBouncyCastleContractTest extends TlsOverTlsRow {
  TwiceBouncyCastleContractTest() {
    super(BouncyCastleTlsModule.provider());
  }
}
