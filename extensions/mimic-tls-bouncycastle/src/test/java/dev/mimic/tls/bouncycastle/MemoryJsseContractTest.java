package dev.mimic.tls.bouncycastle;

import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Row;
import dev.mimic.tls.TlsModule;

@Row("TLS (JDK) in memory")
final class MemoryJsseContractTest extends TlsRow {
  MemoryJsseContractTest() {
    super(new InMemoryModule(InMemoryNetwork.create()), new TlsModule());
  }

  /** A quarter: what is under it is tried with all. */
  @Override
  public int manyBytes() {
    return super.manyBytes() / 4;
  }

  @Override
  public int manyPairs() {
    return super.manyPairs() / 4;
  }
}
