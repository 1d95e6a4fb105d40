package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TestAuthorityTest {
  private final TestAuthority authority = TestAuthority.create();

  @Test
  void certificate_ofHosts_hasThemAsAlternativeNames() throws Exception {
    TestCertificate issued =
        authority.certificate("localhost", "*.example.org", "a_b.example", "127.0.0.1", "::1");
    X509Certificate leaf = issued.chain().get(0);
    leaf.verify(authority.root().getPublicKey());
    leaf.checkValidity();
    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactly(
            List.of(2, "localhost"),
            List.of(2, "*.example.org"),
            List.of(2, "a_b.example"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"));
    assertThat(issued.toString()).isEqualTo("CN=localhost");
  }

  @Test
  void certificate_withoutHosts_isRefused() {
    assertThrows(IllegalArgumentException.class, authority::certificate);
    TestCertificate alice = authority.request().commonName("alice").issue();
    assertThat(alice.toString()).isEqualTo("CN=alice");
  }

  @Test
  void validity_set_isUsed() {
    Instant from = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(3));
    Instant to = from.plus(Duration.ofDays(1));
    X509Certificate leaf = authority.request("a").validity(from, to).issue().chain().get(0);
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(from);
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(to);
  }

  @Test
  void rsaAndSelfSigned_set_areUsed() throws Exception {
    TestCertificate own = authority.request("a").rsa().selfSigned().issue();
    X509Certificate leaf = own.chain().get(0);
    assertThat(leaf.getPublicKey().getAlgorithm()).isEqualTo("RSA");
    leaf.verify(leaf.getPublicKey());
  }

  @Test
  void request_method_leavesRequestAsItWas() {
    TestAuthority.Request plain = authority.request("a");
    TestAuthority.Request named = plain.commonName("b").rsa();
    assertThat(plain.issue().chain().get(0).getSubjectX500Principal().getName()).isEqualTo("CN=a");
    assertThat(plain.issue().privateKey().getAlgorithm()).isEqualTo("EC");
    assertThat(named.issue().chain().get(0).getSubjectX500Principal().getName()).isEqualTo("CN=b");
    assertThat(named.issue().privateKey().getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void issue_twice_hasOtherSerialNumberAndKey() {
    TestAuthority.Request request = authority.request("a");
    X509Certificate one = request.issue().chain().get(0);
    X509Certificate two = request.issue().chain().get(0);
    assertThat(one.getSerialNumber()).isNotEqualTo(two.getSerialNumber());
    assertThat(one.getPublicKey()).isNotEqualTo(two.getPublicKey());
  }

  @Test
  void intermediate_certificate_hasChainWithoutRoot() throws Exception {
    TestAuthority low = authority.intermediate("Middle").intermediate("Low");
    List<X509Certificate> chain = low.certificate("localhost").chain();
    assertThat(chain.stream().map(c -> c.getSubjectX500Principal().getName()).toList())
        .containsExactly("CN=localhost", "CN=Low", "CN=Middle")
        .inOrder();
    chain.get(2).verify(authority.root().getPublicKey());
    assertThat(low.root()).isEqualTo(authority.root());
    assertThat(low.authorityCertificate()).isEqualTo(chain.get(1));
  }

  @Test
  void intermediate_belowEightOthers_isRefused() {
    TestAuthority lowest = authority;
    for (int i = 0; i < 8; i++) {
      lowest = lowest.intermediate("Level " + i);
    }
    TestAuthority last = lowest;
    assertThrows(IllegalStateException.class, () -> last.intermediate("Level 8"));
  }

  @Test
  void pem_readByJdk_isTheChain() throws Exception {
    TestCertificate issued = authority.intermediate("Middle").certificate("localhost");
    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(
                    new ByteArrayInputStream(issued.chainPem().getBytes(US_ASCII))))
        .containsExactlyElementsIn(issued.chain())
        .inOrder();
    assertThat(issued.privateKeyPem()).startsWith("-----BEGIN PRIVATE KEY-----\n");
  }

  @Test
  void keyStore_hasTheKeyAndTheChain() throws Exception {
    TestCertificate issued = authority.certificate("localhost");
    KeyStore store = issued.keyStore("x".toCharArray());
    assertThat(store.getKey("test", "x".toCharArray())).isEqualTo(issued.privateKey());
    assertThat(store.getCertificateChain("test")).asList().isEqualTo(issued.chain());
  }

  @Test
  void contexts_ofSameAuthority_connect() throws Exception {
    SSLContext server = authority.context(authority.certificate("localhost"));
    assertThat(handshake(server, authority.context())).isEqualTo("CN=localhost");
  }

  @Test
  void contexts_ofDifferentAuthorities_areRefused() {
    SSLContext server = authority.context(authority.certificate("localhost"));
    SSLContext other = TestAuthority.create().context();
    assertThrows(SSLException.class, () -> handshake(server, other));
  }

  /** Returns the subject of the server's certificate. */
  private static String handshake(SSLContext server, SSLContext client) throws Exception {
    try (SSLServerSocket listening =
        (SSLServerSocket)
            server
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening.setSoTimeout(20_000);
      Running<Boolean> serving =
          Running.start(
              ThreadKind.VIRTUAL,
              () -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                  accepted.setSoTimeout(20_000);
                  accepted.startHandshake();
                  return true;
                } catch (IOException e) {
                  return false; // the client reports the reason
                }
              });
      String peer = peer(client, listening.getLocalSocketAddress());
      assertThat(serving.result()).isTrue();
      return peer;
    }
  }

  private static String peer(SSLContext client, SocketAddress at) throws IOException {
    try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket()) {
      socket.connect(at, 20_000);
      socket.setSoTimeout(20_000);
      socket.startHandshake();
      return socket.getSession().getPeerPrincipal().getName();
    }
  }
}
