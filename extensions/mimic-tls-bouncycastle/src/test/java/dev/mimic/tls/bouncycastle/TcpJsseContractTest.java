package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;

@Row("TLS (JDK) over TCP")
final class TcpJsseContractTest extends TlsRow {
  TcpJsseContractTest() {
    super(new UnixLikeModule(), new TlsModule());
  }
}
