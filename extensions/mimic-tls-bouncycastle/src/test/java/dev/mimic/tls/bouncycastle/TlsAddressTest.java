package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.ResolutionTimeoutException;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of {@code tls://} addresses, mostly of failures. */
@Timeout(60)
final class TlsAddressTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final TestAuthority authority = TestPeers.AUTHORITY;
  private final Context client = Context.empty().with(Tls.TRUST, Certificates.trust(authority));
  private final Context server = Context.empty().with(Tls.IDENTITY, TestPeers.LOCALHOST);

  private MimicResolver resolver(Implementation implementation) {
    return Guice.createInjector(new InMemoryModule(network), implementation.module())
        .getInstance(MimicResolver.class);
  }

  private static void echo(Flow flow) throws IOException {
    flow.inputStream().transferTo(flow.outputStream());
  }

  @ParameterizedTest
  @EnumSource
  void certificate_refused_isOneLine(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    Context distrusting =
        Context.empty().with(Tls.TRUST, Certificates.trust(TestAuthority.create()));
    List<Throwable> reports = new ArrayList<>();
    try (FlowServer serving =
        FlowServer.builder()
            .reporter((what, failure) -> reports.add(failure))
            .serve(resolver.with(server).listen("tls://localhost:4343"), TlsAddressTest::echo)) {
      assertThat(serving.address()).isEqualTo("tls://localhost:4343");
      var refused =
          assertThrows(
              ResolutionException.class,
              () -> resolver.with(distrusting).withTimeout(LONG).resolve("tls://localhost:4343/"));
      assertThat(refused).hasMessageThat().doesNotContain("\n");
      assertThat(refused)
          .hasMessageThat()
          .startsWith(
              "cannot connect to tls://localhost:4343/: no TLS with inmemory(localhost:4343):"
                  + " the certificate of CN=localhost was issued by another CN=Test");
    }
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0))
        .hasMessageThat()
        .contains("the peer refused the certificate shown to it");
  }

  @ParameterizedTest
  @EnumSource
  void resolve_silentServer_timesOut(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    try (FlowListener listener = network.listen(new HostPort("localhost", 25))) {
      Running<Flow> resolving =
          Running.start(
              VIRTUAL,
              () ->
                  resolver
                      .with(client)
                      .withTimeout(Duration.ofMillis(300))
                      .resolve("tls://localhost:25"));
      try (Flow accepted = listener.accept()) {
        var late = resolving.failure(ResolutionTimeoutException.class);
        assertThat(late).hasMessageThat().doesNotContain("\n");
        assertThat(late)
            .hasMessageThat()
            .contains(
                "cannot connect to tls://localhost:25 within 300 ms: the TLS handshake with"
                    + " inmemory(localhost:25) was not done");
        assertThat(late).hasMessageThat().contains("the peer has said nothing");
        assertClosedByPeer(accepted);
      }
    }
  }

  /** Reads to the end, which a peer must have caused by closing. */
  private static void assertClosedByPeer(Flow flow) {
    ByteBuffer some = ByteBuffer.allocate(1000);
    try {
      while (flow.read(some.clear()) >= 0) {}
    } catch (IOException e) {
      // A reset also means that the peer has closed.
    }
  }

  @ParameterizedTest
  @EnumSource
  void resolve_interrupted_endsHandshake(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    try (FlowListener listener = network.listen(new HostPort("localhost", 25))) {
      Running<Flow> resolving =
          Running.blocked(
              VIRTUAL, () -> resolver.with(client).withTimeout(LONG).resolve("tls://localhost:25"));
      try (Flow accepted = listener.accept()) {
        resolving.interrupt();
        resolving.failure(ClosedByInterruptException.class);
        assertThat(resolving.endedInterrupted()).isTrue();
        assertClosedByPeer(accepted);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void server_silentClients_servesOthers(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    Context longTimeout = server.with(Tls.HANDSHAKE_TIMEOUT, Duration.ofSeconds(30));
    try (FlowServer serving =
            FlowServer.serve(
                resolver.with(longTimeout).listen("tls://localhost:0"), TlsAddressTest::echo);
        SilentClients silent = new SilentClients(serving.address(), 20);
        Flow flow = resolver.with(client).withTimeout(LONG).resolve(serving.address())) {
      flow.write(US_ASCII.encode("ping"));
      assertThat(flow.inputStream().readNBytes(4)).isEqualTo("ping".getBytes(US_ASCII));
      assertWithMessage("silent clients").that(silent.flows()).hasSize(20);
    }
  }

  /** Clients that connect and send nothing. */
  private final class SilentClients implements AutoCloseable {
    private final List<Flow> flows = new ArrayList<>();

    SilentClients(String address, int count) throws IOException {
      int port = HostPort.ofAddress(address).port();
      Deadline soon = Deadline.after(LONG, TimeSource.system());
      for (int i = 0; i < count; i++) {
        flows.add(network.connect(new HostPort("localhost", port), soon));
      }
    }

    List<Flow> flows() {
      return flows;
    }

    @Override
    public void close() throws IOException {
      for (Flow flow : flows) {
        flow.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void server_hundredsOfHandshakes_succeed(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    int count = 200;
    Duration enough = Duration.ofSeconds(50);
    try (FlowServer serving =
        FlowServer.serve(
            resolver.with(server).with(Tls.HANDSHAKE_TIMEOUT, enough).listen("tls://localhost:0"),
            TlsAddressTest::echo)) {
      List<Running<String>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String said = "client " + i;
        all.add(Running.start(VIRTUAL, () -> said(resolver, serving.address(), said)));
      }
      for (int i = 0; i < count; i++) {
        assertThat(all.get(i).result()).isEqualTo("client " + i);
      }
    }
  }

  private String said(MimicResolver resolver, String address, String said) throws IOException {
    try (Flow flow = resolver.with(client).withTimeout(Duration.ofSeconds(50)).resolve(address)) {
      flow.write(US_ASCII.encode(said));
      return new String(flow.inputStream().readNBytes(said.length()), US_ASCII);
    }
  }

  @ParameterizedTest
  @EnumSource
  void plan_mutualTls_showsNoSecret(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    Context mutual =
        client
            .with(Tls.IDENTITY, Certificates.identity(authority, "ada"))
            .with(Tls.ALPN, List.of("h2"));
    String plan = resolver.with(mutual).plan("tls://user:geheim@localhost:4343/").toString();
    assertThat(plan).contains("tls(inmemory(localhost:4343))");
    assertThat(plan).contains("CN=ada");
    assertThat(plan).doesNotContain("geheim");
    assertThat(plan).doesNotContainMatch("(?i)private|pkcs|BEGIN|[0-9a-f]{32}");
  }

  @ParameterizedTest
  @EnumSource
  void listener_toString_showsNoKey(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    Context context = server.with(Tls.CLIENT_TRUST, Certificates.trust(authority));
    try (FlowListener listener = resolver.with(context).listen("tls://localhost:0")) {
      assertThat(listener.toString()).startsWith("tls://localhost:");
    }
    assertThat(TestPeers.LOCALHOST.toString()).isEqualTo("CN=localhost");
    assertThat(context.toString()).doesNotContain("BEGIN");
  }

  @ParameterizedTest
  @EnumSource
  void info_afterExchange_isSameOnBothSides(Implementation implementation) throws Exception {
    MimicResolver resolver = resolver(implementation);
    List<TlsFlow> accepted = new ArrayList<>();
    Context speaking = server.with(Tls.ALPN, List.of("imap", "h2"));
    try (FlowServer serving =
            FlowServer.serve(
                resolver.with(speaking).listen("tls://localhost:0"),
                flow -> {
                  TlsFlow tls = flow.find(TlsFlow.class).orElseThrow();
                  assertThat(tls.info().attributes()).isEmpty();
                  accepted.add(tls);
                  echo(flow);
                });
        Flow flow =
            resolver
                .with(client.with(Tls.ALPN, List.of("h2")))
                .withTimeout(LONG)
                .resolve(serving.address())) {
      flow.write(US_ASCII.encode("x"));
      assertThat(flow.inputStream().readNBytes(1)).hasLength(1);
      assertThat(flow.find(TlsFlow.class).orElseThrow().applicationProtocol()).hasValue("h2");
      assertThat(flow.info().attributes()).containsEntry("version", "TLSv1.3");
      assertThat(flow.info().attributes()).containsKey("cipher");
      assertThat(accepted.get(0).info().attributes()).isEqualTo(flow.info().attributes());
    }
  }
}
