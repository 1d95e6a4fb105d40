package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsProvider;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsTrust;
import dev.mimic.tls.bouncycastle.BouncyCastleTlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code about TLS of the README and the docs. */
@Timeout(60)
class TlsGuideTest {

  @Test
  void pingPongOverTls() throws IOException {
    TestAuthority authority = TestAuthority.create();
    TestCertificate certificate = authority.certificate("localhost");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    TlsTrust trust = TlsTrust.of(authority.root());
    Injector injector =
        Guice.createInjector(
            new UnixLikeModule(), new TlsModule(), new CertificatesModule(identity, trust));
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    PingClient client = injector.getInstance(PingClient.class);

    try (FlowServer server =
        FlowServer.serve(resolver.listen("tls://localhost:0"), PingServer::answer)) {
      assertThat(client.ask(server.address(), "ping")).isEqualTo("pong");
    }
  }

  @Test
  void anotherProvider() throws IOException {
    TestAuthority authority = TestAuthority.create();
    TestCertificate certificate = authority.certificate("localhost");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    TlsTrust trust = TlsTrust.of(authority.root());
    Injector injector =
        Guice.createInjector(
            new InMemoryModule(InMemoryNetwork.create()),
            new BouncyCastleTlsModule(),
            new CertificatesModule(identity, trust));
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    PingClient client = injector.getInstance(PingClient.class);

    try (FlowServer server =
        FlowServer.serve(resolver.listen("tls://localhost:0"), PingServer::answer)) {
      assertThat(client.ask(server.address(), "ping")).isEqualTo("pong");
    }
  }

  @Test
  void valuesForOneConnection(@TempDir Path folder) throws IOException {
    TestAuthority authority = TestAuthority.create();
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    Path authorities = folder.resolve("authorities.pem");
    authority.certificate("localhost").writePem(certificate, key);
    Files.writeString(authorities, authority.rootPem());
    MimicResolver resolver =
        Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new TlsModule())
            .getInstance(MimicResolver.class);

    Context server =
        Context.empty()
            .with(Tls.IDENTITY, TlsIdentity.ofPem(certificate, key))
            .with(Tls.ALPN, List.of("ping/2", "ping/1"));
    Context client =
        Context.empty()
            .with(Tls.TRUST, TlsTrust.ofPem(authorities))
            .with(Tls.ALPN, List.of("ping/1"));
    try (FlowServer serving =
            FlowServer.serve(
                resolver.with(server).listen("tls://localhost:0"), PingServer::answer);
        Flow flow =
            resolver.with(client).withTimeout(Duration.ofSeconds(10)).resolve(serving.address())) {
      assertThat(flow.info().attributes()).containsEntry("alpn", "ping/1");
    }
  }

  @Test
  void inMidStream() throws IOException {
    TestAuthority authority = TestAuthority.create();
    TestCertificate certificate = authority.certificate("server");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    TlsTrust trust = TlsTrust.of(authority.root());
    TlsServer asServer = TlsServer.builder(TlsProvider.jsse(), identity).build();
    TlsClient asClient = TlsClient.builder(TlsProvider.jsse()).trust(trust).build();
    MimicResolver resolver = MimicResolver.builder().network(InMemoryNetwork.create()).build();

    try (FlowServer serving =
            FlowServer.serve(
                resolver.listen("tcp://server:25"),
                flow -> {
                  flow.inputStream().readNBytes("STARTTLS\n".length());
                  PingServer.answer(Tls.upgrade(flow, asServer));
                });
        Flow clear = resolver.resolve(serving.address())) {
      clear.write(US_ASCII.encode("STARTTLS\n"));
      Deadline deadline = Deadline.after(Duration.ofSeconds(10), TimeSource.system());
      Flow secure = Tls.upgrade(clear, asClient, new HostPort("server", 25), deadline);
      secure.write(US_ASCII.encode("ping\n"));
      assertThat(secure.inputStream().readNBytes(5)).isEqualTo("pong\n".getBytes(US_ASCII));
    }
  }
}
