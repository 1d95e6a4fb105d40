package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import dev.mimic.tls.TlsProvider;

@Row("TLS over TLS (JDK)")
final class TwiceJsseContractTest extends TlsOverTlsRow {
  TwiceJsseContractTest() {
    super(TlsProvider.jsse());
  }
}
