package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test of a program that prefers Bouncy Castle's key stores and keys to those of the JDK. */
final class RegisteredProviderTest {
  @BeforeEach
  void register() {
    assertThat(Security.insertProviderAt(new BouncyCastleProvider(), 1)).isEqualTo(1);
  }

  @AfterEach
  void unregister() {
    Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
  }

  @ParameterizedTest
  @EnumSource
  void exchange_withNewIdentity_works(Providers providers) throws Exception {
    var identity = Certificates.identity(TestPeers.AUTHORITY, "localhost");
    TlsServer server = TlsServer.builder(providers.server(), identity).build();
    ExchangeOutcome outcome =
        ExchangeOutcome.of(TestPeers.client(providers, TlsVersion.TLS_1_3), server);
    assertThat(outcome.client()).isEmpty();
    assertThat(outcome.server()).isEmpty();
  }
}
