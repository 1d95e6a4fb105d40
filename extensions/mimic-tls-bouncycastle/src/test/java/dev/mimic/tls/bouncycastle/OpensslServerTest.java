package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.tls.bouncycastle.TlsFixture.line;
import static dev.mimic.tls.bouncycastle.TlsFixture.only;
import static dev.mimic.tls.bouncycastle.TlsFixture.send;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of a client of Mimic with OpenSSL's server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class OpensslServerTest {
  private static final Context TLS_1_2 = only(TlsVersion.TLS_1_2);
  private static final Context TLS_1_3 = only(TlsVersion.TLS_1_3);

  private final Implementation implementation;
  private final TlsFixture fixture;

  OpensslServerTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.implementation = implementation;
    this.fixture = new TlsFixture(implementation, folder);
  }

  @ParameterizedTest
  @EnumSource
  void data_bothWays_isReceived(TlsVersion version) throws Exception {
    try (Program server = server();
        Flow flow = fixture.connect(fixture.port(server), only(version))) {
      assertThat(flow.info().attributes())
          .containsEntry("version", version == TlsVersion.TLS_1_3 ? "TLSv1.3" : "TLSv1.2");
      assertDataGoesBothWays(flow, server);
    }
  }

  private static void assertDataGoesBothWays(Flow flow, Program server) throws Exception {
    server.type("hello from openssl");
    assertThat(line(flow)).isEqualTo("hello from openssl");
    send(flow, "hello from mimic");
    server.await("hello from mimic");
  }

  @Test
  void version_severalInCommon_newestIsUsed() throws Exception {
    try (Program server = server("-no_tls1_3");
        Flow flow = fixture.connect(fixture.port(server), Context.empty())) {
      assertThat(flow.info().attributes()).containsEntry("version", "TLSv1.2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientCertificate_requested_isSent(TlsVersion version) throws Exception {
    TlsIdentity client =
        Certificates.identity(fixture.authority().request().commonName("the client").issue());
    try (Program server = serverRequiringCertificates();
        Flow flow =
            fixture.connect(fixture.port(server), only(version).with(Tls.IDENTITY, client))) {
      server.await("depth=0 CN = the client");
      assertDataGoesBothWays(flow, server);
    }
  }

  private Program serverRequiringCertificates() throws IOException {
    return server("-Verify", "1", "-verify_return_error", "-CAfile", fixture.file("ca.pem"));
  }

  @Test
  void clientCertificate_missingInTls12_isNamed() throws Exception {
    try (Program server = serverRequiringCertificates()) {
      int port = fixture.port(server);
      var refused = assertThrows(ResolutionException.class, () -> fixture.connect(port, TLS_1_2));
      assertThat(refused).hasMessageThat().contains("client certificate");
    }
  }

  @Test
  void clientCertificate_missingInTls13_isNamed() throws Exception {
    try (Program server = serverRequiringCertificates();
        Flow flow = fixture.connect(fixture.port(server), TLS_1_3)) {
      var refused = assertThrows(PeerGoneException.class, () -> line(flow));
      assertThat(refused).hasMessageThat().contains("the server wants a client certificate");
    }
  }

  @ParameterizedTest
  @EnumSource
  void alpn_oneInCommon_isAgreed(TlsVersion version) throws Exception {
    Context settings = only(version).with(Tls.ALPN, List.of("h2", "http/1.1"));
    try (Program server = server("-alpn", "spdy/1,http/1.1");
        Flow flow = fixture.connect(fixture.port(server), settings)) {
      assertThat(flow.info().attributes()).containsEntry("alpn", "http/1.1");
      server.await("ALPN protocols advertised by the client: h2, http/1.1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void sni_sentByClient_selectsCertificate(TlsVersion version) throws Exception {
    fixture.write("named", fixture.authority().request("named", "localhost").issue());
    try (Program server =
            server(
                "-servername",
                "localhost",
                "-cert2",
                fixture.file("named.pem"),
                "-key2",
                fixture.file("named.key"));
        Flow flow = fixture.connect(fixture.port(server), only(version))) {
      assertThat(subject(flow)).isEqualTo("CN=named");
      server.await("Hostname in TLS extension: \"localhost\"");
    }
  }

  private static String subject(Flow flow) throws IOException {
    SSLSession session = flow.find(SSLSession.class).orElseThrow();
    X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  @ParameterizedTest
  @EnumSource
  void session_secondConnection_isResumedIfSupported(TlsVersion version) throws Exception {
    assertThat(resumes(version)).isEqualTo(implementation.resumes(version));
  }

  private boolean resumes(TlsVersion version) throws Exception {
    try (Program server = server()) {
      int port = fixture.port(server);
      for (int i = 0; i < 2; i++) {
        try (Flow flow = fixture.connect(port, only(version))) {
          assertDataGoesBothWays(flow, server);
        }
      }
      return server.printedSoFar().contains("Reused session-id");
    }
  }

  @Test
  void keyUpdate_byServer_isAnsweredWithNextWrite() throws Exception {
    try (Program server = server("-msg");
        Flow flow = fixture.connect(fixture.port(server), TLS_1_3)) {
      server.type("K");
      server.await(">>> TLS 1.3, Handshake .*KeyUpdate");
      server.type("after the first");
      assertThat(line(flow)).isEqualTo("after the first");
      send(flow, "with new keys");
      server.await("<<< TLS 1.3, Handshake .*KeyUpdate");
      server.await("with new keys");

      server.type("k"); // updates only the server's keys
      server.await(">>> TLS 1.3, Handshake .*KeyUpdate");
      assertDataGoesBothWays(flow, server);
    }
  }

  @Test
  void close_byServer_endsStream() throws Exception {
    try (Program server = server("-rev");
        Flow flow = fixture.connect(fixture.port(server), Context.empty())) {
      send(flow, "abc");
      assertThat(line(flow)).isEqualTo("cba");
      send(flow, "CLOSE");
      assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void socketClose_withoutCloseNotify_isPeerGone(TlsVersion version) throws Exception {
    try (Program server = server();
        Flow flow = fixture.connect(fixture.port(server), only(version))) {
      assertDataGoesBothWays(flow, server);
      server.type("q");
      assertGone(flow);
    }
  }

  @ParameterizedTest
  @EnumSource
  void kill_ofServer_isPeerGone(TlsVersion version) throws Exception {
    try (Program server = server();
        Flow flow = fixture.connect(fixture.port(server), only(version))) {
      assertDataGoesBothWays(flow, server);
      server.kill();
      assertGone(flow);
    }
  }

  private static void assertGone(Flow flow) {
    for (int i = 0; i < 2; i++) {
      assertThrows(PeerGoneException.class, () -> flow.read(ByteBuffer.allocate(1)));
    }
  }

  private Program server(String... options) throws IOException {
    return fixture.opensslServer(options);
  }
}
