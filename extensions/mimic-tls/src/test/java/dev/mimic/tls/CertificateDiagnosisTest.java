package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateDiagnosisTest {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String ROOT = "CN=Test authority";

  private final TestAuthority authority = TestAuthority.create();
  private final TlsTrust trust = Certificates.trust(authority);

  @Test
  void chain_trusted_isAccepted() throws Exception {
    TlsIdentity local =
        Certificates.identity(authority.intermediate("Middle"), "localhost", "127.0.0.1");
    assertThat(EnginePair.refusalOfServer(trust, local, "localhost")).isEmpty();
    assertThat(EnginePair.refusalOfServer(trust, local, "127.0.0.1")).isEmpty();
    assertThat(EnginePair.refusalOfClient(trust, local, local)).isEmpty();
    TlsIdentity own = Certificates.identity(authority.request("localhost").selfSigned().issue());
    assertThat(EnginePair.refusalOfServer(TlsTrust.of(own.chain()), own, "localhost")).isEmpty();
  }

  @Test
  void certificate_expired_namesItsLastDate() throws Exception {
    Instant end = now.minus(DAY);
    TlsIdentity expired =
        Certificates.identity(authority.request("localhost").validity(end.minus(DAY), end).issue());
    assertRefused(
        expired, "the certificate of CN=localhost has expired: it was valid until " + end);
  }

  @Test
  void certificate_notYetValid_namesItsFirstDate() throws Exception {
    Instant start = now.plus(DAY);
    TlsIdentity early =
        Certificates.identity(
            authority.request("localhost").validity(start, start.plus(DAY)).issue());
    assertRefused(
        early, "the certificate of CN=localhost is not valid yet: it will be from " + start);
  }

  @Test
  void certificate_selfSigned_showsFingerprint() throws Exception {
    TlsIdentity own = Certificates.identity(authority.request("localhost").selfSigned().issue());
    assertRefused(
        own,
        "the certificate of CN=localhost is signed by itself, which is not trusted (trusted: 1"
            + " certificate): if it is yours, trust its certificate; its SHA-256"
            + " fingerprint is ");
  }

  @Test
  void fingerprint_ofCertificate_equalsThatOfOpenssl(@TempDir Path folder) throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    TestCertificate certificate = authority.request("localhost").selfSigned().issue();
    TlsIdentity own = Certificates.identity(certificate);
    certificate.writePem(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    String printed = openssl.run("x509 -in cert.pem -noout -fingerprint -sha256").strip();
    assertRefused(own, "fingerprint is " + printed.substring(printed.indexOf('=') + 1));
  }

  @Test
  void authority_untrusted_isNamed() throws Exception {
    TestAuthority other = TestAuthority.create();
    TlsIdentity whole = withChain(Certificates.identity(other, "localhost"), other.root());
    assertRefused(
        whole, "the certificate of CN=localhost was issued by " + ROOT + ", which is not trusted");
    assertThat(EnginePair.refusalOfServer(TlsTrust.platform(), whole, "localhost").orElseThrow())
        .contains("which is not trusted (trusted: the platform's authorities): if it is yours");
  }

  @Test
  void authority_otherKeySameName_isDistinguished() throws Exception {
    assertRefused(
        Certificates.identity(TestAuthority.create(), "localhost"),
        "the certificate of CN=localhost was issued by another "
            + ROOT
            + " than the trusted one: the name is the same, the key is not");
  }

  @Test
  void intermediate_missing_isNamed() throws Exception {
    TlsIdentity issued = Certificates.identity(authority.intermediate("Middle"), "localhost");
    TlsIdentity alone = TlsIdentity.of(issued.privateKey(), issued.chain().subList(0, 1));
    assertRefused(
        alone,
        "the certificate of CN=localhost was issued by CN=Middle, which is not trusted (trusted: 1"
            + " certificate): trust it, or let the peer send its certificate if a trusted authority"
            + " issued that");
  }

  @Test
  void chain_incompleteFromPublicAuthority_blamesPeer(@TempDir Path folder) throws Exception {
    X509Certificate leaf =
        signedByOpenssl(
            folder, "rsa:2048", "", "authorityInfoAccess=caIssuers;URI:http://a.example/x.der");
    assertThat(diagnosis(List.of(leaf), List.of(), TlsTrust.platform()).explain(refusal()))
        .isEqualTo(
            "the chain is not complete: the certificate of CN=leaf was issued by CN=issuer, whose"
                + " certificate the peer must send");
  }

  @Test
  void host_other_namesHostsOfCertificate() throws Exception {
    TlsIdentity other = Certificates.identity(authority, "db.example", "*.db.example", "192.0.2.1");
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
  void hosts_many_areShortened() throws Exception {
    String[] hosts = IntStream.range(0, 100).mapToObj(i -> "h" + i).toArray(String[]::new);
    assertRefused(
        Certificates.identity(authority, hosts),
        "it is for h0, h1, h2, h3, h4, h5, h6, h7 and 92 more");
  }

  @Test
  void issuer_notAuthority_isRefused() throws Exception {
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(1).build();
    HeldCertificate leaf = new HeldCertificate.Builder().commonName("leaf").signedBy(root).build();
    HeldCertificate forged =
        new HeldCertificate.Builder()
            .commonName("localhost")
            .addSubjectAlternativeName("localhost")
            .signedBy(leaf)
            .build();
    TlsIdentity server =
        TlsIdentity.of(
            forged.keyPair().getPrivate(), List.of(forged.certificate(), leaf.certificate()));
    assertThat(EnginePair.refusalOfServer(TlsTrust.of(root.certificate()), server, "localhost"))
        .hasValue("the certificate of CN=leaf issued another, but is not marked as an authority's");
  }

  @Test
  void purpose_other_isNamed(@TempDir Path folder) throws Exception {
    signedByOpenssl(folder, "rsa:2048", "", "extendedKeyUsage=clientAuth");
    TlsTrust issuer = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    assertThat(EnginePair.refusalOfServer(issuer, leaf(folder), "localhost"))
        .hasValue("the certificate of CN=leaf is not for servers: its purposes are clients");
    signedByOpenssl(folder, "rsa:2048", "", "extendedKeyUsage=serverAuth");
    TlsTrust other = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    TlsIdentity server = Certificates.identity(authority, "localhost");
    assertThat(EnginePair.refusalOfClient(other, leaf(folder), server))
        .hasValue("the certificate of CN=leaf is not for clients: its purposes are servers");
  }

  @Test
  void clientCertificate_refused_givesSameReasons() throws Exception {
    TlsIdentity server = Certificates.identity(authority, "localhost");
    Instant end = now.minus(DAY);
    TlsIdentity expired =
        Certificates.identity(authority.request("me").validity(end.minus(DAY), end).issue());
    assertThat(EnginePair.refusalOfClient(trust, expired, server).orElseThrow())
        .contains("the certificate of CN=me has expired: it was valid until " + end);
    TlsIdentity untrusted = Certificates.identity(TestAuthority.create(), "me");
    assertThat(EnginePair.refusalOfClient(trust, untrusted, server).orElseThrow())
        .contains("the certificate of CN=me was issued by another " + ROOT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rsa:2048 | -md5 | it is signed with MD5withRSA: its owner has to get one that is signed",
        "rsa:2048 | -sha1 | it is signed with SHA1withRSA: its owner has to get one that is signed",
        "rsa:2048 | -sha1 -sigopt rsa_padding_mode:pss | it is signed with RSASSA-PSS: its owner",
        "rsa:1024 | -sha256 | its RSA key has 1024 bits: its owner has to get one with 2048",
        "rsa:2047 | -sha256 | its RSA key has 2047 bits: its owner has to get one with 2048"
      })
  void weakCertificate_onEitherSide_isRefused(
      String key, String options, String sentence, @TempDir Path folder) throws Exception {
    signedByOpenssl(folder, key, " " + options, "subjectAltName=DNS:localhost");
    TlsTrust issuer = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    assertThat(EnginePair.refusalOfServer(issuer, leaf(folder), "localhost").orElseThrow())
        .startsWith("the certificate of CN=leaf is too weak: " + sentence);
    TlsIdentity server = Certificates.identity(authority, "localhost");
    assertThat(EnginePair.refusalOfClient(issuer, leaf(folder), server).orElseThrow())
        .startsWith("the certificate of CN=leaf is too weak: " + sentence);
  }

  @Test
  void weakCertificate_trusted_isAccepted(@TempDir Path folder) throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    openssl.run(
        "req -x509 -sha1 -newkey rsa:1024 -noenc -subj /CN=leaf -keyout leaf.key -out leaf.pem"
            + " -addext subjectAltName=DNS:localhost");
    TlsTrust itself = TlsTrust.ofPem(folder.resolve("leaf.pem"));
    assertThat(EnginePair.refusalOfServer(itself, leaf(folder), "localhost")).isEmpty();
  }

  @Test
  void weakRoot_trusted_isAcceptedEvenIfSent(@TempDir Path folder) throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    openssl.run(
        "req -x509 -sha1 -newkey rsa:1024 -noenc -subj /CN=issuer -keyout i.key -out issuer.pem");
    Files.writeString(folder.resolve("extensions"), "subjectAltName=DNS:localhost\n");
    openssl.run("req -newkey rsa:2048 -noenc -subj /CN=leaf -keyout leaf.key -out leaf.csr");
    openssl.run(
        "x509 -req -sha256 -in leaf.csr -CA issuer.pem -CAkey i.key -CAcreateserial -extfile"
            + " extensions -out leaf.pem");
    TlsTrust root = TlsTrust.ofPem(folder.resolve("issuer.pem"));
    TlsIdentity whole = withChain(leaf(folder), root.certificates().get(0));
    assertThat(EnginePair.refusalOfServer(root, leaf(folder), "localhost")).isEmpty();
    assertThat(EnginePair.refusalOfServer(root, whole, "localhost")).isEmpty();
  }

  @Test
  void host_onlyInCommonName_isRefused() {
    TlsIdentity local = Certificates.identity(authority.request().commonName("localhost").issue());
    assertThat(diagnosis(local.chain(), List.of("localhost"), trust).explain(refusal()))
        .isEqualTo(
            "the certificate of CN=localhost is not for localhost: it has no subjectAltName, and TLS"
                + " ignores the common name");
  }

  @Test
  void refusal_otherReason_quotesProvider() {
    TlsIdentity local = Certificates.identity(authority, "localhost");
    assertThat(diagnosis(local.chain(), List.of("localhost"), trust).explain(refusal()))
        .isEqualTo("the certificate of CN=localhost was refused: not today");
    assertThat(diagnosis(List.of(), List.of(), trust).explain(refusal()))
        .isEqualTo("the peer has sent no certificate");
  }

  @Test
  void subject_withLineEnds_isEscaped() {
    TlsIdentity withLineEnds =
        Certificates.identity(
            authority.request().commonName("a\nb\u202e" + "x".repeat(10_000)).issue());
    String sentence =
        diagnosis(withLineEnds.chain(), List.of("localhost"), trust).explain(refusal());
    assertThat(sentence).doesNotContain("\n");
    assertThat(sentence).doesNotContain("\u202e");
    assertThat(sentence.length()).isLessThan(500);
  }

  @Test
  void refusal_always_hasProvidersExceptionAsCause() throws Exception {
    TlsIdentity own = Certificates.identity(authority.request("localhost").selfSigned().issue());
    X509Certificate[] chain = own.chain().toArray(new X509Certificate[0]);
    var manager = new ExplainingTrustManager(EnginePair.delegate(trust), trust);
    for (var check :
        List.<Executable>of(
            () -> manager.checkServerTrusted(chain, "ECDHE_ECDSA"),
            () -> manager.checkClientTrusted(chain, "EC"))) {
      var e = assertThrows(RefusedCertificateException.class, check);
      assertThat(e).hasMessageThat().contains("is signed by itself");
      assertThat(e).hasCauseThat().isInstanceOf(CertificateException.class);
    }
    assertThat(manager.getAcceptedIssuers()).asList().containsExactly(authority.root());
  }

  private void assertRefused(TlsIdentity server, String sentence) throws Exception {
    assertThat(EnginePair.refusalOfServer(trust, server, "localhost").orElseThrow())
        .contains(sentence);
    // The sentence does not depend on the provider.
    assertThat(diagnosis(server.chain(), List.of("localhost"), trust).explain(refusal()))
        .contains(sentence);
  }

  private static CertificateDiagnosis diagnosis(
      List<X509Certificate> chain, List<String> hosts, TlsTrust trust) {
    return new CertificateDiagnosis(
        chain,
        CertificateDiagnosis.Peer.SERVER,
        hosts.stream().map(ServerName::of).findFirst(),
        trust,
        trust::certificates);
  }

  private static CertificateException refusal() {
    return new CertificateException("not today");
  }

  private static TlsIdentity withChain(TlsIdentity identity, X509Certificate issuer) {
    return TlsIdentity.of(identity.privateKey(), List.of(identity.chain().get(0), issuer));
  }

  /** Returns a certificate that openssl signs with options that {@link TestAuthority} lacks. */
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

  private static TlsIdentity leaf(Path folder) throws IOException {
    return TlsIdentity.ofPem(folder.resolve("leaf.pem"), folder.resolve("leaf.key"));
  }
}
