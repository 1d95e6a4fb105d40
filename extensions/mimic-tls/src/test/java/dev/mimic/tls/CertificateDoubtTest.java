package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateDoubtTest {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String ROOT = "CN=Mimic local authority";

  private final LocalAuthority authority = LocalAuthority.create();
  private final TlsTrust trust = authority.trust();

  @Test
  void whatIsTrustedIsAccepted() throws Exception {
    TlsIdentity local = authority.intermediate("Middle").identity("localhost", "127.0.0.1");
    assertThat(EnginePair.refusalOfServer(trust, local, "localhost")).isEmpty();
    assertThat(EnginePair.refusalOfServer(trust, local, "127.0.0.1")).isEmpty();
    assertThat(EnginePair.refusalOfClient(trust, local, local)).isEmpty();
    TlsIdentity own = authority.request("localhost").selfSigned().issue();
    assertThat(EnginePair.refusalOfServer(TlsTrust.of(own.chain()), own, "localhost")).isEmpty();
  }

  @Test
  void anExpiredCertificateSaysUntilWhenItWasValid() throws Exception {
    Instant end = now.minus(DAY);
    TlsIdentity expired = authority.request("localhost").validity(end.minus(DAY), end).issue();
    assertRefused(
        expired, "the certificate of CN=localhost has expired: it was valid until " + end);
  }

  @Test
  void aCertificateOfTomorrowSaysFromWhenItIsValid() throws Exception {
    Instant start = now.plus(DAY);
    TlsIdentity early = authority.request("localhost").validity(start, start.plus(DAY)).issue();
    assertRefused(
        early, "the certificate of CN=localhost is not valid yet: it will be from " + start);
  }

  @Test
  void aSelfSignedCertificateShowsItsFingerprint() throws Exception {
    TlsIdentity own = authority.request("localhost").selfSigned().issue();
    assertRefused(
        own,
        "the certificate of CN=localhost is signed by itself, which is not trusted (trusted: 1"
            + " certificate): if it is yours, trust its certificate; its SHA-256"
            + " fingerprint is ");
  }

  @Test
  void theFingerprintIsTheOneOfOpenssl(@TempDir Path folder) throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    TlsIdentity own = authority.request("localhost").selfSigned().issue();
    own.writePem(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    String printed = openssl.run("x509 -in cert.pem -noout -fingerprint -sha256").strip();
    assertRefused(own, "fingerprint is " + printed.substring(printed.indexOf('=') + 1));
  }

  @Test
  void anUnknownAuthorityIsNamed() throws Exception {
    LocalAuthority other = LocalAuthority.create();
    TlsIdentity whole = withChain(other.identity("localhost"), other.certificate());
    assertRefused(
        whole, "the certificate of CN=localhost was issued by " + ROOT + ", which is not trusted");
    assertThat(EnginePair.refusalOfServer(TlsTrust.platform(), whole, "localhost").orElseThrow())
        .contains("which is not trusted (trusted: the platform's authorities): if it is yours");
  }

  @Test
  void anAuthorityOfTheSameNameIsToldApart() throws Exception {
    assertRefused(
        LocalAuthority.create().identity("localhost"),
        "the certificate of CN=localhost was issued by another "
            + ROOT
            + " than the trusted one: the name is the same, the key is not");
  }

  @Test
  void aMissingIntermediateIsNamed() throws Exception {
    TlsIdentity issued = authority.intermediate("Middle").identity("localhost");
    TlsIdentity alone = TlsIdentity.of(issued.privateKey(), issued.chain().subList(0, 1));
    assertRefused(
        alone,
        "the certificate of CN=localhost was issued by CN=Middle, which is not trusted (trusted: 1"
            + " certificate): trust it, or let the peer send its certificate if a trusted authority"
            + " issued that");
  }

  @Test
  void anIncompleteChainFromAPublicAuthorityIsThePeersFault(@TempDir Path folder) throws Exception {
    X509Certificate leaf =
        signedByOpenssl(
            folder, "rsa:2048", "", "authorityInfoAccess=caIssuers;URI:http://a.example/x.der");
    assertThat(doubt(List.of(leaf), List.of(), TlsTrust.platform()).sentence(refusal()))
        .isEqualTo(
            "the chain is not complete: the certificate of CN=leaf was issued by CN=issuer, whose"
                + " certificate the peer must send");
  }

  @Test
  void anotherHostIsToldFromThoseTheCertificateIsFor() throws Exception {
    TlsIdentity other = authority.identity("db.example", "*.db.example", "192.0.2.1");
    assertRefused(
        other,
        "the certificate of CN=db.example is not for localhost: it is for db.example,"
            + " *.db.example, 192.0.2.1");
    assertThat(EnginePair.refusalOfServer(trust, other, "127.0.0.1").orElseThrow())
        .contains("is not for 127.0.0.1: it is for db.example");
    assertThat(EnginePair.refusalOfServer(trust, other, "a.b.db.example").orElseThrow())
        .contains("is not for a.b.db.example: it is for db.example");
  }

  @Test
  void manyHostsAreNotAllShown() throws Exception {
    String[] hosts = IntStream.range(0, 100).mapToObj(i -> "h" + i).toArray(String[]::new);
    assertRefused(
        authority.identity(hosts), "it is for h0, h1, h2, h3, h4, h5, h6, h7 and 92 more");
  }

  @Test
  void whoIsNoAuthorityIssuesNothing() throws Exception {
    TlsIdentity leaf = authority.identity("leaf");
    KeyPair keys = TlsKeyType.P_256.generate();
    X509Certificate forged =
        new CertificateMaker("localhost", keys.getPublic())
            .signedBy(leaf.chain().get(0), leaf.privateKey());
    assertRefused(
        TlsIdentity.of(keys.getPrivate(), List.of(forged, leaf.chain().get(0))),
        "the certificate of CN=leaf issued another, but says that it is no authority's");
  }

  @Test
  void aCertificateForAnotherUseIsToldApart() throws Exception {
    assertRefused(
        authority.request("localhost").forClients().issue(),
        "the certificate of CN=localhost is not for servers: its purposes are clients");
    TlsIdentity server = authority.request("localhost").forServers().issue();
    assertThat(EnginePair.refusalOfClient(trust, server, server))
        .hasValue("the certificate of CN=localhost is not for clients: its purposes are servers");
  }

  @Test
  void aClientIsToldTheSame() throws Exception {
    TlsIdentity server = authority.identity("localhost");
    Instant end = now.minus(DAY);
    TlsIdentity expired = authority.request("me").validity(end.minus(DAY), end).issue();
    assertThat(EnginePair.refusalOfClient(trust, expired, server).orElseThrow())
        .contains("the certificate of CN=me has expired: it was valid until " + end);
    TlsIdentity stranger = LocalAuthority.create().identity("me");
    assertThat(EnginePair.refusalOfClient(trust, stranger, server).orElseThrow())
        .contains("the certificate of CN=me was issued by another " + ROOT);
  }

  @Test
  void aWeakSignatureIsNamed(@TempDir Path folder) throws Exception {
    X509Certificate leaf = signedByOpenssl(folder, "rsa:2048", " -md5", "subjectAltName=DNS:a");
    TlsTrust issuer = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    assertThat(doubt(List.of(leaf), List.of("a"), issuer).sentence(refusal()))
        .isEqualTo("the certificate of CN=leaf is too weak: it is signed with MD5withRSA");
  }

  @Test
  void aWeakKeyIsNamed(@TempDir Path folder) throws Exception {
    X509Certificate leaf = signedByOpenssl(folder, "rsa:1024", "", "subjectAltName=DNS:a");
    TlsTrust issuer = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    assertThat(doubt(List.of(leaf), List.of("a"), issuer).sentence(refusal()))
        .isEqualTo("the certificate of CN=leaf is too weak: its key has 1024 bits");
  }

  @Test
  void aCommonNameIsNoHost() {
    TlsIdentity local = authority.request().commonName("localhost").issue();
    assertThat(doubt(local.chain(), List.of("localhost"), trust).sentence(refusal()))
        .isEqualTo(
            "the certificate of CN=localhost is not for localhost: it has no alternative names, and"
                + " its common name is no host to TLS");
  }

  @Test
  void anythingElseIsWhatTheProviderSays() {
    TlsIdentity local = authority.identity("localhost");
    assertThat(doubt(local.chain(), List.of("localhost"), trust).sentence(refusal()))
        .isEqualTo("the certificate of CN=localhost was refused: not today");
    assertThat(doubt(List.of(), List.of(), trust).sentence(refusal()))
        .isEqualTo("the peer has sent no certificate");
  }

  @Test
  void aPeerCannotWriteLinesOfALog() {
    TlsIdentity odd = authority.request().commonName("a\nb\u202e" + "x".repeat(10_000)).issue();
    String sentence = doubt(odd.chain(), List.of("localhost"), trust).sentence(refusal());
    assertThat(sentence).doesNotContain("\n");
    assertThat(sentence).doesNotContain("\u202e");
    assertThat(sentence.length()).isLessThan(500);
  }

  @Test
  void theProvidersExceptionIsTheCause() throws Exception {
    TlsIdentity own = authority.request("localhost").selfSigned().issue();
    X509Certificate[] chain = own.chain().toArray(new X509Certificate[0]);
    var manager = new ExplainingTrustManager(EnginePair.deciding(trust), trust);
    for (var check :
        List.<Executable>of(
            () -> manager.checkServerTrusted(chain, "ECDHE_ECDSA"),
            () -> manager.checkClientTrusted(chain, "EC"))) {
      var e = assertThrows(RefusedCertificateException.class, check);
      assertThat(e).hasMessageThat().contains("is signed by itself");
      assertThat(e).hasCauseThat().isInstanceOf(CertificateException.class);
    }
    assertThat(manager.getAcceptedIssuers()).asList().containsExactly(authority.certificate());
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org, true",
    "example.org, EXAMPLE.org., true",
    "*.example.org, a.example.org, true",
    "*.example.org, a.b.example.org, false",
    "*.example.org, example.org, false",
    "a*.example.org, abc.example.org, true",
    "a.example.org, b.example.org, false",
    "a.*.org, a.example.org, false",
    "a+.example.org, aa.example.org, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "0:0:0:0:0:0:0:1, ::1, true",
    "fe80:0:0:0:0:0:0:1, fe80::1%eth0, true",
    "*.0.0.1, 127.0.0.1, false",
    "localhost, ::1, false"
  })
  void namesMatchAsRfc9525HasIt(String name, String host, boolean expected) {
    assertThat(CertificateHosts.matches(name, host)).isEqualTo(expected);
  }

  private void assertRefused(TlsIdentity server, String sentence) throws Exception {
    assertThat(EnginePair.refusalOfServer(trust, server, "localhost").orElseThrow())
        .contains(sentence);
    // Whatever a provider says, it is the same.
    assertThat(doubt(server.chain(), List.of("localhost"), trust).sentence(refusal()))
        .contains(sentence);
  }

  private static CertificateDoubt doubt(
      List<X509Certificate> chain, List<String> hosts, TlsTrust trust) {
    return new CertificateDoubt(
        chain, CertificateDoubt.Peer.SERVER, hosts, trust, trust.certificates());
  }

  private static CertificateException refusal() {
    return new CertificateException("not today");
  }

  private static TlsIdentity withChain(TlsIdentity identity, X509Certificate issuer) {
    return TlsIdentity.of(identity.privateKey(), List.of(identity.chain().get(0), issuer));
  }

  /** Returns what openssl makes and signs, in a way that no authority of ours would. */
  private static X509Certificate signedByOpenssl(
      Path folder, String key, String options, String extension) throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    Files.writeString(folder.resolve("extensions"), extension + "\n");
    openssl.run("req -x509 -newkey rsa:2048 -noenc -subj /CN=issuer -keyout i.key -out issuer.pem");
    openssl.run(
        "req -newkey %s -noenc -subj /CN=leaf -keyout leaf.key -out leaf.csr".formatted(key));
    openssl.run(
        "x509 -req -in leaf.csr -CA issuer.pem -CAkey i.key -CAcreateserial -extfile extensions"
            + " -out leaf.pem"
            + options);
    return TlsTrust.ofPem(folder.resolve("leaf.pem")).certificates().get(0);
  }
}
