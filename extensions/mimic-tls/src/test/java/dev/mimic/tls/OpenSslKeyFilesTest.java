package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of private keys in every form that OpenSSL writes. */
final class OpenSslKeyFilesTest {
  private static final String P_256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
  private static final String PASSWORD = "pässwörd";

  @TempDir Path folder;
  private OpenSsl openssl;

  @BeforeEach
  void findOpenssl() {
    openssl = new OpenSsl(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048",
        P_256,
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-521",
        "-algorithm ED25519",
        "-algorithm ED448"
      })
  void key_everyKind_isRead(String kind) throws Exception {
    openssl.makeKey(kind, "key.pem", "cert.pem");
    TlsIdentity identity = read("key.pem");
    assertThat(identity.toString()).isEqualTo("CN=key.pem");
    assertThat(identity.privateKey().getClass().getName()).startsWith("sun.security.");
  }

  @Test
  void key_rsaInPkcs1_isRead() throws Exception {
    openssl.makeKey("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "key.pem", "cert.pem");
    openssl.run("rsa -traditional -in key.pem -out other.pem");
    assertThat(Pem.read(folder.resolve("other.pem")).blocks().get(0).label())
        .isEqualTo("RSA PRIVATE KEY");
    assertSameKey("other.pem");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ec",
        "pkcs8 -topk8 -nocrypt",
        "pkcs8 -topk8 -passout pass:" + PASSWORD, // the default
        "pkcs8 -topk8 -v2 aes128 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -v2 aes192 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -v2 aes256 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -v2 aes128 -v2prf hmacWithSHA224 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -v2 aes128 -v2prf hmacWithSHA384 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -v2 aes128 -v2prf hmacWithSHA512 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1 -passout pass:" + PASSWORD,
        "pkcs8 -topk8 -iter 100000 -passout pass:" + PASSWORD,
        "pkey -aes256 -passout pass:" + PASSWORD,
      })
  void key_everyForm_isEqual(String command) throws Exception {
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    openssl.run(command + " -in key.pem -out other.pem");
    assertSameKey("other.pem");
    if (command.contains("passout")) {
      assertRequiresPassword("other.pem");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ec -aes256|AES-256-CBC",
        "ec -des3|DES-EDE3-CBC",
        "pkcs8 -topk8 -scrypt|1.3.6.1.4.1.11591.4.11",
        "pkcs8 -topk8 -v2 camellia256|1.2.392.200011.61.1.1.1.4",
        "pkcs8 -topk8 -v2prf hmacWithSHA512-256|1.2.840.113549.2.13",
        "pkcs8 -topk8 -iter 10000001|more than 10000000 iterations",
        "pkcs8 -topk8 -v1 PBE-SHA1-3DES|1.2.840.113549.1.12.1.3",
        "pkcs8 -topk8 -v1 PBE-MD5-DES -provider default -provider legacy|1.2.840.113549.1.5.3",
        "pkcs8 -topk8 -v1 PBE-SHA1-RC2-40 -provider default -provider legacy"
            + "|1.2.840.113549.1.12.1.6"
      })
  void encryption_notPbes2_namesCommandThatConverts(String row) throws Exception {
    String[] columns = row.split("\\|", -1);
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    openssl.run(columns[0] + " -passout pass:" + PASSWORD + " -in key.pem -out other.pem");
    Path file = folder.resolve("other.pem");
    for (Executable reading :
        List.<Executable>of(
            () -> read("other.pem"), () -> TlsIdentity.ofPem(folder.resolve("cert.pem"), file))) {
      String refused = String.valueOf(assertThrows(IOException.class, reading).getMessage());
      assertThat(refused)
          .contains(
              "is encrypted in an unsupported way (%s): convert it with: openssl pkcs8"
                      .formatted(columns[1])
                  + " -topk8 -in %1$s -out %1$s.key".formatted(file));
      openssl.run(
          refused.substring(refused.indexOf("openssl ") + 8)
              + " -passin pass:%1$s -passout pass:%1$s".formatted(PASSWORD));
      assertSameKey("other.pem.key");
    }
  }

  @Test
  void key_inPkcs8WithAttributesAndPublicKey_isRead() throws Exception {
    // RFC 8410, section 10.3
    String pem =
        """
        -----BEGIN PRIVATE KEY-----
        MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
        Z9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PRIVATE KEY-----
        """;
    assertThat(PemKey.read(Pem.parse("the RFC's", pem), null).getAlgorithm()).isEqualTo("EdDSA");
  }

  private void assertSameKey(String key) throws IOException {
    assertThat(read(key)).isEqualTo(read("key.pem"));
  }

