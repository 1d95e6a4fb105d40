package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import org.junit.jupiter.api.Tag;

@Row("TLS over TLS (BC)")
@Tag("full")
@NoHalfClose
final class NestedBouncyCastleContractTest extends TlsLayersRow {
  NestedBouncyCastleContractTest() {
    super(Providers.BOUNCY_CASTLE, 2);
  }
}
