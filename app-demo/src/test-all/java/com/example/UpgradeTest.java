package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsProvider;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UpgradeTest {
  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.create()).build();

  @Test
  void upgrade_afterCommandInClear_isEncrypted() throws IOException {
    TestAuthority authority = TestAuthority.create();
    TestCertificate certificate = authority.certificate("server");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    TlsServer tlsServer = TlsServer.builder(TlsProvider.jsse(), identity).build();
    TlsClient tlsClient =
        TlsClient.builder(TlsProvider.jsse()).trust(TlsTrust.of(authority.root())).build();

    try (FlowServer server =
            FlowServer.serve(
                resolver.listen("tcp://server:25"),
                flow -> {
                  flow.inputStream().readNBytes("STARTTLS\n".length());
                  PingServer.answer(Tls.upgrade(flow, tlsServer));
                });
        Flow clear = resolver.resolve(server.address())) {
      clear.write(US_ASCII.encode("STARTTLS\n"));
      Deadline deadline = Deadline.after(Duration.ofSeconds(10), TimeSource.system());
      Flow secure = Tls.upgrade(clear, tlsClient, new HostPort("server", 25), deadline);
      secure.write(US_ASCII.encode("ping\n"));
      assertThat(secure.inputStream().readNBytes(5)).isEqualTo("pong\n".getBytes(US_ASCII));
    }
  }
}
