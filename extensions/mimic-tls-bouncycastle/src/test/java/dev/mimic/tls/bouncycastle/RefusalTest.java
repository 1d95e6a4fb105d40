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
 * Two sides that do not agree: each is told why in one clear line, and everything is closed. What
 * one side refuses, the other is told by an alert.
 */
@Timeout(60)
final class RefusalTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();
  private static final TestAuthority STRANGER = TestAuthority.create();
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

  private static Meeting withServerOf(TlsIdentity identity, Providers providers, TlsVersion version)
      throws Exception {
    return Meeting.of(
        client(providers, version).build(), server(providers, version, identity).build());
  }

  private static void assertServerIsRefused(Meeting meeting) {
    assertThat(meeting.client().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(meeting.server().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(meeting.clientSays()).startsWith("no TLS with pipe(far): the certificate of CN=");
    assertThat(meeting.serverSays())
        .containsMatch(
            "^no TLS with pipe\\(near\\): the peer (refused|says that) the certificate shown to it"
                + ".* \\(alert \\w*certificate\\w*\\)$");
    assertOneLine(meeting);
  }

  private static void assertOneLine(Meeting meeting) {
    for (String line : List.of(meeting.clientSays(), meeting.serverSays())) {
      assertThat(line.lines().count()).isEqualTo(1);
      assertWithMessage("%s names no class", line).that(line).doesNotContainMatch("\\w\\.\\w+\\.");
      assertWithMessage("%s is no trace", line).that(line).doesNotContain("Exception");
    }
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerOfAnotherName(Providers providers, TlsVersion version) throws Exception {
    Meeting meeting =
        withServerOf(Certificates.identity(AUTHORITY, "example.org"), providers, version);
    assertServerIsRefused(meeting);
    assertThat(meeting.clientSays()).contains("is not for localhost: it is for example.org");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerWhoseCertificateHasExpired(Providers providers, TlsVersion version) throws Exception {
    TlsIdentity expired =
        Certificates.identity(
            AUTHORITY.request("localhost").validity(now.minus(DAY), now.minusSeconds(60)).issue());
    Meeting meeting = withServerOf(expired, providers, version);
    assertServerIsRefused(meeting);
    assertThat(meeting.clientSays()).contains("has expired: it was valid until ");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerWhoseCertificateIsNotValidYet(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity early =
        Certificates.identity(
            AUTHORITY
                .request("localhost")
                .validity(now.plus(DAY), now.plus(DAY).plus(DAY))
                .issue());
    Meeting meeting = withServerOf(early, providers, version);
    assertServerIsRefused(meeting);
    assertThat(meeting.clientSays()).contains("is not valid yet: it will be from ");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerOfAnAuthorityThatIsNotTrusted(Providers providers, TlsVersion version)
      throws Exception {
    Meeting meeting =
        withServerOf(Certificates.identity(STRANGER, "localhost"), providers, version);
    assertServerIsRefused(meeting);
    assertThat(meeting.clientSays()).contains("was issued by another CN=Test authority");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerThatSignedItsCertificateItself(Providers providers, TlsVersion version)
      throws Exception {
    TlsIdentity own = Certificates.identity(AUTHORITY.request("localhost").selfSigned().issue());
    Meeting meeting = withServerOf(own, providers, version);
    assertServerIsRefused(meeting);
    assertThat(meeting.clientSays()).contains("is signed by itself, which is not trusted");
    assertThat(meeting.clientSays()).contains("trust its certificate");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerThatSignedItsCertificateItselfIsTrustedByNamingIt(
      Providers providers, TlsVersion version) throws Exception {
    TlsIdentity own = Certificates.identity(AUTHORITY.request("localhost").selfSigned().issue());
    Meeting meeting =
        Meeting.of(
            client(providers, version).trust(TlsTrust.of(own.chain().get(0))).build(),
            server(providers, version, own).build());
    assertThat(meeting).isEqualTo(new Meeting(Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aServerThatDoesNotSendTheIntermediate(Providers providers, TlsVersion version)
      throws Exception {
    TestCertificate whole = AUTHORITY.intermediate("between").certificate("localhost");
    TlsIdentity identity = Certificates.identity(whole);
    assertThat(withServerOf(identity, providers, version).client()).isEmpty();
    TlsIdentity alone = TlsIdentity.of(whole.privateKey(), whole.chain().subList(0, 1));
    Meeting meeting = withServerOf(alone, providers, version);
    assertServerIsRefused(meeting);
    assertThat(meeting.clientSays()).contains("was issued by CN=between, which is not trusted");
    assertThat(meeting.clientSays()).contains("let the peer send its certificate");
  }

  private static Meeting withClientOf(
      Optional<TlsIdentity> identity, Providers providers, TlsVersion version) throws Exception {
    TlsClient.Builder client = client(providers, version);
    identity.ifPresent(client::identity);
    TlsServer server =
        server(providers, version, LOCALHOST).clientTrust(Certificates.trust(AUTHORITY)).build();
    return Meeting.of(client.build(), server);
  }

  // In TLS 1.3 a client has shaken hands before the server looks at its certificate.
  private static void assertClientIsRefused(Meeting meeting) {
    assertThat(meeting.server().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
    assertThat(meeting.serverSays()).startsWith("no TLS with pipe(near): the ");
    assertThat(meeting.clientSays()).containsMatch("^(no TLS with pipe|tls\\(pipe\\(far\\)\\) is)");
    assertOneLine(meeting);
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aClientWithoutACertificateWhereOneIsDemanded(Providers providers, TlsVersion version)
      throws Exception {
    Meeting meeting = withClientOf(Optional.empty(), providers, version);
    assertClientIsRefused(meeting);
    assertThat(meeting.clientSays())
        .contains("the server wants a client certificate: give one as Tls.IDENTITY");
    assertThat(meeting.serverSays())
        .contains("the client has shown no certificate, and this server demands one");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aClientOfAnAuthorityThatIsNotTrusted(Providers providers, TlsVersion version)
      throws Exception {
    Meeting meeting =
        withClientOf(Optional.of(Certificates.identity(STRANGER, "ada")), providers, version);
    assertClientIsRefused(meeting);
    // It may have found that it has no certificate that the server would take, and shown none.
    assertThat(meeting.serverSays())
        .containsMatch("was issued by another CN=Test|has shown no certificate");
    assertThat(meeting.clientSays())
        .containsMatch("refused the certificate shown to it|wants a client certificate");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aClientWhoseCertificateHasExpired(Providers providers, TlsVersion version) throws Exception {
    TlsIdentity expired =
        Certificates.identity(
            AUTHORITY.request("ada").validity(now.minus(DAY), now.minusSeconds(60)).issue());
    Meeting meeting = withClientOf(Optional.of(expired), providers, version);
    assertClientIsRefused(meeting);
    assertThat(meeting.serverSays()).contains("the certificate of CN=ada has expired");
    assertThat(meeting.clientSays()).contains("the certificate shown to it");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aClientThatIsTrustedIsServed(Providers providers, TlsVersion version) throws Exception {
    Meeting meeting =
        withClientOf(Optional.of(Certificates.identity(AUTHORITY, "ada")), providers, version);
    assertThat(meeting).isEqualTo(new Meeting(Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void noVersionInCommon(Providers providers, TlsVersion version) throws Exception {
    TlsVersion other = version == TlsVersion.TLS_1_3 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
    Meeting meeting =
        Meeting.of(client(providers, version).build(), server(providers, other, LOCALHOST).build());
    assertThat(meeting.clientSays())
        .isEqualTo(
            "no TLS with pipe(far): the peer speaks none of the versions of TLS offered to it"
                + " (alert protocol_version)");
    assertThat(meeting.serverSays())
        .isEqualTo(
            "no TLS with pipe(near): the two sides have no version of TLS in common"
                + " (Tls.VERSIONS)");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void noCipherSuiteInCommon(Providers providers, TlsVersion version) throws Exception {
    String suites = version == TlsVersion.TLS_1_3 ? "TLS_AES_" : "TLS_ECDHE_ECDSA_WITH_AES_";
    Meeting meeting =
        Meeting.of(
            client(providers, version).cipherSuites(List.of(suites + "128_GCM_SHA256")).build(),
            server(providers, version, LOCALHOST)
                .cipherSuites(List.of(suites + "256_GCM_SHA384"))
                .build());
    assertThat(meeting.clientSays())
        .isEqualTo(
            "no TLS with pipe(far): the peer refused: most often there is no cipher suite in"
                + " common (alert handshake_failure)");
    assertThat(meeting.serverSays())
        .isEqualTo(
            "no TLS with pipe(near): the two sides have no cipher suite in common"
                + " (Tls.CIPHER_SUITES)");
  }

  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void noApplicationProtocolInCommon(Providers providers, TlsVersion version) throws Exception {
    Meeting meeting =
        Meeting.of(
            client(providers, version).alpn(List.of("h2", "http/1.1")).build(),
            server(providers, version, LOCALHOST).alpn(List.of("imap")).build());
    assertThat(meeting.clientSays())
        .isEqualTo(
            "no TLS with pipe(far): the peer speaks none of the application protocols offered to"
                + " it (ALPN) (alert no_application_protocol)");
    assertThat(meeting.serverSays())
        .isEqualTo(
            "no TLS with pipe(near): the two sides have no application protocol in common"
                + " (ALPN)");
  }

  // The client has written its question when the server refuses: no byte of the alert is lost.
  @ParameterizedTest
  @MethodSource("eachProviderAndVersion")
  void aClientIsToldWhyOverTcpToo(Providers providers, TlsVersion version) throws Exception {
    TlsServer server =
        server(providers, version, LOCALHOST).clientTrust(Certificates.trust(AUTHORITY)).build();
    Meeting meeting = Meeting.of(Wire.tcp(), client(providers, version).build(), server);
    assertThat(meeting.clientSays())
        .contains("the server wants a client certificate: give one as Tls.IDENTITY");
  }
}
