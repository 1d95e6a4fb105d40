package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import dev.mimic.FlowPipe;
import dev.mimic.HostPort;
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

/** TLS over what is there already, and what can be learned of it. */
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
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aFlowThatWasUsedInClearIsUpgraded(Providers providers, TlsVersion version) throws Exception {
    try (Wire wire = Wire.tcp()) {
      Running<String> serving =
          Running.start(
              () -> {
                say(wire.far(), "220 ready");
                assertThat(line(wire.far())).isEqualTo("STARTTLS");
                say(wire.far(), "220 go ahead");
                try (TlsFlow flow = wire.server(Parties.server(providers, version))) {
                  String heard = line(flow);
                  say(flow, "250 " + heard);
                  return heard;
                }
              });
      assertThat(line(wire.near())).isEqualTo("220 ready");
      say(wire.near(), "STARTTLS");
      assertThat(line(wire.near())).isEqualTo("220 go ahead");
      try (TlsFlow flow = wire.client(Parties.client(providers, version))) {
        say(flow, "EHLO");
        assertThat(line(flow)).isEqualTo("250 EHLO");
        assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      assertThat(serving.result()).isEqualTo("EHLO");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void tlsRunsOverTls(Providers providers, TlsVersion version) throws Exception {
    byte[] said = new byte[300_000];
    new Random(1).nextBytes(said);
    try (Wire wire = Wire.inMemory()) {
      TlsServer server = Parties.server(providers, version);
      Running<Void> serving =
          Running.start(
              () -> {
                try (TlsFlow flow = Tls.upgrade(wire.server(server), server)) {
                  flow.write(ByteBuffer.wrap(flow.inputStream().readNBytes(said.length)));
                  return null;
                }
              });
      TlsClient client = Parties.client(providers, version);
      try (TlsFlow flow = Tls.upgrade(wire.client(client), client, LOCALHOST, Wire.soon())) {
        assertThat(flow.info().toString()).isEqualTo("tls(tls(pipe(far)))");
        Running<Integer> writing = Running.start(() -> flow.write(ByteBuffer.wrap(said)));
        assertThat(flow.inputStream().readNBytes(said.length)).isEqualTo(said);
        assertThat(writing.result()).isEqualTo(said.length);
        assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      serving.result();
      assertThat(wire.near().isOpen()).isFalse();
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aRefusalInTheUpperLayerClosesBoth(Providers providers, TlsVersion version) throws Exception {
    TlsServer server = Parties.server(providers, version);
    TlsClient outer = Parties.client(providers, version);
    TlsClient distrustful =
        Parties.clientOf(providers, version)
            .trust(Certificates.trust(TestAuthority.create()))
            .build();
    Wire wire = Wire.inMemory();
    Meeting meeting =
        Meeting.of(
            wire,
            () -> Tls.upgrade(wire.client(outer), distrustful, LOCALHOST, Wire.soon()),
            () -> {
              TlsFlow flow = Tls.upgrade(wire.server(server), server);
              return flow.read(ByteBuffer.allocate(1));
            });
    assertThat(meeting.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(meeting.clientSays())
        .startsWith("no TLS with tls(pipe(far)): the certificate of CN=localhost was issued by");
    assertThat(meeting.serverSays())
        .startsWith("no TLS with tls(pipe(near)): the peer refused the certificate");
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aFlowTellsOfItselfOnceHandsAreShaken(Providers providers, TlsVersion version)
      throws Exception {
    Wire wire = Wire.inMemory();
    TlsServer server = Parties.serverOf(providers, version).alpn(List.of("imap", "h2")).build();
    TlsClient client = Parties.clientOf(providers, version).alpn(List.of("h2")).build();
    try (Sides sides = Sides.open(wire, client, server)) {
      String name = version == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2";
      FlowInfo info = sides.client().info();
      assertThat(info.toString()).isEqualTo("tls(pipe(far))");
      assertThat(info.attributes()).containsAtLeast("version", name, "alpn", "h2");
      assertThat(info.attributes().get("cipher")).startsWith("TLS_");
      assertThat(sides.server().info().attributes()).isEqualTo(info.attributes());
      assertThat(sides.client().find(FlowPipe.End.class)).hasValue(wire.near());
      assertThat(sides.client().find(TlsFlow.class)).hasValue(sides.client());
      SSLSession session = sides.client().find(SSLSession.class).orElseThrow();
      assertThat(session.getPeerCertificates()[0]).isEqualTo(Parties.LOCALHOST.chain().get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aFlowTellsNothingBeforeThat(Providers providers, TlsVersion version) throws Exception {
    try (Wire wire = Wire.inMemory();
        TlsFlow server = wire.server(Parties.server(providers, version))) {
      assertThat(server.info().toString()).isEqualTo("tls(pipe(near))");
      assertThat(server.info().attributes()).isEmpty();
      assertThat(server.find(SSLSession.class)).isEmpty();
      assertThat(server.find(FlowPipe.End.class)).hasValue(wire.far());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE_TO_JSSE"}) // Bouncy Castle's server does not tell
  void aServerHearsTheNameThatTheClientAskedFor(Providers providers) throws Exception {
    for (TlsVersion version : TlsVersion.values()) {
      try (Sides sides = Sides.open(providers, version)) {
        var session = (ExtendedSSLSession) sides.server().find(SSLSession.class).orElseThrow();
        assertThat(session.getRequestedServerNames()).containsExactly(new SNIHostName("localhost"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void bothSidesKnowEachOther(Providers providers, TlsVersion version) throws Exception {
    TlsIdentity ada = Certificates.identity(Parties.AUTHORITY, "ada");
    TlsServer server =
        Parties.serverOf(providers, version)
            .clientTrust(Certificates.trust(Parties.AUTHORITY))
            .build();
    TlsClient client = Parties.clientOf(providers, version).identity(ada).build();
    try (Sides sides = Sides.open(Wire.inMemory(), client, server)) {
      SSLSession session = sides.server().find(SSLSession.class).orElseThrow();
      assertThat(session.getPeerCertificates()[0]).isEqualTo(ada.chain().get(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aContextOfTheApplicationsOwnDecidesWhomToTrust(Providers providers) throws Exception {
    TlsServer server = Parties.server(providers, TlsVersion.TLS_1_3);
    SSLContext trusting = Parties.AUTHORITY.context();
    SSLContext distrustful = TestAuthority.create().context();
    assertThat(Meeting.of(own(providers, trusting), server))
        .isEqualTo(new Meeting(Optional.empty(), Optional.empty()));
    Meeting refused = Meeting.of(own(providers, distrustful), server);
    assertThat(refused.clientSays()).startsWith("no TLS with pipe(far): ");
    assertThat(refused.clientSays().lines().count()).isEqualTo(1);
  }

  private static TlsClient own(Providers providers, SSLContext context) {
    return TlsClient.builder(providers.client()).context(context).build();
  }

  @ParameterizedTest
  @EnumSource
  void aContextOfTheApplicationsOwnChecksTheNameToo(Providers providers) throws Exception {
    TlsServer server =
        TlsServer.builder(
                providers.server(), Certificates.identity(Parties.AUTHORITY, "example.org"))
            .build();
    Meeting refused = Meeting.of(own(providers, Parties.AUTHORITY.context()), server);
    assertThat(refused.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void aSessionIsResumed() throws Exception {
    for (TlsVersion version : TlsVersion.values()) {
      TlsClient client = Parties.client(Providers.JSSE, version);
      TlsServer server = Parties.server(Providers.JSSE, version);
      long first = created(client, server);
      long second = created(client, server);
      assertThat(second).isEqualTo(first);
    }
  }

  private static void awaitTick() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() == now) {
      Thread.onSpinWait();
    }
  }

  /** Returns when the session was made that a new connection has. */
  private static long created(TlsClient client, TlsServer server) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      HostPort host = new HostPort("localhost", 4343);
      Running<String> serving = Running.start(() -> Meeting.answer(wire, server));
      try (TlsFlow flow = Tls.upgrade(wire.near(), client, host, Wire.soon())) {
        flow.write(US_ASCII.encode("ping"));
        Meeting.readAll(flow);
        serving.result();
        awaitTick(); // a later session would have another time
        return flow.find(SSLSession.class).orElseThrow().getCreationTime();
      }
    }
  }
}
