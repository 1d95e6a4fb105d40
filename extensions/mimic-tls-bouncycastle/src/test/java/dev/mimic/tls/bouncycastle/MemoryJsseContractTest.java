package dev.mimic.tls.bouncycastle;

import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Row;
import dev.mimic.tls.TlsModule;
import org.junit.jupiter.api.Tag;

@Row("TLS (JDK) in memory")
@Tag("full")
final class MemoryJsseContractTest extends TlsRow {
  MemoryJsseContractTest() {
    super(new InMemoryModule(InMemoryNetwork.create()), new TlsModule());
  }
}
