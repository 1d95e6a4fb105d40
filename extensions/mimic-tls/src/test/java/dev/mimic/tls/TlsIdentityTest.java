package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsIdentityTest {
  private final TestAuthority authority = TestAuthority.create();
  private final TestAuthority middle = authority.intermediate("Middle");
  private final TestCertificate certificate = middle.intermediate("Low").certificate("localhost");
  private final TlsIdentity identity = Certificates.identity(certificate);

  @TempDir Path folder;
  private Path chain;
  private Path key;

  @BeforeEach
  void write() throws IOException {
    chain = folder.resolve("chain.pem");
    key = folder.resolve("key.pem");
    certificate.writePem(chain, key);
  }

  @Test
  void ofPem_writtenFiles_returnsEqualIdentity() throws Exception {
    assertThat(TlsIdentity.ofPem(chain, key)).isEqualTo(identity);
    assertThat(TlsIdentity.ofPem(chain, key).hashCode()).isEqualTo(identity.hashCode());
    assertThat(TlsIdentity.ofPem(chain, key).privateKey()).isEqualTo(identity.privateKey());
  }

  @Test
  void equals_sameContent_isTrue() {
    TlsIdentity other = Certificates.identity(authority, "localhost");
    assertThat(other).isNotEqualTo(identity);
    assertThat(TlsIdentity.of(other.privateKey(), other.chain())).isEqualTo(other);
  }

  @Test
  void ofPem_plainKeyWithPassword_ignoresPassword() throws Exception {
    char[] password = "secret".toCharArray();
    assertThat(TlsIdentity.ofPem(chain, key, password)).isEqualTo(identity);
    assertThat(new String(password)).isEqualTo("secret");
  }

  @Test
  void ofPem_chainAndKeyInOneFile_isRead() throws Exception {
    Path both = Files.writeString(folder.resolve("both.pem"), text(key) + text(chain));
    assertThat(TlsIdentity.ofPem(both, both)).isEqualTo(identity);
  }

  @Test
  void of_shuffledChain_isSorted() {
    List<X509Certificate> shuffled = new ArrayList<>(identity.chain());
    shuffled.add(authority.root());
    List<X509Certificate> whole = List.copyOf(shuffled);
    shuffled.add(shuffled.get(1)); // a duplicate
    Collections.reverse(shuffled);
    assertThat(TlsIdentity.of(identity.privateKey(), shuffled).chain()).isEqualTo(whole);
  }

  @Test
  void of_unrelatedCertificateInChain_isRefused() {
    List<X509Certificate> certificates = new ArrayList<>(identity.chain());
    certificates.add(authority.certificate("other").chain().get(0));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TlsIdentity.of(identity.privateKey(), certificates));
    assertThat(e)
        .hasMessageThat()
        .isEqualTo(
            "CN=other is not part of the chain of CN=localhost, whose last certificate was"
                + " issued by CN=Test authority: remove it");
  }

  @Test
  void of_intermediateMissing_isRefused() {
    List<X509Certificate> holed = List.of(identity.chain().get(0), identity.chain().get(2));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> TlsIdentity.of(identity.privateKey(), holed));
    assertThat(e)
        .hasMessageThat()
        .startsWith("CN=Middle is not part of the chain of CN=localhost, whose last certificate");
  }

  @Test
  void of_keyOfOtherCertificate_isRefused() throws Exception {
    authority.certificate("other").writePem(folder.resolve("c"), key);
    var e = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, key));
    assertThat(e)
        .hasMessageThat()
        .isEqualTo(
            "%s and %s: the key does not belong to CN=localhost or CN=Low or CN=Middle: give the"
                    .formatted(chain, key)
                + " two that were made together");
    assertThrows(
        IllegalArgumentException.class, () -> TlsIdentity.of(identity.privateKey(), List.of()));
  }

  @Test
  void of_keyOfOtherKind_isRefused() throws Exception {
    for (String kind : List.of("Ed25519", "RSA")) {
      PrivateKey other = KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate();
      assertThrows(IllegalArgumentException.class, () -> TlsIdentity.of(other, identity.chain()));
    }
  }

  @Test
  void of_keyWithoutEncoding_isRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TlsIdentity.of(new HardwareKey(), identity.chain()));
    assertThat(e).hasMessageThat().contains("key must have an encoding");
  }

  @Test
  void keyStore_inKeyManager_returnsKeyAndChain() throws Exception {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(identity.keyStore(), identity.password());
    var manager = (X509KeyManager) factory.getKeyManagers()[0];
    String alias = manager.chooseServerAlias("EC", null, null);
    assertThat(manager.getPrivateKey(alias)).isEqualTo(identity.privateKey());
    assertThat(manager.getCertificateChain(alias))
        .asList()
        .containsExactlyElementsIn(identity.chain())
        .inOrder();
  }

  @Test
  void keyManager_repeatedUse_returnsSameKey() throws Exception {
    var manager = (X509ExtendedKeyManager) TlsProvider.jsse().keyManagers(identity)[0];
    PrivateKey first = manager.getPrivateKey(manager.chooseEngineServerAlias("EC", null, null));
    PrivateKey second = manager.getPrivateKey(manager.chooseEngineServerAlias("EC", null, null));
    assertThat(first).isEqualTo(identity.privateKey());
    assertThat(second).isSameInstanceAs(first);
  }

  @Test
  void keyManager_otherAlias_returnsNull() throws Exception {
    var manager = (X509ExtendedKeyManager) TlsProvider.jsse().keyManagers(identity)[0];
    assertThat(manager.getPrivateKey("another")).isNull();
    assertThat(manager.getCertificateChain("another")).isNull();
  }

  @Test
  void keyManager_otherKindOfKey_choosesNone() throws Exception {
    var manager = (X509ExtendedKeyManager) TlsProvider.jsse().keyManagers(identity)[0];
    assertThat(manager.chooseEngineServerAlias("RSA", null, null)).isNull();
    String alias = manager.chooseEngineClientAlias(new String[] {"RSA", "EC"}, null, null);
    assertThat(manager.getCertificateChain(alias))
        .asList()
        .containsExactlyElementsIn(identity.chain())
        .inOrder();
  }

  @Test
  void ofPem_filesSwapped_namesThem() {
    var e = assertThrows(IOException.class, () -> TlsIdentity.ofPem(key, chain));
    assertThat(e).hasMessageThat().startsWith(key + " holds a private key and no certificate:");
    var none = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, chain));
    assertThat(none).hasMessageThat().startsWith(chain + " holds a certificate and no private key");
  }

  @Test
  void ofPem_severalKeys_isRefused() throws Exception {
    Files.writeString(key, text(key) + text(key));
    var e = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, key));
    assertThat(e).hasMessageThat().startsWith(key + " holds 2 private keys, in the lines [1, ");
  }

  @Test
  void ofPem_opensshKey_namesCommandThatConverts() throws Exception {
    Files.writeString(key, Certificates.block("OPENSSH PRIVATE KEY", new byte[] {1}));
    var e = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, key));
    assertThat(e)
        .hasMessageThat()
        .startsWith("the OPENSSH PRIVATE KEY of line 1 in " + key + " is in OpenSSH's own form:");
    assertThat(e).hasMessageThat().contains("ssh-keygen -p -m PKCS8 -f COPY");
  }

  @Test
  void ofPem_damagedKey_isNotQuoted() throws Exception {
    String secret = "VGhpcyBpcyBhIHNlY3JldA==";
    for (String label :
        List.of("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY")) {
      for (String content : List.of(secret, "MAMC" + secret, secret + "?", "x" + secret)) {
        String text = "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----".formatted(label, content);
        Files.writeString(key, text);
        Throwable e = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, key));
        assertThat(e).hasMessageThat().contains(key.toString());
        for (; e != null; e = e.getCause()) {
          assertThat(e).hasMessageThat().doesNotContain("VGhp");
          assertThat(e).hasMessageThat().doesNotContain("secret");
        }
      }
    }
  }

  @Test
  void ofPem_unsupportedEncryption_isNamed() throws Exception {
    Files.writeString(
        key,
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: CAMELLIA-128-CBC,00112233445566778899AABBCCDDEEFF

        VGhpcyBpcyBhIHNlY3JldA==
        -----END RSA PRIVATE KEY-----
        """);
    var e = assertThrows(IOException.class, () -> TlsIdentity.ofPem(chain, key, new char[] {'x'}));
    assertThat(e).hasMessageThat().contains("is encrypted in an unsupported way");
  }

  @Test
  void toString_ofIdentity_isSubject() {
    assertThat(identity.toString()).isEqualTo("CN=localhost");
    String encoded = Arrays.toString(identity.privateKey().getEncoded());
    assertThat(identity.toString()).doesNotContain(encoded);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  private static final class HardwareKey implements PrivateKey {
    @Override
    public String getAlgorithm() {
      return "EC";
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of java.security.Key
    public String getFormat() {
      return null;
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of java.security.Key
    public byte[] getEncoded() {
      return null;
    }
  }
}
