package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import org.junit.jupiter.api.Tag;

@Row("TLS (JDK to BC) in memory")
@Tag("full")
@NoHalfClose
final class JsseToBouncyCastleContractTest extends TlsLayersRow {
  JsseToBouncyCastleContractTest() {
    super(Providers.JSSE_TO_BOUNCY_CASTLE, 1);
  }
}
