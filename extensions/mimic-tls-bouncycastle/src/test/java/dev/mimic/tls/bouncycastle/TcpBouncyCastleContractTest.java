package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.Row;
import dev.mimic.unix.UnixLikeModule;
import org.junit.jupiter.api.Tag;

@Row("TLS (BC) over TCP")
@Tag("full")
@NoHalfClose
final class TcpBouncyCastleContractTest extends TlsRow {
  TcpBouncyCastleContractTest() {
    super(new UnixLikeModule(), new BouncyCastleTlsModule());
  }
}
