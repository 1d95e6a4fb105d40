package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsTrust;
import dev.mimic.tls.TlsVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of failed handshakes. Each side gets the reason in one line, by an alert if the other side
 * refused, and everything is closed.
 */
@Timeout(60)
final class RefusalTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final TestAuthority UNTRUSTED = TestAuthority.create();
  private static final TlsIdentity LOCALHOST = Certificates.identity(AUTHORITY, "localhost");
  private final Instant now = Instant.now();
  private static final Duration DAY = Duration.ofDays(1);

  static Stream<Arguments> eachProviderAndVersion() {
    return Stream.of(Providers.values())
        .flatMap(p -> Stream.of(TlsVersion.values()).map(version -> Arguments.of(p, version)));
  }

  private static TlsClient.Builder client(Providers providers, TlsVersion version) {
    return TlsClient.builder(providers.client())
        .trust(Certificates.trust(AUTHORITY))
        .versions(Set.of(version));
  }

  private static TlsServer.Builder server(
      Providers providers, TlsVersion version, TlsIdentity identity) {
    return TlsServer.builder(providers.server(), identity).versions(Set.of(version));
  }

  private static ExchangeOutcome withServerOf(
      TlsIdentity identity, Providers providers, TlsVersion version) throws Exception {
    return ExchangeOutcome.of(
        client(providers, version).build(), server(providers, version, identity).build());
  }

  private static void assertServerIsRefused(ExchangeOutcome outcome) {
    assertThat(outcome.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(outcome.server().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(outcome.clientMessage()).startsWith("no TLS with pipe(far): the certificate of CN=");
    assertThat(outcome.serverMessage())
        .containsMatch(
            "^no TLS with pipe\\(near\\): the peer (refused|says that) the certificate shown to it"
                + ".* \\(alert \\w*certificate\\w*\\)$");
    assertOneLine(outcome);
  }

  private static void assertOneLine(ExchangeOutcome outcome) {
    for (String line : List.of(outcome.clientMessage(), outcome.serverMessage())) {
      assertThat(line.lines().count()).isEqualTo(1);
      assertWithMessage("%s names no class", line).that(line).doesNotContainMatch("\\w\\.\\w+\\.");
      assertWithMessage("%s is no trace", line).that(line).doesNotContain("Exception");
    }
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_otherName_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    ExchangeOutcome outcome =
        withServerOf(Certificates.identity(AUTHORITY, "example.org"), providers, version);
    assertServerIsRefused(outcome);
    assertThat(outcome.clientMessage()).contains("is not for localhost: it is for example.org");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_expired_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity expired =
        Certificates.identity(
            AUTHORITY.request("localhost").validity(now.minus(DAY), now.minusSeconds(60)).issue());
    ExchangeOutcome outcome = withServerOf(expired, providers, version);
    assertServerIsRefused(outcome);
    assertThat(outcome.clientMessage()).contains("has expired: it was valid until ");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_notYetValid_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity early =
        Certificates.identity(
            AUTHORITY
                .request("localhost")
                .validity(now.plus(DAY), now.plus(DAY).plus(DAY))
                .issue());
    ExchangeOutcome outcome = withServerOf(early, providers, version);
    assertServerIsRefused(outcome);
    assertThat(outcome.clientMessage()).contains("is not valid yet: it will be from ");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_untrustedAuthority_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    ExchangeOutcome outcome =
        withServerOf(Certificates.identity(UNTRUSTED, "localhost"), providers, version);
    assertServerIsRefused(outcome);
    assertThat(outcome.clientMessage()).contains("was issued by another CN=Test authority");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_selfSigned_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity own = Certificates.identity(AUTHORITY.request("localhost").selfSigned().issue());
    ExchangeOutcome outcome = withServerOf(own, providers, version);
    assertServerIsRefused(outcome);
    assertThat(outcome.clientMessage()).contains("is signed by itself, which is not trusted");
    assertThat(outcome.clientMessage()).contains("trust its certificate");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_selfSignedAndTrusted_isAccepted(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity own = Certificates.identity(AUTHORITY.request("localhost").selfSigned().issue());
    ExchangeOutcome outcome =
        ExchangeOutcome.of(
            client(providers, version).trust(TlsTrust.of(own.chain().get(0))).build(),
            server(providers, version, own).build());
    assertThat(outcome).isEqualTo(new ExchangeOutcome(Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void serverCertificate_withoutIntermediate_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    TestCertificate whole = AUTHORITY.intermediate("between").certificate("localhost");
    TlsIdentity identity = Certificates.identity(whole);
    assertThat(withServerOf(identity, providers, version).client()).isEmpty();
    TlsIdentity alone = TlsIdentity.of(whole.privateKey(), whole.chain().subList(0, 1));
    ExchangeOutcome outcome = withServerOf(alone, providers, version);
    assertServerIsRefused(outcome);
    assertThat(outcome.clientMessage()).contains("was issued by CN=between, which is not trusted");
    assertThat(outcome.clientMessage()).contains("let the peer send its certificate");
  }

  private static ExchangeOutcome withClientOf(
      Optional<TlsIdentity> identity, Providers providers, TlsVersion version) throws Exception {
    TlsClient.Builder client = client(providers, version);
    identity.ifPresent(client::identity);
    TlsServer server =
        server(providers, version, LOCALHOST).clientTrust(Certificates.trust(AUTHORITY)).build();
    return ExchangeOutcome.of(client.build(), server);
  }

  // In TLS 1.3 the client's handshake completes before the server checks its certificate.
  private static void assertClientIsRefused(ExchangeOutcome outcome) {
    assertThat(outcome.server().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(outcome.serverMessage()).startsWith("no TLS with pipe(near): the ");
    assertThat(outcome.clientMessage())
        .containsMatch("^(no TLS with pipe|tls\\(pipe\\(far\\)\\) is)");
    assertOneLine(outcome);
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void clientCertificate_missing_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    ExchangeOutcome outcome = withClientOf(Optional.empty(), providers, version);
    assertClientIsRefused(outcome);
    assertThat(outcome.clientMessage())
        .contains("the server wants a client certificate: give one as Tls.IDENTITY");
    assertThat(outcome.serverMessage())
        .contains("the client has shown no certificate, and this server demands one");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void clientCertificate_untrustedAuthority_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    ExchangeOutcome outcome =
        withClientOf(Optional.of(Certificates.identity(UNTRUSTED, "ada")), providers, version);
    assertClientIsRefused(outcome);
    // A client may send no certificate if it has none that the server would accept.
    assertThat(outcome.serverMessage())
        .containsMatch("was issued by another CN=Test|has shown no certificate");
    assertThat(outcome.clientMessage())
        .containsMatch("refused the certificate shown to it|wants a client certificate");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void clientCertificate_expired_isRefused(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity expired =
        Certificates.identity(
            AUTHORITY.request("ada").validity(now.minus(DAY), now.minusSeconds(60)).issue());
    ExchangeOutcome outcome = withClientOf(Optional.of(expired), providers, version);
    assertClientIsRefused(outcome);
    assertThat(outcome.serverMessage()).contains("the certificate of CN=ada has expired");
    assertThat(outcome.clientMessage()).contains("the certificate shown to it");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void clientCertificate_trusted_isAccepted(Providers providers, TlsVersion version)
      throws Exception {
    ExchangeOutcome outcome =
        withClientOf(Optional.of(Certificates.identity(AUTHORITY, "ada")), providers, version);
    assertThat(outcome).isEqualTo(new ExchangeOutcome(Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void version_noneInCommon_isNamedOnBothSides(Providers providers, TlsVersion version)
      throws Exception {
    TlsVersion other = version == TlsVersion.TLS_1_3 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
    ExchangeOutcome outcome =
        ExchangeOutcome.of(
            client(providers, version).build(), server(providers, other, LOCALHOST).build());
    assertThat(outcome.clientMessage())
        .isEqualTo(
            "no TLS with pipe(far): the peer speaks none of the versions of TLS offered to it"
                + " (alert protocol_version)");
    assertThat(outcome.serverMessage())
        .isEqualTo(
            "no TLS with pipe(near): the two sides have no version of TLS in common"
                + " (Tls.VERSIONS)");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void cipherSuite_noneInCommon_isNamedOnBothSides(Providers providers, TlsVersion version)
      throws Exception {
    String suites = version == TlsVersion.TLS_1_3 ? "TLS_AES_" : "TLS_ECDHE_ECDSA_WITH_AES_";
    ExchangeOutcome outcome =
        ExchangeOutcome.of(
            client(providers, version).cipherSuites(List.of(suites + "128_GCM_SHA256")).build(),
            server(providers, version, LOCALHOST)
                .cipherSuites(List.of(suites + "256_GCM_SHA384"))
                .build());
    assertThat(outcome.clientMessage())
        .isEqualTo(
            "no TLS with pipe(far): the peer refused: most often there is no cipher suite in"
                + " common (alert handshake_failure)");
    assertThat(outcome.serverMessage())
        .isEqualTo(
            "no TLS with pipe(near): the two sides have no cipher suite in common"
                + " (Tls.CIPHER_SUITES)");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void alpn_noneInCommon_isNamedOnBothSides(Providers providers, TlsVersion version)
      throws Exception {
    ExchangeOutcome outcome =
        ExchangeOutcome.of(
            client(providers, version).alpn(List.of("h2", "http/1.1")).build(),
            server(providers, version, LOCALHOST).alpn(List.of("imap")).build());
    assertThat(outcome.clientMessage())
        .isEqualTo(
            "no TLS with pipe(far): the peer speaks none of the application protocols offered to"
                + " it (ALPN) (alert no_application_protocol)");
    assertThat(outcome.serverMessage())
        .isEqualTo(
            "no TLS with pipe(near): the two sides have no application protocol in common"
                + " (ALPN)");
  }

  // The client has sent its request when the server refuses. The alert must not be lost.
  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void refusal_ofClientOverTcp_reachesClient(Providers providers, TlsVersion version)
      throws Exception {
    TlsServer server =
        server(providers, version, LOCALHOST).clientTrust(Certificates.trust(AUTHORITY)).build();
    ExchangeOutcome outcome =
        ExchangeOutcome.of(Wire.tcp(), client(providers, version).build(), server);
    assertThat(outcome.clientMessage())
        .contains("the server wants a client certificate: give one as Tls.IDENTITY");
  }
}
