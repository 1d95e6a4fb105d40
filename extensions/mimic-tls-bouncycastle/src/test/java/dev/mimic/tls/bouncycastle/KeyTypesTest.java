package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.tls.bouncycastle.TlsFixture.line;
import static dev.mimic.tls.bouncycastle.TlsFixture.only;
import static dev.mimic.tls.bouncycastle.TlsFixture.send;

import dev.mimic.Context;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of each kind of key and certificate, created by OpenSSL, on either side. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class KeyTypesTest {
  private final TlsFixture fixture;

  KeyTypesTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.fixture = new TlsFixture(implementation, folder);
  }

  /** A kind of key, as arguments of {@code openssl req -newkey}. */
  enum KeyType {
    RSA_2048("rsa:2048"),
    EC_P_256("ec -pkeyopt ec_paramgen_curve:P-256"),
    EC_P_384("ec -pkeyopt ec_paramgen_curve:P-384"),
    EC_P_521("ec -pkeyopt ec_paramgen_curve:P-521"),
    ED25519("ed25519");

    private final String newKey;

    KeyType(String newKey) {
      this.newKey = newKey;
    }
  }

  @ParameterizedTest
  @EnumSource
  void key_ofOpensslServer_isAccepted(KeyType type) throws Exception {
    TlsTrust trust = makeIdentity(type);
    for (TlsVersion version : TlsVersion.values()) {
      try (Program server =
              fixture.opensslServer(
                  "-rev", "-cert", fixture.file("made.pem"), "-key", fixture.file("made.key"));
          Flow flow = fixture.connect(fixture.port(server), only(version).with(Tls.TRUST, trust))) {
        send(flow, "abc");
        assertThat(line(flow)).isEqualTo("cba");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void key_ofBothSides_isAccepted(KeyType type) throws Exception {
    TlsTrust trust = makeIdentity(type);
    TlsIdentity made =
        TlsIdentity.ofPem(Path.of(fixture.file("made.pem")), Path.of(fixture.file("made.key")));
    for (TlsVersion version : TlsVersion.values()) {
      Context settings = only(version).with(Tls.IDENTITY, made).with(Tls.CLIENT_TRUST, trust);
      try (FlowServer server = fixture.echo(settings);
          Program client =
              fixture.opensslClient(
                  server,
                  "-CAfile",
                  fixture.file("made.pem"),
                  "-cert",
                  fixture.file("made.pem"),
                  "-key",
                  fixture.file("made.key"))) {
        client.await("Verify return code: 0 \\(ok\\)");
        client.type("hello");
        client.await("hello");
      }
    }
  }

  private TlsTrust makeIdentity(KeyType type) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes"));
    command.add("-newkey");
    command.addAll(List.of(type.newKey.split(" ")));
    command.addAll(List.of("-keyout", fixture.file("made.key"), "-out", fixture.file("made.pem")));
    command.addAll(List.of("-subj", "/CN=localhost"));
    command.addAll(List.of("-addext", "subjectAltName=DNS:localhost"));
    try (Program openssl = Program.start(command)) {
      assertThat(openssl.awaitEnd()).isEqualTo(0);
    }
    return TlsTrust.ofPem(Path.of(fixture.file("made.pem")));
  }
}
