package com.example;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.Injector;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitService;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples that are not tests themselves. No page shows this file. */
@Timeout(60)
class ExamplesTest {

  @Test
  void scheme_ofPingModule_hasDefaultPort() throws IOException {
    Injector injector =
        Deployment.of("ping", new InMemoryModule(InMemoryNetwork.create()), new PingModule())
            .injector();
    MimicResolver resolver = injector.getInstance(MimicResolver.class);

    try (FlowServer server =
        FlowServer.serve(resolver.listen("ping://server"), PingServer::answer)) {
      assertThat(server.address()).isEqualTo("ping://server:4000");
      assertThat(injector.getInstance(PingClient.class).ask("ping://server", "ping"))
          .isEqualTo("pong");
    }
  }

  @Test
  void checked_byAnswerOfServer_connectsOrFails() throws IOException {
    MimicResolver resolver =
        Deployment.of("checked", new InMemoryModule(InMemoryNetwork.create()), new Checked.Module())
            .resolver();

    try (FlowServer good = FlowServer.serve(resolver.listen("tcp://good:1"), PingServer::answer);
        FlowServer bad = FlowServer.serve(resolver.listen("tcp://bad:1"), Flow::close);
        Flow flow = resolver.resolve("checked://good:1")) {
      assertThat(good.address()).isEqualTo("tcp://good:1");
      assertThat(bad.address()).isEqualTo("tcp://bad:1");
      assertThat(flow.isOpen()).isTrue();
      assertThrows(ResolutionException.class, () -> resolver.resolve("checked://bad:1"));
    }
  }

  @Test
  void trustingClient_ofServer_connectsIfTrusted() throws IOException {
    TestAuthority authority = TestAuthority.create();
    TestCertificate certificate = authority.certificate("localhost");
    TlsIdentity identity = TlsIdentity.of(certificate.privateKey(), certificate.chain());
    MimicResolver resolver =
        Deployment.of(
                "tls",
                new InMemoryModule(InMemoryNetwork.create()),
                new TlsModule(),
                new CertificatesModule(identity, TlsTrust.platform()))
            .resolver();

    try (FlowServer server =
            FlowServer.serve(resolver.listen("tls://localhost:0"), PingServer::answer);
        Flow flow =
            TrustingClient.connect(resolver, server.address(), TlsTrust.of(authority.root()))) {
      assertThat(flow.info().protocol()).isEqualTo("tls");
      assertThrows(ResolutionException.class, () -> resolver.resolve(server.address()));
    }
  }

  @Test
  void plainProgram_withAddress_connects() throws IOException {
    MimicResolver resolver = Deployment.of("host", new UnixLikeModule()).resolver();
    try (FlowServer server =
        FlowServer.serve(resolver.listen("tcp://localhost:0"), PingServer::answer)) {
      PlainProgram.main(new String[] {server.address()});
    }
  }

  @Test
  void cloneAndPush_withAddress_addsCommit(@TempDir Path folder) throws Exception {
    MimicResolver resolver = Deployment.of("host", new UnixLikeModule()).resolver();
    try (Repository served =
        new FileRepositoryBuilder().setGitDir(folder.resolve("served.git").toFile()).build()) {
      served.create(true);
      GitService service = GitService.of(path -> Optional.of(served)).withPushes();
      try (FlowServer server =
          FlowServer.serve(resolver.listen("tcp://localhost:0"), service::serve)) {
        String address = server.address().replace("tcp://", "git://") + "/notes";
        CloneAndPush.main(new String[] {address, folder.resolve("clone").toString()});
      }
      assertThat(served.resolve(Constants.HEAD)).isNotNull();
    }
  }
}
