package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.guice.MimicModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsTrust;
import dev.mimic.tls.TlsVersion;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that server names follow the same rules with every provider, compared to other programs.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NamesTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();

  @TempDir Path folder;

  /**
   * Each row is a name in a certificate, a host, and whether each program accepts it. OpenSSL and
   * curl accept everything that Mimic accepts.
   */
  @ParameterizedTest
  @CsvSource({
    // name, host, mimic, openssl, curl
    "example.org, example.org, yes, yes, yes",
    "EXAMPLE.org, example.ORG, yes, yes, yes",
    "example.org, www.example.org, no, no, no",
    "xn--bcher-kva.example, xn--bcher-kva.example, yes, yes, yes",
    "*.example.org, www.example.org, yes, yes, yes",
    "*.example.org, a.www.example.org, no, no, no",
    "*.example.org, example.org, no, no, no",
    "a*.example.org, ab.example.org, no, yes, no",
    "*a.example.org, ba.example.org, no, yes, no",
    "*.*.example.org, a.b.example.org, no, no, no",
    "www.*.org, www.example.org, no, no, no",
    "*.org, example.org, no, no, no",
    "10.1.2.3, 10.1.2.3, yes, yes, yes",
    "10.1.2.3, 10.1.2.4, no, no, no"
  })
  void name_everyProvider_followsSameRule(
      String name, String host, String mimic, String openssl, String curl) throws Exception {
    TestCertificate certificate = AUTHORITY.request(name).commonName(host).issue();
    List<String> messages = new ArrayList<>();
    for (Providers providers : List.of(Providers.JSSE, Providers.BOUNCY_CASTLE)) {
      for (TlsVersion version : TlsVersion.values()) {
        TlsClient client =
            TestPeers.clientOf(providers, version).trust(trust()).serverName(host).build();
        ExchangeOutcome outcome = ExchangeOutcome.of(client, server(providers, certificate));
        assertWithMessage("%s, %s: %s", providers, version, outcome)
            .that(outcome.client().isEmpty())
            .isEqualTo(mimic.equals("yes"));
        messages.add(outcome.clientMessage());
      }
    }
    assertThat(messages.stream().distinct().toList()).hasSize(1);
    if (mimic.equals("no")) {
      assertThat(messages.get(0)).contains("is not for " + host + ": it is for " + name);
    }
    assertWithMessage("openssl").that(opensslAccepts(certificate, host)).isEqualTo(openssl);
    assertWithMessage("curl").that(curlAccepts(certificate, host)).isEqualTo(curl);
  }

  private static TlsTrust trust() {
    return Certificates.trust(AUTHORITY);
  }

  private static TlsServer server(Providers providers, TestCertificate certificate) {
    return TlsServer.builder(providers.server(), Certificates.identity(certificate)).build();
  }

  private String opensslAccepts(TestCertificate certificate, String host) throws Exception {
    write(certificate);
    String option = host.matches("[0-9.]+") ? "-verify_ip" : "-verify_hostname";
    try (Program openssl =
        Program.start(
            "openssl", "verify", option, host, "-CAfile", file("ca.pem"), file("chain.pem"))) {
      return openssl.awaitEnd() == 0 ? "yes" : "no";
    }
  }

  private String curlAccepts(TestCertificate certificate, String host) throws Exception {
    write(certificate);
    try (FlowServer serving = echoing(Implementation.JSSE, certificate)) {
      String port = serving.address().substring(serving.address().lastIndexOf(':') + 1);
      try (Program curl =
          Program.start(
              "curl",
              "--silent",
              "--noproxy",
              "*",
              "--max-time",
              "20",
              "--connect-to",
              "::127.0.0.1:" + port,
              "--cacert",
              file("ca.pem"),
              "https://" + host + "/")) {
        int code = curl.awaitEnd();
        return switch (code) {
          case 60 -> "no"; // the exit code for a refused certificate
          case 0, 1, 52 -> "yes"; // accepted; the echo is not a valid HTTP response
          default -> "code " + code;
        };
      }
    }
  }

  private static FlowServer echoing(Implementation implementation, TestCertificate certificate)
      throws IOException {
    MimicResolver resolver =
        Deployment.of("names", new UnixLikeModule(), (MimicModule) implementation.module())
            .resolver();
    Context identity = Context.empty().with(Tls.IDENTITY, Certificates.identity(certificate));
    return FlowServer.builder()
        .reporter((what, failure) -> {}) // the test asserts on the client's view
        .serve(
            resolver.with(identity).listen("tls://127.0.0.1:0"),
            flow -> flow.inputStream().transferTo(flow.outputStream()));
  }

  private void write(TestCertificate certificate) throws IOException {
    Files.writeString(folder.resolve("ca.pem"), AUTHORITY.rootPem());
    certificate.writePem(folder.resolve("chain.pem"), folder.resolve("key.pem"));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @ParameterizedTest
  @EnumSource
  void commonName_alone_isRefused(Providers providers) throws Exception {
    TestCertificate certificate = AUTHORITY.request().commonName("localhost").issue();
    TlsClient client = TestPeers.clientOf(providers, TlsVersion.TLS_1_3).trust(trust()).build();
    assertThat(ExchangeOutcome.of(client, server(providers, certificate)).clientMessage())
        .isEqualTo(
            "no TLS with pipe(far): the certificate of CN=localhost is not for localhost: it has no"
                + " subjectAltName, and TLS ignores the common name");
  }

  @ParameterizedTest
  @EnumSource
  void ownContext_trustsEverything_stillChecksName(Providers providers) throws Exception {
    SSLContext context =
        SSLContext.getInstance(
            "TLS",
            providers.client() == Providers.JSSE.client()
                ? SSLContext.getDefault().getProvider()
                : new BouncyCastleJsseProvider(new BouncyCastleProvider()));
    context.init(null, new TrustManager[] {new TrustAllManager()}, null);
    TlsServer other = server(providers, AUTHORITY.certificate("example.org"));
    for (TlsVersion version : TlsVersion.values()) {
      TlsClient client =
          TlsClient.builder(providers.client()).context(context).versions(Set.of(version)).build();
      for (int i = 0; i < 2; i++) { // the second connection may resume the session
        ExchangeOutcome outcome = ExchangeOutcome.of(client, other);
        assertThat(outcome.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
        assertThat(outcome.clientMessage())
            .isEqualTo(
                "no TLS with pipe(far): the certificate of CN=example.org is not for localhost: it"
                    + " is for example.org");
      }
      TlsServer right = server(providers, AUTHORITY.certificate("localhost"));
      assertThat(ExchangeOutcome.of(client, right).client()).isEmpty();
    }
  }

  /** A trust manager that accepts every certificate without checking names. */
  private static final class TrustAllManager extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Bouncy Castle refuses to send names with underscores, so these rows are for the JDK only. */
  @ParameterizedTest
  @CsvSource({
    "JSSE, example.org, example.org",
    "JSSE, example.org., example.org",
    "JSSE, a_b.example.org, a_b.example.org",
    "JSSE, _a.b_.example.org., _a.b_.example.org",
    "BOUNCY_CASTLE, example.org, example.org",
    "BOUNCY_CASTLE, example.org., example.org"
  })
  void sni_receivedByOpenssl_hasNoTrailingDot(
      Implementation implementation, String host, String sent) throws Exception {
    TlsFixture fixture = new TlsFixture(implementation, folder);
    fixture.write("named", fixture.authority().request(sent).commonName("named").issue());
    for (TlsVersion version : TlsVersion.values()) {
      Context settings = TlsFixture.only(version).with(Tls.SERVER_NAME, host);
      try (Program server =
              fixture.opensslServer(
                  "-rev",
                  "-servername",
                  sent,
                  "-cert2",
                  fixture.file("named.pem"),
                  "-key2",
                  fixture.file("named.key"));
          Flow flow = fixture.connect(fixture.port(server), settings)) {
        TlsFixture.send(flow, "abc");
        assertThat(TlsFixture.line(flow)).isEqualTo("cba");
      }
    }
  }

  /**
   * The JDK's servers refuse a handshake with such a name. The second connection does not send it.
   */
  @Test
  void underscore_everyProvider_connects() throws Exception {
    TestCertificate certificate = AUTHORITY.certificate("a_b.example");
    for (Implementation server : Implementation.values()) {
      for (Implementation client : Implementation.values()) {
        InMemoryNetwork network = InMemoryNetwork.create();
        Context identity = Context.empty().with(Tls.IDENTITY, Certificates.identity(certificate));
        Context trust = Context.empty().with(Tls.TRUST, trust());
        try (FlowServer serving =
                FlowServer.builder()
                    .reporter((what, failure) -> {})
                    .serve(
                        resolver(network, server).with(identity).listen("tls://a_b.example:443"),
                        flow -> flow.inputStream().transferTo(flow.outputStream()));
            Flow flow =
                resolver(network, client)
                    .with(trust)
                    .withTimeout(Duration.ofSeconds(20))
                    .resolve(serving.address())) {
          TlsFixture.send(flow, "hello");
          assertThat(TlsFixture.line(flow)).isEqualTo("hello");
        }
      }
    }
  }

  private static MimicResolver resolver(InMemoryNetwork network, Implementation implementation) {
    return Deployment.of(
            "names", new InMemoryModule(network), (MimicModule) implementation.module())
        .resolver();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rsa:1024 | -sha256 | its RSA key has 1024 bits: its owner has to get one with 2048 or more",
        "rsa:2048 | -sha1 | it is signed with SHA1withRSA: its owner has to get one that is signed"
      })
  void weakCertificate_everyProvider_isRefused(String key, String digest, String sentence)
      throws Exception {
    openssl("req -x509 -newkey rsa:2048 -noenc -subj /CN=issuer -keyout i.key -out issuer.pem");
    Files.writeString(folder.resolve("extensions"), "subjectAltName=DNS:localhost\n");
    openssl("req -newkey " + key + " -noenc -subj /CN=leaf -keyout leaf.key -out leaf.csr");
    openssl(
        "x509 -req -in leaf.csr -CA issuer.pem -CAkey i.key -CAcreateserial -extfile extensions"
            + " -out leaf.pem "
            + digest);
    TlsTrust issuer = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    TlsIdentity leaf = TlsIdentity.ofPem(folder.resolve("leaf.pem"), folder.resolve("leaf.key"));
    for (Providers providers : Providers.values()) {
      TlsClient client = TlsClient.builder(providers.client()).trust(issuer).build();
      ExchangeOutcome outcome =
          ExchangeOutcome.of(client, TlsServer.builder(providers.server(), leaf).build());
      assertThat(outcome.clientMessage())
          .startsWith("no TLS with pipe(far): the certificate of CN=leaf is too weak: " + sentence);
      TlsServer demanding =
          TlsServer.builder(providers.server(), TestPeers.LOCALHOST).clientTrust(issuer).build();
      TlsClient shown =
          TlsClient.builder(providers.client())
              .trust(Certificates.trust(TestPeers.AUTHORITY))
              .identity(leaf)
              .build();
      assertThat(ExchangeOutcome.of(shown, demanding).serverMessage())
          .startsWith(
              "no TLS with pipe(near): the certificate of CN=leaf is too weak: " + sentence);
    }
  }

  private void openssl(String arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of("openssl"),
                Stream.of(arguments.split(" ", -1))
                    .map(a -> a.matches("[a-z.]+") && a.contains(".") ? file(a) : a)
                    .map(a -> a.equals("extensions") ? file(a) : a))
            .toList();
    try (Program openssl = Program.start(command)) {
      assertWithMessage(arguments).that(openssl.awaitEnd()).isEqualTo(0);
    }
  }
}
