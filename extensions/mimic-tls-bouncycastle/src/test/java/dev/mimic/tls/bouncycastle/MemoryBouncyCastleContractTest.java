package dev.mimic.tls.bouncycastle;

import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Row;

@Row("TLS (BC) in memory")
@NoHalfClose
final class MemoryBouncyCastleContractTest extends TlsRow {
  MemoryBouncyCastleContractTest() {
    super(new InMemoryModule(InMemoryNetwork.create()), new BouncyCastleTlsModule());
  }
}
