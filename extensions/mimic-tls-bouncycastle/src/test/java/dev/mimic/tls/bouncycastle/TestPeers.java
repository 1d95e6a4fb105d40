package dev.mimic.tls.bouncycastle;

import dev.mimic.testkit.TestAuthority;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Clients and servers with matching configurations. */
final class TestPeers {
  static final TestAuthority AUTHORITY = TestAuthority.create();
  static final TlsIdentity LOCALHOST = Certificates.identity(AUTHORITY, "localhost");

  private TestPeers() {}

  /** Returns every combination of providers and TLS version. */
  static Stream<Arguments> all() {
    return Stream.of(Providers.values())
        .flatMap(p -> Stream.of(TlsVersion.values()).map(version -> Arguments.of(p, version)));
  }

  static TlsClient.Builder clientOf(Providers providers, TlsVersion version) {
    return TlsClient.builder(providers.client())
        .trust(Certificates.trust(AUTHORITY))
        .versions(Set.of(version));
  }

  static TlsClient client(Providers providers, TlsVersion version) {
    return clientOf(providers, version).build();
  }

  static TlsServer.Builder serverOf(Providers providers, TlsVersion version) {
    return TlsServer.builder(providers.server(), LOCALHOST).versions(Set.of(version));
  }

  static TlsServer server(Providers providers, TlsVersion version) {
    return serverOf(providers, version).build();
  }
}
