package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.tls.bouncycastle.TlsFixture.only;

import dev.mimic.Context;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of OpenSSL's client with a server of Mimic. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class OpensslClientTest {
  private final Implementation implementation;
  private final TlsFixture fixture;

  OpensslClientTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.implementation = implementation;
    this.fixture = new TlsFixture(implementation, folder);
  }

  @ParameterizedTest
  @EnumSource
  void data_untilClientEnds_isEchoed(TlsVersion version) throws Exception {
    try (FlowServer server = fixture.echo(only(version));
        Program client = client(server)) {
      client.await("Verify return code: 0 \\(ok\\)");
      assertEchoed(client, "hello");
      client.endInput();
      assertThat(client.awaitEnd()).isEqualTo(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_byServer_isCleanEndToClient(TlsVersion version) throws Exception {
    try (FlowServer server =
            fixture.serve(only(version), flow -> TlsFixture.send(flow, "farewell"));
        Program client = client(server)) {
      client.await("farewell");
      assertThat(client.awaitEnd()).isEqualTo(0);
      assertThat(client.printedSoFar()).contains("closed");
      assertThat(client.printedSoFar()).doesNotContain("unexpected eof");
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientCertificate_requested_isReceived(TlsVersion version) throws Exception {
    Context settings =
        only(version).with(Tls.CLIENT_TRUST, Certificates.trust(fixture.authority()));
    try (FlowServer server = fixture.serve(settings, OpensslClientTest::sendPeerName);
        Program client =
            client(
                server, "-cert", fixture.file("client.pem"), "-key", fixture.file("client.key"))) {
      client.await("you are CN=a client");
    }
  }

  private static void sendPeerName(Flow flow) throws IOException {
    TlsFixture.send(flow, "you are " + peer(flow));
  }

  private static String peer(Flow flow) throws IOException {
    handshake(flow);
    return flow.find(SSLSession.class).orElseThrow().getPeerPrincipal().getName();
  }

  private static void handshake(Flow flow) throws IOException {
    flow.find(TlsFlow.class).orElseThrow().handshake();
  }

  @ParameterizedTest
  @EnumSource
  void clientCertificate_missing_isRefusedByAlert(TlsVersion version) throws Exception {
    Context settings =
        only(version).with(Tls.CLIENT_TRUST, Certificates.trust(fixture.authority()));
    try (FlowServer server = fixture.serve(settings, OpensslClientTest::sendPeerName);
        Program client = client(server)) {
      client.awaitEnd();
      assertThat(client.printedSoFar()).doesNotContain("you are");
      assertThat(client.printedSoFar())
          .containsMatch("alert (certificate required|bad certificate|handshake failure)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void alpn_severalInCommon_serverPreferenceWins(TlsVersion version) throws Exception {
    Context settings = only(version).with(Tls.ALPN, List.of("http/1.1", "h2"));
    try (FlowServer server = fixture.serve(settings, OpensslClientTest::sendProtocol);
        Program client = client(server, "-alpn", "h2,http/1.1")) {
      client.await("ALPN protocol: http/1.1");
      client.await("you speak http/1.1");
    }
  }

  private static void sendProtocol(Flow flow) throws IOException {
    handshake(flow);
    TlsFixture.send(flow, "you speak " + flow.info().attributes().get("alpn"));
  }

  @ParameterizedTest
  @EnumSource
  void alpn_noneInCommon_isRefused(TlsVersion version) throws Exception {
    Context settings = only(version).with(Tls.ALPN, List.of("http/1.1"));
    try (FlowServer server = fixture.serve(settings, OpensslClientTest::sendProtocol);
        Program client = client(server, "-alpn", "h2")) {
      client.await("alert no application protocol");
      client.awaitEnd();
    }
  }

  @ParameterizedTest
  @EnumSource
  void session_offeredByClient_isResumedIfSupported(TlsVersion version) throws Exception {
    assertThat(resumes(version)).isEqualTo(implementation.resumes(version));
  }

  private boolean resumes(TlsVersion version) throws Exception {
    try (FlowServer server = fixture.echo(only(version))) {
      String session = fixture.file("session");
      try (Program client = client(server, "-sess_out", session)) {
        client.await("New, TLS");
        assertEchoed(client, "hello");
        client.endInput();
        assertThat(client.awaitEnd()).isEqualTo(0);
      }
      if (!Path.of(session).toFile().exists()) {
        return false;
      }
      try (Program client = client(server, "-sess_in", session)) {
        boolean resumed = client.await("(New|Reused), TLS").group(1).equals("Reused");
        assertEchoed(client, "hello");
        return resumed;
      }
    }
  }

  @Test
  void keyUpdate_byClient_isAnsweredWithNextWrite() throws Exception {
    try (FlowServer server = fixture.echo(only(TlsVersion.TLS_1_3));
        Program client = client(server, "-msg")) {
      assertEchoed(client, "before");
      client.type("K");
      client.await(">>> TLS 1.3, Handshake .*KeyUpdate");
      client.type("after");
      client.await("<<< TLS 1.3, Handshake .*KeyUpdate");
      client.await("after");
      client.type("k"); // updates only the client's keys
      client.await(">>> TLS 1.3, Handshake .*KeyUpdate");
      assertEchoed(client, "at last");
    }
  }

  private Program client(FlowServer server, String... options) throws IOException {
    return fixture.opensslClient(server, options);
  }

  private static void assertEchoed(Program client, String line) throws Exception {
    client.type(line);
    client.await(line);
  }
}