  private void assertRequiresPassword(String key) {
    Path chain = folder.resolve("cert.pem");
    Path file = folder.resolve(key);
    var wrong =
        assertThrows(
            IOException.class, () -> TlsIdentity.ofPem(chain, file, "hunter2".toCharArray()));
    assertThat(wrong).hasMessageThat().contains(file + " does not open with this password");
    assertThat(wrong).hasMessageThat().doesNotContain("hunter2");
    var empty = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, file, new char[0]));
    assertThat(empty).hasMessageThat().contains("does not open with this password");
    var missing = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, file));
    assertThat(missing).hasMessageThat().contains(file + " is encrypted: give its password");
  }

  @Test
  void key_sec1AfterParameters_isRead() throws Exception {
    openssl.run("ecparam -name prime256v1 -genkey -out key.pem");
    openssl.run("req -x509 -new -key key.pem -subj /CN=key.pem -days 2 -out cert.pem");
    assertThat(Pem.read(folder.resolve("key.pem")).kinds())
        .isEqualTo("a block of EC PARAMETERS, a private key");
    assertThat(read("key.pem").toString()).isEqualTo("CN=key.pem");
  }

  @Test
  void key_onUnsupportedCurve_isRefused() throws Exception {
    openssl.makeKey(
        "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", "k.pem", "cert.pem");
    var e = assertThrows(IOException.class, () -> read("k.pem"));
    assertThat(e).hasMessageThat().contains("k.pem: this JDK cannot sign with the key");
  }

  @Test
  void key_notForTls_isRefused() throws Exception {
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    openssl.run("genpkey -algorithm X25519 -out x.pem");
    var e = assertThrows(IOException.class, () -> read("x.pem"));
    assertThat(e)
        .hasMessageThat()
        .contains("x.pem has the algorithm 1.3.101.110: TLS needs an RSA");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pkcs12 -export -inkey key.pem -in cert.pem -passout pass:x|looks like PKCS #12",
        "x509 -in cert.pem -outform der|looks like a certificate in DER",
        "pkey -in key.pem -outform der|looks like a private key in DER",
        "ec -in key.pem -outform der|looks like a private key in DER",
        "pkcs8 -topk8 -in key.pem -outform der -passout pass:x|an encrypted private key in DER",
        "crl2pkcs7 -nocrl -certfile cert.pem -outform der|looks like PKCS #7"
      })
  void file_notPem_isNamed(String row) throws Exception {
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    String[] columns = row.split("\\|", -1);
    openssl.run(columns[0] + " -out other");
    for (String key : List.of("other", "key.pem")) {
      String chain = key.equals("other") ? "cert.pem" : "other";
      var e =
          assertThrows(
              IOException.class,
              () -> TlsIdentity.ofPem(folder.resolve(chain), folder.resolve(key)));
      assertThat(e).hasMessageThat().contains(folder.resolve("other") + " looks like ");
      assertThat(e).hasMessageThat().contains(columns[1]);
      assertThat(e).hasMessageThat().contains(", not PEM: convert it with: openssl ");
    }
  }

  @Test
  void command_namedInMessage_works() throws Exception {
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    for (String[] row :
        new String[][] {
          {"pkcs12 -export -inkey key.pem -in cert.pem -passout pass:x", " -passin pass:x"},
          {"x509 -in cert.pem -outform der", ""},
          {"pkey -in key.pem -outform der", ""},
          {"pkcs8 -topk8 -in key.pem -outform der -passout pass:x", " -passin pass:x"},
          {"crl2pkcs7 -nocrl -certfile cert.pem -outform der", ""}
        }) {
      openssl.run(row[0] + " -out other");
      var e = assertThrows(IOException.class, () -> Pem.read(folder.resolve("other")));
      String message = String.valueOf(e.getMessage());
      openssl.run(message.substring(message.indexOf("openssl ") + 8) + row[1]);
      assertWithMessage(message).that(Pem.read(folder.resolve("other.pem")).blocks()).isNotEmpty();
    }
  }

  @Test
  void file_convertedFromPkcs12_isRead() throws Exception {
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    openssl.run("pkcs12 -export -inkey key.pem -in cert.pem -name x -out x.p12 -passout pass:x");
    openssl.run("pkcs12 -in x.p12 -passin pass:x -noenc -out all.pem");
    assertThat(TlsIdentity.ofPem(folder.resolve("all.pem"), folder.resolve("all.pem")))
        .isEqualTo(read("key.pem"));
  }

  @Test
  void trustedCertificateAndPkcs7_converted_areRead() throws Exception {
    openssl.makeKey(P_256, "key.pem", "cert.pem");
    openssl.run("x509 -in cert.pem -trustout -out trusted.pem");
    openssl.run("crl2pkcs7 -nocrl -certfile cert.pem -out seven.pem");
    for (String file : List.of("trusted.pem", "seven.pem")) {
      var e = assertThrows(IOException.class, () -> TlsTrust.ofPem(folder.resolve(file)));
      String message = String.valueOf(e.getMessage());
      openssl.run(message.substring(message.indexOf("openssl ") + 8));
      assertThat(TlsTrust.ofPem(folder.resolve(file + ".crt")).certificates()).hasSize(1);
    }
  }

  @Test
  void providers_afterReading_areUnchanged() throws Exception {
    var before = Arrays.asList(Security.getProviders());
    key_everyForm_isEqual("pkcs8 -topk8 -v2 aes256 -passout pass:" + PASSWORD);
    assertThat(Security.getProviders()).asList().isEqualTo(before);
  }

  private TlsIdentity read(String key) throws IOException {
    return TlsIdentity.ofPem(
        folder.resolve("cert.pem"), folder.resolve(key), PASSWORD.toCharArray());
  }
}
