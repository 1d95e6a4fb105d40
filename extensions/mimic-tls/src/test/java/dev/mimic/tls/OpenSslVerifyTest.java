package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a {@link LocalAuthority} issues is what OpenSSL expects of certificates. */
final class OpenSslVerifyTest {
  private final LocalAuthority authority = LocalAuthority.create();

  @TempDir Path folder;
  private OpenSsl openssl;

  @BeforeEach
  void writeAuthority() throws Exception {
    openssl = new OpenSsl(folder);
    authority.writePem(folder.resolve("root.pem"));
  }

  @ParameterizedTest
  @EnumSource
  void identitiesAreVerified(TlsKeyType type) throws Exception {
    write(authority.request("localhost", "::1").keyType(type).issue());
    for (String purpose : new String[] {"sslserver", "sslclient"}) {
      assertThat(
              openssl.run(
                  "verify -x509_strict -purpose " + purpose + " -CAfile root.pem chain.pem"))
          .contains("chain.pem: OK");
    }
    openssl.run("verify -x509_strict -verify_hostname localhost -CAfile root.pem chain.pem");
    openssl.run("verify -x509_strict -verify_ip ::1 -CAfile root.pem chain.pem");
    assertThat(openssl.run("pkey -in key.pem -noout -check")).contains("Key is valid");
  }

  @Test
  void aChainIsVerified() throws Exception {
    write(authority.intermediate("First").intermediate("Second").identity("localhost"));
    assertThat(
            openssl.run(
                "verify -x509_strict -CAfile root.pem -untrusted chain.pem -show_chain chain.pem"))
        .containsMatch("(?s)CN = localhost.*CN = Second.*CN = First.*CN = Mimic local authority");
  }

  @Test
  void theExtensionsAreThoseOfRfc5280() throws Exception {
    write(authority.identity("localhost", "127.0.0.1", "2001:db8::1"));
    String leaf = openssl.run("x509 -in chain.pem -noout -text");
    assertThat(leaf).containsMatch("X509v3 Basic Constraints: critical\\s+CA:FALSE");
    assertThat(leaf).containsMatch("X509v3 Key Usage: critical\\s+Digital Signature\n");
    assertThat(leaf).contains("TLS Web Server Authentication, TLS Web Client Authentication");
    assertThat(leaf)
        .contains("DNS:localhost, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1");
    assertThat(leaf).contains("X509v3 Authority Key Identifier");
    assertThat(leaf).contains("X509v3 Subject Key Identifier");
    String root = openssl.run("x509 -in root.pem -noout -text");
    assertThat(root).containsMatch("X509v3 Basic Constraints: critical\\s+CA:TRUE");
    assertThat(root).containsMatch("X509v3 Key Usage: critical\\s+Certificate Sign, CRL Sign");
    assertThat(root).contains("X509v3 Subject Key Identifier");
  }

  private void write(TlsIdentity identity) throws Exception {
    identity.writePem(folder.resolve("chain.pem"), folder.resolve("key.pem"));
  }
}
