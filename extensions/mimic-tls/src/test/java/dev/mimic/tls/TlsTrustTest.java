package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimic.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTrustTest {
  private final X509Certificate one = TestAuthority.create().root();
  private final X509Certificate two = TestAuthority.create().root();

  @TempDir Path folder;

  @Test
  void keyStore_ofPlatform_isEmpty() {
    assertThat(TlsTrust.platform().keyStore()).isEmpty();
    assertThat(TlsTrust.platform().certificates()).isEmpty();
    assertThat(TlsTrust.platform().toString()).isEqualTo("the platform's authorities");
    assertThat(TlsTrust.platform()).isEqualTo(TlsTrust.platform());
    assertThat(TlsTrust.platform()).isNotEqualTo(TlsTrust.of(one));
  }

  @Test
  void keyStore_ofCertificates_containsThem() throws Exception {
    KeyStore store = TlsTrust.of(one, two).keyStore().orElseThrow();
    assertThat(store.size()).isEqualTo(2);
    assertThat(store.getCertificateAlias(one)).isNotNull();
    assertThat(store.getCertificateAlias(two)).isNotNull();
  }

  @Test
  void equals_sameCertificates_isTrue() {
    assertThat(TlsTrust.of(one, two)).isEqualTo(TlsTrust.of(List.of(two, one, two)));
    assertThat(TlsTrust.of(one, two).hashCode()).isEqualTo(TlsTrust.of(two, one).hashCode());
    assertThat(TlsTrust.of(one)).isNotEqualTo(TlsTrust.of(two));
    assertThat(TlsTrust.of(one)).isNotEqualTo(TlsTrust.of(one, two));
    assertThat(TlsTrust.of(one, two).toString()).isEqualTo("2 certificates");
    assertThat(TlsTrust.of(one, one).toString()).isEqualTo("1 certificate");
  }

  @Test
  void of_noCertificates_isRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> TlsTrust.of(List.of()));
    assertThat(e).hasMessageThat().contains("certificates must not be empty");
  }

  @Test
  void ofPem_severalCertificates_trustsAll() throws Exception {
    Path file = folder.resolve("ca.pem");
    Files.writeString(file, "# Ours\n" + pem() + "\n\nanother:\n" + pem() + pem());
    assertThat(TlsTrust.ofPem(file)).isEqualTo(TlsTrust.of(one, two));
    assertThat(TlsTrust.parsePem(Files.readString(file))).isEqualTo(TlsTrust.of(one, two));
  }

  @Test
  void parsePem_otherWhitespaceOrByteOrderMark_isRead() throws Exception {
    for (String text :
        List.of(
            pem().replace("\n", "\r\n"),
            pem().replace("\n", "\r"),
            pem().replace("\n", " \n\t"),
            pem().replace("\n", "\n\n"),
            "\ufeff" + pem(),
            pem().strip(),
            pem().replaceAll("(?<=[A-Za-z0-9+/])\n(?=[A-Za-z0-9+/])", ""))) {
      Path file = Files.writeString(folder.resolve("ca.pem"), text);
      assertWithMessage(text).that(TlsTrust.ofPem(file)).isEqualTo(TlsTrust.of(one, two));
      assertThat(TlsTrust.parsePem(text)).isEqualTo(TlsTrust.of(one, two));
    }
  }

  @Test
  void ofPem_utf16File_isRead() throws Exception {
    for (var charset : List.of(UTF_16LE, UTF_16BE)) {
      Path file = Files.writeString(folder.resolve("ca.pem"), "\ufeff" + pem(), charset);
      assertThat(TlsTrust.ofPem(file)).isEqualTo(TlsTrust.of(one, two));
    }
  }

  @Test
  void ofPem_bundleOfHost_isRead() throws Exception {
    Path bundle = Path.of("/etc/ssl/certs/ca-certificates.crt");
    assumeTrue(Files.isReadable(bundle), "there is no " + bundle);
    assertThat(TlsTrust.ofPem(bundle).certificates().size()).isGreaterThan(50);
  }

  @Test
  void parsePem_otherContent_isNamed() throws Exception {
    String key = Certificates.block("PRIVATE KEY", new byte[] {1, 2, 3});
    assertRefused(
        key, "holds a private key and no certificate: give a file with a line -----BEGIN");
    assertRefused(
        key + Certificates.block("X509 CRL", new byte[] {1}),
        "holds a private key, a revocation list and no certificate");
    assertRefused(
        Certificates.block("CERTIFICATE REQUEST", new byte[] {1}),
        "holds a certificate request and");
    assertRefused(Certificates.block("ODD", new byte[] {1}), "holds a block of ODD and");
    assertRefused("", "is empty: a PEM file");
    assertRefused(" \n\n", "is empty: a PEM file");
    assertRefused("hello", "is not PEM: it has no line such as -----BEGIN CERTIFICATE-----");
    assertRefused("0\u0001", "is not PEM: it has no line such as");
    assertRefused("ssh-ed25519 AAAA", "looks like a public key of SSH, not PEM");
    assertRefused("PuTTY-User-Key-File-3: ssh-ed25519\n", "looks like a key of PuTTY, not PEM");
  }

  @Test
  void parsePem_damaged_namesDamage() throws Exception {
    String good = okhttp3.tls.Certificates.certificatePem(one);
    String[] lines = good.lines().toArray(String[]::new);
    assertRefused(
        "\n" + good.replace("-----END CERTIFICATE-----\n", ""),
        "is damaged: the CERTIFICATE of line 2 has no end, as if it had been cut");
    assertRefused(
        good.replace("-----END CERTIFICATE-----\n", "") + good,
        "is damaged: where the CERTIFICATE of line 1 should end, in line "
            + lines.length
            + ", there is no -----END CERTIFICATE-----");
    assertRefused(
        good.replace("END CERTIFICATE", "END X"), "there is no -----END CERTIFICATE-----");
    assertRefused(
        good.replace(lines[2], "?" + lines[2].substring(1)),
        "is damaged: the content of the CERTIFICATE of line 1 is not Base64");
    assertRefused(lines[0] + "\n" + lines[lines.length - 1], "the CERTIFICATE of line 1 is empty");
    assertRefused(
        good + Certificates.block("CERTIFICATE", new byte[] {48, 3, 2, 1, 5}),
        "is damaged: the CERTIFICATE of line " + (lines.length + 1) + " is not a valid certif");
  }

  @Test
  void ofPem_unreadableFile_statesReason() throws Exception {
    Path missing = folder.resolve("missing.pem");
    assertThat(assertThrows(IOException.class, () -> TlsTrust.ofPem(missing)))
        .hasMessageThat()
        .isEqualTo("there is no file " + missing);
    assertThat(assertThrows(IOException.class, () -> TlsTrust.ofPem(folder)))
        .hasMessageThat()
        .isEqualTo(folder + " is a directory: give the PEM file in it");
  }

  @Test
  void ofPem_javaKeyStore_isNamed() throws Exception {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setCertificateEntry("x", one);
    Path file = folder.resolve("x.jks");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    assertThat(assertThrows(IOException.class, () -> TlsTrust.ofPem(file)))
        .hasMessageThat()
        .startsWith(file + " looks like a Java key store, not PEM: convert it with: keytool ");
  }

  @Test
  void ofPem_endlessFile_isRefused() {
    Path zeros = Path.of("/dev/zero");
    assumeTrue(Files.isReadable(zeros), "there is no " + zeros);
    assertThat(assertThrows(IOException.class, () -> TlsTrust.ofPem(zeros)))
        .hasMessageThat()
        .isEqualTo("/dev/zero is larger than 16 MiB, the limit for a PEM file");
  }

  private void assertRefused(String text, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), text);
    var ofFile = assertThrows(IOException.class, () -> TlsTrust.ofPem(file));
    assertThat(ofFile).hasMessageThat().startsWith(file + " ");
    assertThat(ofFile).hasMessageThat().contains(message);
    var ofText = assertThrows(IOException.class, () -> TlsTrust.parsePem(text));
    assertThat(ofText).hasMessageThat().startsWith("the PEM text ");
    assertThat(ofText).hasMessageThat().contains(message);
  }

  private String pem() {
    return okhttp3.tls.Certificates.certificatePem(one)
        + okhttp3.tls.Certificates.certificatePem(two);
  }
}
