package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import dev.mimic.unix.UnixLikeModule;

@Row("TLS (BC) over TCP")
@NoHalfClose
final class TcpBouncyCastleContractTest extends TlsRow {
  TcpBouncyCastleContractTest() {
    super(new UnixLikeModule(), new BouncyCastleTlsModule());
  }
}
