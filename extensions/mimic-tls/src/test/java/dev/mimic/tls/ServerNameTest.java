package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.testkit.TestAuthority;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIServerName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of each rule on names. NamesTest in mimic-tls-bouncycastle tests them by handshakes. */
final class ServerNameTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org, true",
    "example.org, EXAMPLE.org., true",
    "EXAMPLE.ORG, example.org, true",
    "example.org., example.org, false", // names in certificates have no trailing dot (RFC 5280)
    "example.org, www.example.org, false",
    ".example.org, www.example.org, false",
    "a_b.example.org, a_b.example.org, true",
    "xn--bcher-kva.example, XN--bcher-kva.example, true",
    "localhost, localhost, true",
    "localhost, ::1, false",
    "*.example.org, a.example.org, true",
    "*.example.org, A.EXAMPLE.ORG., true",
    "*.example.org, a_b.example.org, true",
    "*.example.org, xn--bcher-kva.example.org, true",
    "*.example.org, a.b.example.org, false",
    "*.example.org, example.org, false",
    "*.example.org, .example.org, false",
    "a*.example.org, abc.example.org, false",
    "*a.example.org, aa.example.org, false",
    "a*b.example.org, acb.example.org, false",
    "a.*.example.org, a.b.example.org, false",
    "*.*.example.org, a.b.example.org, false",
    "www.*.org, www.example.org, false",
    "www.*, www.example, false",
    "*.org, example.org, false",
    "*, example, false",
    "*., example, false",
    "*..org, a..org, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "127.0.0.1, 127.1, false",
    "127.0.0.1, 2130706433, false",
    "127.0.0.1, 127.0.0.01, false",
    "::1, ::1, true",
    "::1, 0:0:0:0:0:0:0:1, true",
    "fe80::1, fe80::1%eth0, true",
    "fe80::1, fe80::2%eth0, false",
    "*.0.0.1, 127.0.0.1, false"
  })
  void refusal_anyName_followsRules(String name, String host, boolean isAccepted) {
    X509Certificate certificate = AUTHORITY.certificate(name).chain().get(0);
    assertThat(ServerName.of(host).refusal(certificate).isEmpty()).isEqualTo(isAccepted);
  }

  @ParameterizedTest
  @CsvSource({
    "DNS:127.0.0.1, 127.0.0.1, false",
    "DNS:127.1, 127.1, false",
    "IP:127.0.0.1, 127.0.0.1, true",
    "email:me@localhost, localhost, false",
    "URI:https://localhost/, localhost, false",
    "DNS:localhost, localhost, true"
  })
  void refusal_everyKindOfName_followsRules(
      String name, String host, boolean isAccepted, @TempDir Path folder) throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    openssl.run(
        "req -x509 -newkey rsa:2048 -noenc -subj /CN=%s -addext subjectAltName=%s"
                .formatted(host, name)
            + " -keyout key.pem -out cert.pem");
    X509Certificate certificate = TlsTrust.ofPem(folder.resolve("cert.pem")).certificates().get(0);
    assertThat(ServerName.of(host).refusal(certificate).isEmpty()).isEqualTo(isAccepted);
  }

  @Test
  void refusal_unsupportedWildcard_statesRule() {
    X509Certificate certificate = AUTHORITY.certificate("*.org", "a").chain().get(0);
    assertThat(ServerName.of("example.org").refusal(certificate))
        .hasValue(
            "the certificate of CN=*.org is not for example.org: it is for *.org, a (a wildcard"
                + " must be the whole first label, with two more after it)");
  }

  @Test
  void refusal_veryLongWildcard_isFast() {
    String name = "*" + ".a".repeat(20_000);
    X509Certificate certificate = AUTHORITY.request(name).commonName("x").issue().chain().get(0);
    assertThat(ServerName.of("b" + ".a".repeat(20_000)).refusal(certificate)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bücher.example", "example\u212a.org", "a\u3002b"})
  void of_notAscii_isRefused(String host) {
    var refused = assertThrows(IllegalArgumentException.class, () -> ServerName.of(host));
    assertThat(refused).hasMessageThat().contains("must be ASCII");
    assertThrows(
        IllegalArgumentException.class,
        () -> TlsClient.builder(TlsProvider.jsse()).serverName(host));
  }

  @Test
  void of_notAscii_namesAsciiForm() {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> ServerName.of("bücher.example"));
    assertThat(refused)
        .hasMessageThat()
        .isEqualTo(
            "the server's name (bücher.example) must be ASCII, such as xn--bcher-kva.example");
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org",
    "example.org., example.org",
    "a_b.example.org, a_b.example.org",
    "_sip.example.org., _sip.example.org",
    "localhost, localhost"
  })
  void sent_ofName_hasNoTrailingDot(String host, String expected) {
    List<SNIServerName> sent = ServerName.of(host).sent();
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getType()).isEqualTo(0);
    assertThat(new String(sent.get(0).getEncoded(), US_ASCII)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1%eth0", "127.1", "127.0.0.1."})
  void sent_ofAddress_isEmpty(String host) {
    assertWithMessage(host).that(ServerName.of(host).sent()).isEmpty();
  }
}
