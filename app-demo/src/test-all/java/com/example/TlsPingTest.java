package com.example;

import static com.google.common.truth.Truth.assertThat;

import com.google.inject.Injector;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import dev.mimic.tls.bouncycastle.BouncyCastleTlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TlsPingTest {
  private final TestAuthority authority = TestAuthority.create();

  @Test
  void ping_overTlsOnHost_isAnswered() throws IOException {
    assertThat(ping(new UnixLikeModule(), new TlsModule())).isEqualTo("pong");
  }

  @Test
  void ping_overTlsInMemory_isAnswered() throws IOException {
    assertThat(ping(new InMemoryModule(InMemoryNetwork.create()), new BouncyCastleTlsModule()))
        .isEqualTo("pong");
  }

  private String ping(Module target, Module tls) throws IOException {
    TestCertificate certificate = authority.certificate("localhost");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    TlsTrust trust = TlsTrust.of(authority.root());
    Injector injector =
        Deployment.of("ping", target, tls, new CertificatesModule(identity, trust)).injector();
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    try (FlowServer server =
        FlowServer.serve(resolver.listen("tls://localhost:0"), PingServer::answer)) {
      return injector.getInstance(PingClient.class).ask(server.address(), "ping");
    }
  }
}
