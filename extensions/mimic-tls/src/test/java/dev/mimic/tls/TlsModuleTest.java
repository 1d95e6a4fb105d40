package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Module;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TlsModuleTest {
  private final TestAuthority authority = TestAuthority.create();
  private final Context server =
      Context.empty()
          .with(Tls.IDENTITY, Certificates.identity(authority, "localhost", "127.0.0.1"));
  private final Context client = Context.empty().with(Tls.TRUST, Certificates.trust(authority));

  @Test
  void resolve_overInMemoryNetwork_usesTls() throws Exception {
    assertThat(echoed(new InMemoryModule(InMemoryNetwork.create())))
        .startsWith("tls(inmemory(localhost:");
  }

  @Test
  void resolve_overTcpOfHost_usesTls() throws Exception {
    assertThat(echoed(new UnixLikeModule())).startsWith("tls(tcp(127.0.0.1:");
  }

  private String echoed(Module target) throws IOException {
    MimicResolver resolver = resolver(target);
    try (FlowServer serving =
            FlowServer.serve(
                resolver.with(server).listen("tls://localhost:0"),
                flow -> flow.inputStream().transferTo(flow.outputStream()));
        Flow flow =
            resolver.with(client).withTimeout(Duration.ofSeconds(20)).resolve(serving.address())) {
      assertThat(serving.address()).startsWith("tls://localhost:");
      flow.write(US_ASCII.encode("ping"));
      assertThat(flow.inputStream().readNBytes(4)).isEqualTo("ping".getBytes(US_ASCII));
      return flow.info().toString();
    }
  }

  private static MimicResolver resolver(Module target) {
    return Guice.createInjector(target, new TlsModule()).getInstance(MimicResolver.class);
  }

  @Test
  void listen_withoutIdentity_isRefused() {
    MimicResolver resolver = resolver(new InMemoryModule(InMemoryNetwork.create()));
    var refused =
        assertThrows(ResolutionException.class, () -> resolver.listen("tls://localhost:0"));
    assertThat(refused).hasMessageThat().contains("give tls.identity");
  }

  @Test
  void injector_twoProviders_isRefused() {
    var refused =
        assertThrows(
            CreationException.class,
            () ->
                Guice.createInjector(
                    new UnixLikeModule(),
                    new TlsModule(),
                    new TlsModule(TlsProvider.of("other", TlsProvider.jsse().provider()))));
    assertThat(refused).hasMessageThat().contains("TlsProvider was bound multiple times");
  }
}
