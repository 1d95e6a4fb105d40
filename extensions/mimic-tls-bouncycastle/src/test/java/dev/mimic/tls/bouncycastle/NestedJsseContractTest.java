package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;

@Row("TLS over TLS (JDK)")
final class NestedJsseContractTest extends TlsLayersRow {
  NestedJsseContractTest() {
    super(Providers.JSSE, 2);
  }
}
