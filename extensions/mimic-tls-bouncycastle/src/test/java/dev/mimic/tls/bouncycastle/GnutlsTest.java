package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.tls.bouncycastle.TlsFixture.line;
import static dev.mimic.tls.bouncycastle.TlsFixture.only;
import static dev.mimic.tls.bouncycastle.TlsFixture.send;

import dev.mimic.Context;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests against the server and the client of GnuTLS. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class GnutlsTest {
  private final Implementation implementation;
  private final TlsFixture fixture;

  GnutlsTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.implementation = implementation;
    this.fixture = new TlsFixture(implementation, folder);
  }

  /** A server on a port that the test chooses, since the program cannot choose one. */
  private record Server(Program program, int port) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      program.close();
    }
  }

  // The program has no option to listen on loopback only.
  private Server server(String... options) throws Exception {
    for (int attempt = 0; ; attempt++) {
      int port = TlsFixture.freePort();
      Program program = start(port, options);
      try {
        program.await("listening on IPv4 .* port " + port + "\\.\\.\\.done");
        return new Server(program, port);
      } catch (IOException taken) {
        program.close();
        if (attempt == 5) {
          throw taken;
        }
      }
    }
  }

  /** Writes a key file with the public key, which GnuTLS needs and the JDK omits. */
  private String key(String name) throws Exception {
    String written = fixture.file(name + ".gnutls.key");
    try (Program openssl =
        Program.start("openssl", "ec", "-in", fixture.file(name + ".key"), "-out", written)) {
      assertThat(openssl.awaitEnd()).isEqualTo(0);
    }
    return written;
  }

  private Program start(int port, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("gnutls-serv", "--echo", "-p", "" + port));
    command.addAll(List.of("--x509certfile", fixture.file("server.pem")));
    command.addAll(List.of("--x509keyfile", key("server")));
    command.addAll(List.of(options));
    return Program.start(command);
  }

  @ParameterizedTest
  @EnumSource
  void client_ofMimic_exchangesData(TlsVersion version) throws Exception {
    try (Server server = server();
        Flow flow = fixture.connect(server.port(), only(version))) {
      assertEchoed(flow, "hello");
      server.program().await("Version: TLS1." + (version == TlsVersion.TLS_1_3 ? 3 : 2));
    }
  }

  private static void assertEchoed(Flow flow, String line) throws IOException {
    send(flow, line);
    assertThat(line(flow)).isEqualTo(line);
  }

  @ParameterizedTest
  @EnumSource
  void client_ofMimic_sendsCertificateAndAlpn(TlsVersion version) throws Exception {
    TlsIdentity client =
        Certificates.identity(fixture.authority().request().commonName("the client").issue());
    Context settings =
        only(version).with(Tls.IDENTITY, client).with(Tls.ALPN, List.of("h2", "imap"));
    try (Server server =
            server(
                "--require-client-cert",
                "--verify-client-cert",
                "--x509cafile",
                fixture.file("ca.pem"),
                "--alpn=imap",
                "--alpn-fatal");
        Flow flow = fixture.connect(server.port(), settings)) {
      assertEchoed(flow, "hello");
      assertThat(flow.info().attributes()).containsEntry("alpn", "imap");
      server.program().await("Subject: CN=the client");
    }
  }

  @ParameterizedTest
  @EnumSource
  void client_ofMimic_resumesSession(TlsVersion version) throws Exception {
    try (Server server = server()) {
      for (int i = 0; i < 2; i++) {
        try (Flow flow = fixture.connect(server.port(), only(version))) {
          assertEchoed(flow, "hello");
          server.program().await("received cmd: hello"); // printed after the line on resumption
        }
      }
      boolean resumed = server.program().printedSoFar().contains("This is a resumed session");
      assertThat(resumed).isEqualTo(implementation.resumes(version));
    }
  }

  @ParameterizedTest
  @EnumSource
  void server_ofMimic_exchangesDataToEnd(TlsVersion version) throws Exception {
    try (FlowServer server = fixture.echo(only(version));
        Program client = client(server)) {
      client.await("The certificate is trusted");
      assertEchoed(client, "hello");
      client.endInput();
      assertThat(client.awaitEnd()).isEqualTo(0);
    }
  }

  private static void assertEchoed(Program client, String line) throws Exception {
    client.type(line);
    client.await(line);
  }

  @ParameterizedTest
  @EnumSource
  void server_ofMimic_receivesCertificateAndAlpn(TlsVersion version) throws Exception {
    Context settings =
        only(version)
            .with(Tls.CLIENT_TRUST, Certificates.trust(fixture.authority()))
            .with(Tls.ALPN, List.of("imap"));
    try (FlowServer server = fixture.serve(settings, GnutlsTest::tell);
        Program client =
            client(
                server,
                "--x509certfile",
                fixture.file("client.pem"),
                "--x509keyfile",
                key("client"),
                "--alpn=h2",
                "--alpn=imap")) {
      client.await("Application protocol: imap");
      client.await("CN=a client speaks imap");
      assertThat(client.awaitEnd()).isEqualTo(0);
    }
  }

  private static void tell(Flow flow) throws IOException {
    flow.find(TlsFlow.class).orElseThrow().handshake();
    SSLSession session = flow.find(SSLSession.class).orElseThrow();
    String protocol = flow.info().attributes().get("alpn");
    send(flow, session.getPeerPrincipal().getName() + " speaks " + protocol);
  }

  @ParameterizedTest
  @EnumSource
  void server_ofMimic_resumesSession(TlsVersion version) throws Exception {
    try (FlowServer server = fixture.echo(only(version));
        Program client = client(server)) {
      assertEchoed(client, "hello");
      client.type("^resume^");
      assertEchoed(client, "hello again");
      boolean resumed = client.printedSoFar().contains("This is a resumed session");
      assertThat(resumed).isEqualTo(implementation.resumes(version));
    }
  }

  @Test
  void server_keyUpdateRequested_continues() throws Exception {
    try (FlowServer server = fixture.echo(only(TlsVersion.TLS_1_3));
        Program client = client(server)) {
      for (String command :
          List.of("^rekey^", "^rekey1^")) { // the client's keys; those of both sides
        client.type(command);
        client.await("Rekey was completed");
        assertEchoed(client, "after " + command.replace("^", ""));
      }
    }
  }

  @Test
  void server_renegotiationRequested_refuses() throws Exception {
    try (FlowServer server = fixture.echo(only(TlsVersion.TLS_1_2));
        Program client = client(server)) {
      assertEchoed(client, "hello");
      client.type("^renegotiate^");
      client.await("ReHandshake has failed");
    }
  }

  private Program client(FlowServer server, String... options) throws IOException {
    String port = server.address().replaceAll(".*:", "");
    List<String> command = new ArrayList<>(List.of("gnutls-cli", "127.0.0.1", "-p", port));
    command.addAll(List.of("--sni-hostname=localhost", "--verify-hostname=localhost"));
    command.addAll(List.of("--x509cafile", fixture.file("ca.pem"), "--inline-commands"));
    command.addAll(List.of(options));
    return Program.start(command);
  }
}
