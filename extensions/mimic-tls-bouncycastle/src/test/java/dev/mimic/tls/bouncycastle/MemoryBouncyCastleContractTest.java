package dev.mimic.tls.bouncycastle;

import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Row;
import org.junit.jupiter.api.Tag;

@Row("TLS (BC) in memory")
@Tag("full")
@NoHalfClose
final class MemoryBouncyCastleContractTest extends TlsRow {
  MemoryBouncyCastleContractTest() {
    super(new InMemoryModule(InMemoryNetwork.create()), new BouncyCastleTlsModule());
  }
}
