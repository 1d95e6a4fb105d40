package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS over TLS (JDK)")
final class TwiceJsseContractTest extends TlsLayersRow {
  TwiceJsseContractTest() {
    super(Providers.JSSE, 2);
  }
}
