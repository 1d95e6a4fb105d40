package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import org.junit.jupiter.api.Tag;

@Row("TLS (BC to JDK) in memory")
@Tag("full")
@NoHalfClose
final class BouncyCastleToJsseContractTest extends TlsLayersRow {
  BouncyCastleToJsseContractTest() {
    super(Providers.BOUNCY_CASTLE_TO_JSSE, 1);
  }
}
