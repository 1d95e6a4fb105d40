package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.ThreadKind;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the parts of a client that libraries over TLS use: its trust and its protocols. */
@Timeout(60)
final class TlsClientTest {
  private final TestAuthority authority = TestAuthority.create();
  private final TlsIdentity identity = Certificates.identity(authority, "localhost");
  private final TlsProvider provider = TlsProvider.jsse();
  private final TlsClient client =
      TlsClient.builder(provider).trust(Certificates.trust(authority)).alpn(List.of("git")).build();

  @Test
  void withAlpn_otherProtocols_negotiatesThem() throws Exception {
    assertThat(agreed(client.withAlpn(List.of("h2", "http/1.1")))).isEqualTo("h2");
    assertThat(agreed(client)).isEqualTo("git"); // unchanged
  }

  private String agreed(TlsClient offering) throws Exception {
    FlowPipe pipe = FlowPipe.create();
    TlsServer server =
        TlsServer.builder(provider, identity).alpn(List.of("git", "h2", "http/1.1")).build();
    Running<TlsFlow> upgrading =
        Running.start(
            ThreadKind.VIRTUAL,
            () ->
                Tls.upgrade(
                    pipe.near(),
                    offering,
                    new HostPort("localhost", 1),
                    Deadline.after(Duration.ofSeconds(20), TimeSource.system())));
    try (TlsFlow far = Tls.upgrade(pipe.far(), server)) {
      far.handshake();
      try (TlsFlow near = upgrading.result()) {
        return near.applicationProtocol().orElse("none");
      }
    }
  }

  @Test
  void withAlpn_emptyName_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> client.withAlpn(List.of("")));
  }

  @Test
  void trustManager_ofCertificates_returnsThemAsIssuers() throws Exception {
    X509TrustManager manager = client.trustManager();
    assertThat(manager.getAcceptedIssuers()).asList().containsExactly(authority.root());
    manager.checkServerTrusted(chain(identity), "ECDHE_ECDSA");
  }

  @Test
  void trustManager_untrustedChain_statesReason() throws Exception {
    X509TrustManager manager = client.trustManager();
    X509Certificate[] untrusted = chain(Certificates.identity(TestAuthority.create(), "localhost"));
    CertificateException refused =
        assertThrows(
            CertificateException.class, () -> manager.checkServerTrusted(untrusted, "ECDHE_ECDSA"));
    assertThat(refused).hasMessageThat().contains("than the trusted one");
  }

  @Test
  void trustManager_ofPlatform_returnsItsAuthorities() throws Exception {
    X509TrustManager manager = TlsClient.builder(provider).build().trustManager();
    assertThat(manager.getAcceptedIssuers()).isNotEmpty();
  }

  @Test
  void trustManager_ofOwnContext_refusesEveryChain() throws Exception {
    SSLContext context =
        provider.context(Optional.empty(), Optional.of(Certificates.trust(authority)));
    X509TrustManager manager = TlsClient.builder(provider).context(context).build().trustManager();
    assertThat(manager.getAcceptedIssuers()).isEmpty();
    X509Certificate[] chain = chain(identity);
    CertificateException refused =
        assertThrows(
            CertificateException.class, () -> manager.checkServerTrusted(chain, "ECDHE_ECDSA"));
    assertThat(refused).hasMessageThat().contains("Tls.TRUST in place of Tls.CONTEXT");
  }

  private static X509Certificate[] chain(TlsIdentity of) {
    return of.chain().toArray(X509Certificate[]::new);
  }
}
