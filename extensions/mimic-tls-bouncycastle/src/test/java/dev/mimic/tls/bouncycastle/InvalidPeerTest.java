package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HexFormat;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of peers that do not speak TLS, speak only an old version, or send nothing. */
@Timeout(60)
final class InvalidPeerTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  // Offers ECDHE_RSA_AES_128_CBC_SHA and RSA_AES_128_CBC_SHA, without extensions.
  private static final String HELLO = "%s" + "00".repeat(32) + "00" + "0004c013002f" + "0100";
  private static final String TLS_1_0_CLIENT_HELLO =
      "16 0301 002f 01 00002b".replace(" ", "") + HELLO.formatted("0301");
  private static final String TLS_1_0_SERVER_HELLO =
      "16 0301 002a 02 000026 0301".replace(" ", "") + "11".repeat(32) + "00" + "c02b" + "00";

  private static TlsClient client(Providers providers) {
    return TlsClient.builder(providers.client())
        .trust(Certificates.trust(TestPeers.AUTHORITY))
        .build();
  }

  private static TlsServer.Builder server(Providers providers) {
    return TlsServer.builder(providers.server(), TestPeers.LOCALHOST);
  }

  private static void assertClosed(Flow flow) {
    assertWithMessage("%s is open", flow).that(flow.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void client_plainHttp_isQuoted(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      Running<Void> serving =
          Running.start(VIRTUAL, () -> handshake(wire.server(server(providers).build())));
      wire.near().write(US_ASCII.encode("GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      while (wire.near().read(ByteBuffer.allocate(100)) >= 0) {} // an alert, and the end
      wire.near().close();
      assertThat(serving.failure(SSLHandshakeException.class))
          .hasMessageThat()
          .isEqualTo(
              "no TLS with pipe(near): the peer does not speak TLS:"
                  + " it sent \"GET /index.html HTTP/1.1??Host: \"");
      assertClosed(wire.far());
    }
  }

  private static Void handshake(TlsFlow flow) throws IOException {
    flow.handshake();
    return null;
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void server_plainGreeting_isQuoted(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      wire.far().write(US_ASCII.encode("220 mail.example.org ESMTP\r\n"));
      var refused = assertThrows(SSLHandshakeException.class, () -> wire.client(client(providers)));
      assertThat(refused)
          .hasMessageThat()
          .contains("does not speak TLS: it sent \"220 mail.example.org ESMTP??\"");
      assertClosed(wire.near());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void server_closesDuringHandshake_isPeerGone(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      Running<TlsFlow> asking = Running.blocked(VIRTUAL, () -> wire.client(client(providers)));
      wire.far().close();
      assertThat(asking.failure(PeerGoneException.class))
          .hasMessageThat()
          .isEqualTo(
              "pipe(far) closed the connection during the TLS handshake, and has said nothing:"
                  + " does it speak TLS there?");
      assertClosed(wire.near());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void server_silent_timesOut(Providers providers) throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    Deadline by = Deadline.after(Duration.ofSeconds(5), time);
    try (Wire wire = Wire.inMemory()) {
      Running<TlsFlow> asking =
          Running.blocked(
              VIRTUAL,
              () ->
                  Tls.upgrade(wire.near(), client(providers), new HostPort("localhost", 443), by));
      time.advance(Duration.ofSeconds(5));
      assertThat(asking.failure(SocketTimeoutException.class))
          .hasMessageThat()
          .isEqualTo(
              "the TLS handshake with pipe(far) was not done within 5 s:"
                  + " the peer has said nothing");
      assertClosed(wire.near());
      assertThat(time.timers()).isEqualTo(0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void client_silent_timesOut(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(server(providers).handshakeTimeout(SHORT).build());
      var late =
          assertThrows(SocketTimeoutException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(late)
          .hasMessageThat()
          .isEqualTo(
              "the TLS handshake with pipe(near) was not done within 200 ms:"
                  + " the peer has said nothing");
      assertClosed(wire.far());
      assertClosed(flow);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void client_stopsInHandshake_timesOut(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(server(providers).handshakeTimeout(SHORT).build());
      wire.near().write(ByteBuffer.wrap(HexFormat.of().parseHex("160301")));
      var late = assertThrows(SocketTimeoutException.class, flow::handshake);
      assertThat(late)
          .hasMessageThat()
          .isEqualTo("the TLS handshake with pipe(near) was not done within 200 ms");
      assertClosed(wire.far());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void client_tls10_isRefused(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      Running<Void> serving =
          Running.start(VIRTUAL, () -> handshake(wire.server(server(providers).build())));
      wire.near().write(ByteBuffer.wrap(HexFormat.of().parseHex(TLS_1_0_CLIENT_HELLO)));
      assertThat(alert(wire.near())).isEqualTo(70); // protocol_version
      wire.near().close();
      assertThat(serving.failure(SSLHandshakeException.class))
          .hasMessageThat()
          .isEqualTo(
              "no TLS with pipe(near): the two sides have no version of TLS in common"
                  + " (Tls.VERSIONS)");
      assertClosed(wire.far());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void server_tls10_isRefused(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      wire.far().write(ByteBuffer.wrap(HexFormat.of().parseHex(TLS_1_0_SERVER_HELLO)));
      var refused = assertThrows(SSLHandshakeException.class, () -> wire.client(client(providers)));
      assertThat(refused)
          .hasMessageThat()
          .contains("the two sides have no version of TLS in common (Tls.VERSIONS)");
      assertClosed(wire.near());
    }
  }

  /** Returns the description of the unencrypted alert before the end of the stream. */
  private static int alert(Flow flow) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(100);
    while (flow.read(all) >= 0) {}
    assertThat(all.get(0)).isEqualTo(21);
    return all.get(6);
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void flow_handshakeFailed_isClosed(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(server(providers).build());
      wire.near().write(US_ASCII.encode("hello"));
      wire.near().shutdownOutput();
      assertThrows(SSLHandshakeException.class, flow::handshake);
      assertThrows(ClosedChannelException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThrows(ClosedChannelException.class, () -> flow.write(US_ASCII.encode("hello")));
      assertThrows(ClosedChannelException.class, flow::handshake);
      flow.close();
    }
  }

  // The server does not read data that the client sent with its last flight. The reason must
  // reach the client nevertheless.
  @ParameterizedTest
  @EnumSource
  void refusal_clientHasWrittenData_reachesClient(Providers providers) throws Exception {
    for (Wire wire : new Wire[] {Wire.inMemory(), Wire.tcp()}) {
      TlsServer server =
          server(providers).clientTrust(Certificates.trust(TestPeers.AUTHORITY)).build();
      ExchangeOutcome outcome =
          ExchangeOutcome.of(
              wire,
              () -> {
                try (TlsFlow flow = wire.client(client(providers))) {
                  flow.write(ByteBuffer.allocate(60_000));
                  return flow.read(ByteBuffer.allocate(1));
                }
              },
              () -> ExchangeOutcome.respond(wire, server));
      assertThat(outcome.clientMessage()).contains("the server wants a client certificate");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void server_slow_isAwaited(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      Running<String> asking =
          Running.blocked(
              VIRTUAL,
              () -> ExchangeOutcome.request(wire, TestPeers.client(providers, TlsVersion.TLS_1_3)));
      Running<String> serving =
          Running.start(VIRTUAL, () -> ExchangeOutcome.respond(wire, server(providers).build()));
      assertThat(asking.result()).isEqualTo("pong");
      assertThat(serving.result()).isEqualTo("ping");
    }
  }
}
