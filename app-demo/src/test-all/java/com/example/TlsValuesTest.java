package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsValuesTest {
  private final MimicResolver resolver =
      Deployment.of("tls", new InMemoryModule(InMemoryNetwork.create()), new TlsModule())
          .resolver();

  @Test
  void connection_withValuesOfItsOwn_agreesOnProtocol(@TempDir Path folder) throws IOException {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    Path authorities = folder.resolve("authorities.pem");
    TestAuthority authority = TestAuthority.create();
    authority.certificate("localhost").writePem(certificate, key);
    Files.writeString(authorities, authority.rootPem());

    Context serverContext =
        Context.empty()
            .with(Tls.IDENTITY, TlsIdentity.ofPem(certificate, key))
            .with(Tls.ALPN, List.of("ping/2", "ping/1"));
    Context clientContext =
        Context.empty()
            .with(Tls.TRUST, TlsTrust.ofPem(authorities))
            .with(Tls.ALPN, List.of("ping/1"));
    try (FlowServer serving =
            FlowServer.serve(
                resolver.with(serverContext).listen("tls://localhost:0"), PingServer::answer);
        Flow flow = resolver.with(clientContext).resolve(serving.address())) {
      assertThat(flow.find(TlsFlow.class).orElseThrow().applicationProtocol()).hasValue("ping/1");
    }
  }
}
