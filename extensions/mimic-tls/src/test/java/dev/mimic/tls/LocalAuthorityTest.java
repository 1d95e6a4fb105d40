package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalAuthorityTest {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private final LocalAuthority authority = LocalAuthority.create();

  @Test
  void anIdentityIsSignedByTheAuthority() throws Exception {
    TlsIdentity identity = authority.identity("localhost", "127.0.0.1", "::1");
    leaf(identity).verify(authority.certificate().getPublicKey());
    leaf(identity).checkValidity();
    assertThat(identity.chain()).hasSize(1);
    assertThat(identity.toString()).isEqualTo("CN=localhost");
  }

  @Test
  void namesAndAddressesAreAlternativeNames() throws Exception {
    TlsIdentity identity = authority.identity("localhost", "*.example.org", "127.0.0.1", "::1");
    assertThat(leaf(identity).getSubjectAlternativeNames())
        .containsExactly(
            List.of(2, "localhost"),
            List.of(2, "*.example.org"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[::1]", "a b", "exämple.org", "a..b", "a.*", "https://a", "a:443"})
  void whatIsNoHostIsRefused(String host) {
    var e = assertThrows(IllegalArgumentException.class, () -> authority.identity(host));
    assertThat(e).hasMessageThat().contains("host (" + host + ") must be a name or an address");
  }

  @Test
  void anIdentityHasAHostOrACommonName() {
    assertThrows(IllegalArgumentException.class, authority::identity);
    TlsIdentity alice = authority.request().commonName("Alice, of \"Acme\"").issue();
    assertThat(leaf(alice).getSubjectX500Principal().getName()).contains("Alice");
  }

  @Test
  void withoutHostsThereAreNoAlternativeNames() throws Exception {
    TlsIdentity identity = authority.request().commonName("localhost").issue();
    assertThat(leaf(identity).getSubjectAlternativeNames()).isNull();
    assertThat(identity.toString()).isEqualTo("CN=localhost");
  }

  @Test
  void theAuthorityMaySignAndItsIdentitiesMayNot() {
    TlsIdentity identity = authority.identity("localhost");
    assertThat(authority.certificate().getBasicConstraints()).isGreaterThan(-1);
    assertThat(leaf(identity).getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.certificate().getKeyUsage()[5]).isTrue(); // keyCertSign
    assertThat(leaf(identity).getKeyUsage()[5]).isFalse();
    assertThat(leaf(identity).getCriticalExtensionOIDs()).containsExactly("2.5.29.15", "2.5.29.19");
  }

  @Test
  void purposesCanBeNarrowed() throws Exception {
    String server = "1.3.6.1.5.5.7.3.1";
    String client = "1.3.6.1.5.5.7.3.2";
    assertThat(leaf(authority.identity("a")).getExtendedKeyUsage()).containsExactly(server, client);
    assertThat(leaf(authority.request("a").forClients().issue()).getExtendedKeyUsage())
        .containsExactly(client);
    assertThat(leaf(authority.request("a").forServers().issue()).getExtendedKeyUsage())
        .containsExactly(server);
  }

  @Test
  void validityIsAsAsked() {
    Instant from = now.minus(Duration.ofDays(3));
    Instant to = now.minus(Duration.ofDays(2));
    X509Certificate expired = leaf(authority.request("a").validity(from, to).issue());
    assertThat(expired.getNotBefore().toInstant()).isEqualTo(from);
    assertThat(expired.getNotAfter().toInstant()).isEqualTo(to);
    assertThrows(IllegalArgumentException.class, () -> authority.request("a").validity(to, from));
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfKeyCanBeAskedFor(TlsKeyType type) throws Exception {
    for (TlsIdentity identity :
        List.of(
            authority.request("a").keyType(type).issue(),
            authority.request("a").keyType(type).selfSigned().issue())) {
      assertWithMessage("%s", type)
          .that(type.name())
          .startsWith(leaf(identity).getPublicKey().getAlgorithm().replaceAll("E.*", ""));
      assertThat(identity.keyStore().isKeyEntry("identity")).isTrue();
    }
  }

  @Test
  void aSelfSignedIdentityHasNoAuthority() throws Exception {
    TlsIdentity identity = authority.request("localhost").selfSigned().issue();
    leaf(identity).verify(leaf(identity).getPublicKey());
    assertThat(leaf(identity).getIssuerX500Principal())
        .isEqualTo(leaf(identity).getSubjectX500Principal());
    assertThat(identity.chain()).hasSize(1);
  }

  @Test
  void whatAnIntermediateIssuesCarriesTheChainButNotTheRoot() throws Exception {
    LocalAuthority first = authority.intermediate("First");
    LocalAuthority second = first.intermediate("Second");
    TlsIdentity identity = second.identity("localhost");
    assertThat(identity.chain())
        .containsExactly(leaf(identity), second.certificate(), first.certificate())
        .inOrder();
    leaf(identity).verify(second.certificate().getPublicKey());
    assertThat(second.trust()).isEqualTo(authority.trust());
    assertThat(second.toString()).isEqualTo("CN=Second");
  }

  @Test
  void serialNumbersDiffer() {
    Set<Object> serials = new HashSet<>();
    IdentityRequest request = authority.request("localhost");
    for (int i = 0; i < 20; i++) {
      assertThat(serials.add(leaf(request.issue()).getSerialNumber())).isTrue();
    }
  }

  private static X509Certificate leaf(TlsIdentity identity) {
    return identity.chain().get(0);
  }
}
