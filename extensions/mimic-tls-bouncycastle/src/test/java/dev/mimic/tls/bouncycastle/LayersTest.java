package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of TLS over existing flows, of flow information, and of sessions. */
@Timeout(60)
final class LayersTest {

  private static final HostPort LOCALHOST = new HostPort("localhost", 443);

  private static String line(Flow flow) throws IOException {
    StringBuilder line = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (flow.read(one.clear()) > 0 && one.get(0) != '\n') {
      line.append((char) one.get(0));
    }
    return line.toString();
  }

  private static void say(Flow flow, String line) throws IOException {
    flow.write(US_ASCII.encode(line + "\n"));
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void upgrade_afterStarttls_encryptsFlow(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.tcp()) {
      Running<String> serving =
          Running.start(
              VIRTUAL,
              () -> {
                say(wire.far(), "220 ready");
                assertThat(line(wire.far())).isEqualTo("STARTTLS");
                say(wire.far(), "220 go ahead");
                try (TlsFlow flow = wire.server(TestPeers.server(providers, version))) {
                  String heard = line(flow);
                  say(flow, "250 " + heard);
                  return heard;
                }
              });
      assertThat(line(wire.near())).isEqualTo("220 ready");
      say(wire.near(), "STARTTLS");
      assertThat(line(wire.near())).isEqualTo("220 go ahead");
      try (TlsFlow flow = wire.client(TestPeers.client(providers, version))) {
        say(flow, "EHLO");
        assertThat(line(flow)).isEqualTo("250 EHLO");
        assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      assertThat(serving.result()).isEqualTo("EHLO");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void upgrade_ofTlsFlow_nestsTls(Providers providers, TlsVersion version) throws Exception {
    byte[] sent = new byte[300_000];
    new Random(1).nextBytes(sent);
    try (Wire wire = Wire.inMemory()) {
      TlsServer server = TestPeers.server(providers, version);
      Running<Void> serving =
          Running.start(
              VIRTUAL,
              () -> {
                try (TlsFlow flow = Tls.upgrade(wire.server(server), server)) {
                  flow.write(ByteBuffer.wrap(flow.inputStream().readNBytes(sent.length)));
                  return null;
                }
              });
      TlsClient client = TestPeers.client(providers, version);
      try (TlsFlow flow = Tls.upgrade(wire.client(client), client, LOCALHOST, Wire.soon())) {
        assertThat(flow.info().toString()).isEqualTo("tls(tls(pipe(far)))");
        Running<Integer> writing = Running.start(VIRTUAL, () -> flow.write(ByteBuffer.wrap(sent)));
        assertThat(flow.inputStream().readNBytes(sent.length)).isEqualTo(sent);
        assertThat(writing.result()).isEqualTo(sent.length);
        assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      serving.result();
      assertThat(wire.near().isOpen()).isFalse();
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void upgrade_upperHandshakeFails_closesBothLayers(Providers providers, TlsVersion version)
      throws Exception {
    TlsServer server = TestPeers.server(providers, version);
    TlsClient outer = TestPeers.client(providers, version);
    TlsClient distrusting =
        TestPeers.clientOf(providers, version)
            .trust(Certificates.trust(TestAuthority.create()))
            .build();
    Wire wire = Wire.inMemory();
    ExchangeOutcome outcome =
        ExchangeOutcome.of(
            wire,
            () -> Tls.upgrade(wire.client(outer), distrusting, LOCALHOST, Wire.soon()),
            () -> {
              TlsFlow flow = Tls.upgrade(wire.server(server), server);
              return flow.read(ByteBuffer.allocate(1));
            });
    assertThat(outcome.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(outcome.clientMessage())
        .startsWith("no TLS with tls(pipe(far)): the certificate of CN=localhost was issued by");
    assertThat(outcome.serverMessage())
        .startsWith("no TLS with tls(pipe(near)): the peer refused the certificate");
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void info_afterHandshake_hasAttributesAndSession(Providers providers, TlsVersion version)
      throws Exception {
    Wire wire = Wire.inMemory();
    TlsServer server = TestPeers.serverOf(providers, version).alpn(List.of("imap", "h2")).build();
    TlsClient client = TestPeers.clientOf(providers, version).alpn(List.of("h2")).build();
    try (ConnectedPair pair = ConnectedPair.open(wire, client, server)) {
      String name = version == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2";
      FlowInfo info = pair.client().info();
      assertThat(info.toString()).isEqualTo("tls(pipe(far))");
      assertThat(info.attributes()).containsAtLeast("version", name, "alpn", "h2");
      assertThat(info.attributes().get("cipher")).startsWith("TLS_");
      assertThat(pair.server().info().attributes()).isEqualTo(info.attributes());
      assertThat(pair.client().find(FlowPipe.End.class)).hasValue(wire.near());
      assertThat(pair.client().find(TlsFlow.class)).hasValue(pair.client());
      SSLSession session = pair.client().find(SSLSession.class).orElseThrow();
      assertThat(session.getPeerCertificates()[0]).isEqualTo(TestPeers.LOCALHOST.chain().get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void applicationProtocol_ofWrappedFlows_isNegotiated(Providers providers, TlsVersion version)
      throws Exception {
    TlsServer server = TestPeers.serverOf(providers, version).alpn(List.of("imap", "h2")).build();
    TlsClient client = TestPeers.clientOf(providers, version).alpn(List.of("h2")).build();
    ConnectedPair pair = ConnectedPair.open(Wire.inMemory(), client, server);
    try (pair) {
      assertThat(protocolOfWrapped(pair.client())).hasValue("h2");
      assertThat(protocolOfWrapped(pair.server())).hasValue("h2");
    }
    assertThat(pair.client().applicationProtocol()).hasValue("h2");
  }

  private static Optional<String> protocolOfWrapped(Flow flow) {
    Flow wrapped = new ForwardingFlow(new ForwardingFlow(flow) {}) {};
    return wrapped.find(TlsFlow.class).orElseThrow().applicationProtocol();
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void applicationProtocol_noneNegotiated_isEmpty(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory();
        TlsFlow server =
            wire.server(TestPeers.serverOf(providers, version).alpn(List.of("h2")).build())) {
      assertThat(server.applicationProtocol()).isEmpty();
    }
    try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
      assertThat(pair.client().applicationProtocol()).isEmpty();
      assertThat(pair.server().applicationProtocol()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void applicationProtocol_ofLayerBelow_isNotThatOfUpper(Providers providers, TlsVersion version)
      throws Exception {
    TlsServer server = TestPeers.serverOf(providers, version).alpn(List.of("h2")).build();
    TlsClient client = TestPeers.clientOf(providers, version).alpn(List.of("h2")).build();
    try (ConnectedPair lower = ConnectedPair.open(Wire.inMemory(), client, server);
        ConnectedPair upper =
            ConnectedPair.open(new Wire(lower.client(), lower.server()), providers, version)) {
      assertThat(upper.client().applicationProtocol()).isEmpty();
      assertThat(upper.server().applicationProtocol()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void info_beforeHandshake_hasNoAttributes(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory();
        TlsFlow server = wire.server(TestPeers.server(providers, version))) {
      assertThat(server.info().toString()).isEqualTo("tls(pipe(near))");
      assertThat(server.info().attributes()).isEmpty();
      assertThat(server.find(SSLSession.class)).isEmpty();
      assertThat(server.find(FlowPipe.End.class)).hasValue(wire.far());
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"JSSE", "BOUNCY_CASTLE_TO_JSSE"}) // Bouncy Castle's server does not report it
  void server_afterHandshake_knowsRequestedName(Providers providers) throws Exception {
    for (TlsVersion version : TlsVersion.values()) {
      try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
        var session = (ExtendedSSLSession) pair.server().find(SSLSession.class).orElseThrow();
        assertThat(session.getRequestedServerNames()).containsExactly(new SNIHostName("localhost"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void server_mutualTls_knowsClientCertificate(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity ada = Certificates.identity(TestPeers.AUTHORITY, "ada");
    TlsServer server =
        TestPeers.serverOf(providers, version)
            .clientTrust(Certificates.trust(TestPeers.AUTHORITY))
            .build();
    TlsClient client = TestPeers.clientOf(providers, version).identity(ada).build();
    try (ConnectedPair pair = ConnectedPair.open(Wire.inMemory(), client, server)) {
      SSLSession session = pair.server().find(SSLSession.class).orElseThrow();
      assertThat(session.getPeerCertificates()[0]).isEqualTo(ada.chain().get(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ownContext_trust_isThatOfContext(Providers providers) throws Exception {
    TlsServer server = TestPeers.server(providers, TlsVersion.TLS_1_3);
    SSLContext trusting = TestPeers.AUTHORITY.context();
    SSLContext distrusting = TestAuthority.create().context();
    assertThat(ExchangeOutcome.of(own(providers, trusting), server))
        .isEqualTo(new ExchangeOutcome(Optional.empty(), Optional.empty()));
    ExchangeOutcome refused = ExchangeOutcome.of(own(providers, distrusting), server);
    assertThat(refused.clientMessage()).startsWith("no TLS with pipe(far): ");
    assertThat(refused.clientMessage().lines().count()).isEqualTo(1);
  }

  private static TlsClient own(Providers providers, SSLContext context) {
    return TlsClient.builder(providers.client()).context(context).build();
  }

  @ParameterizedTest
  @EnumSource
  void ownContext_otherName_isRefused(Providers providers) throws Exception {
    TlsServer server =
        TlsServer.builder(
                providers.server(), Certificates.identity(TestPeers.AUTHORITY, "example.org"))
            .build();
    ExchangeOutcome refused =
        ExchangeOutcome.of(own(providers, TestPeers.AUTHORITY.context()), server);
    assertThat(refused.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void session_secondConnection_isResumed() throws Exception {
    for (TlsVersion version : TlsVersion.values()) {
      TlsClient client = TestPeers.client(Providers.JSSE, version);
      TlsServer server = TestPeers.server(Providers.JSSE, version);
      long first = created(client, server);
      long second = created(client, server);
      assertThat(second).isEqualTo(first);
    }
  }

  private static void awaitNextMillisecond() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() == now) {
      Thread.onSpinWait();
    }
  }

  /** Returns the creation time of the session of a new connection. */
  private static long created(TlsClient client, TlsServer server) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      HostPort host = new HostPort("localhost", 4343);
      Running<String> serving = Running.start(VIRTUAL, () -> ExchangeOutcome.respond(wire, server));
      try (TlsFlow flow = Tls.upgrade(wire.near(), client, host, Wire.soon())) {
        flow.write(US_ASCII.encode("ping"));
        ExchangeOutcome.readAll(flow);
        serving.result();
        awaitNextMillisecond(); // so that a new session would have another creation time
        return flow.find(SSLSession.class).orElseThrow().getCreationTime();
      }
    }
  }
}
