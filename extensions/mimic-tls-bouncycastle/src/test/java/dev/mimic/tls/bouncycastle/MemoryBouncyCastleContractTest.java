package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;

@Row("TLS (BC) in memory")
@NoHalfClose
final class MemoryBouncyCastleContractTest extends TlsRow {
  MemoryBouncyCastleContractTest() {
    super(new InMemoryModule(InMemoryNetwork.create()), new BouncyCastleTlsModule());
  }
}
