package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

final class LocalAuthorityTest {
  @Test
  void anIdentityIsSignedByTheAuthority() throws Exception {
    LocalAuthority authority = LocalAuthority.create();
    TlsIdentity identity = authority.identity("localhost", "127.0.0.1", "::1");
    identity.chain().get(0).verify(authority.certificate().getPublicKey());
    assertThat(identity.toString()).isEqualTo("CN=localhost");
    assertThat(identity.chain()).hasSize(1);
    assertThat(identity.keyStore().size()).isEqualTo(1);
    assertThat(authority.trust().keyStore().orElseThrow().size()).isEqualTo(1);
  }
}
