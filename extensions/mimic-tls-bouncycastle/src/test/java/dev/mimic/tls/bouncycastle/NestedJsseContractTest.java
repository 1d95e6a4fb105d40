package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import org.junit.jupiter.api.Tag;

@Row("TLS over TLS (JDK)")
@Tag("full")
final class NestedJsseContractTest extends TlsLayersRow {
  NestedJsseContractTest() {
    super(Providers.JSSE, 2);
  }
}
