package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.flow.Flow;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins to servers with special requirements, compared with OpenSSH's {@code ssh}. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class OpenSshLoginTest {
  private final SshPeer peer = SshPeer.openSsh();

  @TempDir Path folder;

  /** Runs a command with OpenSSH's client. */
  private void assertOpenSshConnects(OpenSshHost host, Path... keys) throws IOException {
    Path known = Files.writeString(folder.resolve("known"), host.knownHost() + "\n");
    List<String> arguments = new ArrayList<>(List.of("-F", "/dev/null", "-p"));
    arguments.add(String.valueOf(host.at().port()));
    for (String option :
        List.of(
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "StrictHostKeyChecking=yes",
            "UserKnownHostsFile=" + known)) {
      arguments.addAll(List.of("-o", option));
    }
    for (Path key : keys) {
      arguments.addAll(List.of("-i", key.toString()));
    }
    arguments.addAll(List.of(host.user() + "@127.0.0.1", "echo in"));
    assertThat(Programs.run(folder, "ssh", arguments.toArray(String[]::new))).isEqualTo("in\n");
  }

  private static void assertConnects(OpenSshHost host, SshKey... keys) throws IOException {
    SshClient client = host.clientBuilder().keys(List.of(keys)).build();
    try (SshSession session = host.session(client);
        Flow flow = session.run("echo in", SshPeer.deadline())) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
    }
  }

  @Test
  void server_requiringTwoKeys_isOfferedBoth() throws Exception {
    Path unknown = Sshd.key(folder, "unknown", "-t", "ed25519");
    Path second = Sshd.key(folder, "second", "-t", "rsa", "-b", "2048");
    String methods = "AuthenticationMethods publickey,publickey";
    try (OpenSshHost host = OpenSshHost.start(peer, folder.resolve("host"), methods)) {
      host.authorize(second);
      assertOpenSshConnects(host, unknown, host.key(), second);
      SshKey first = SshKey.ofFile(host.key());
      assertConnects(host, SshKey.ofFile(unknown), first, SshKey.ofFile(second));
      assertConnects(host, SshKey.ofFile(second), SshKey.ofFile(unknown), first);
      assertThrows(SshAuthenticationException.class, () -> assertConnects(host, first));
      assertThrows(SshAuthenticationException.class, () -> assertConnects(host, first, first));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MACs umac-64@openssh.com",
        "MACs umac-128-etm@openssh.com",
        "Ciphers aes256-gcm@openssh.com",
        "KexAlgorithms curve25519-sha256@libssh.org",
        "KexAlgorithms diffie-hellman-group-exchange-sha256",
        "KexAlgorithms ecdh-sha2-nistp521"
      })
  void server_withOneSupportedAlgorithm_isConnected(String option) throws Exception {
    try (OpenSshHost host = OpenSshHost.start(peer, folder.resolve("host"), option)) {
      assertOpenSshConnects(host, host.key());
      assertConnects(host, SshKey.ofFile(host.key()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Ciphers chacha20-poly1305@openssh.com, cipher, org.bouncycastle:bcprov-jdk18on",
    "KexAlgorithms sntrup761x25519-sha512@openssh.com, key exchange, bcprov-jdk18on",
    "KexAlgorithms diffie-hellman-group1-sha1, key exchange, curve25519-sha256",
    "Ciphers 3des-cbc, cipher, aes256-gcm@openssh.com"
  })
  void server_withOneMissingAlgorithm_reportsARemedy(String option, String kind, String remedy)
      throws Exception {
    try (OpenSshHost host = OpenSshHost.start(peer, folder.resolve("host"), option)) {
      IOException e =
          assertThrows(IOException.class, () -> assertConnects(host, SshKey.ofFile(host.key())));
      assertThat(e)
          .hasMessageThat()
          .startsWith(
              "no SSH with %s: there is no common %s: the server supports %s"
                  .formatted(host.at(), kind, option.split(" ", 2)[1]));
      assertThat(e).hasMessageThat().contains(remedy);
      assertThat(e).hasMessageThat().doesNotContain("umac");
      assertThat(e).hasMessageThat().doesNotContain("kex-strict");
    }
  }

  @Test
  void server_withUmacOnly_reportsARemedy() throws Exception {
    String[] options = {"Ciphers aes128-ctr", "MACs umac-128-etm@openssh.com"};
    try (OpenSshHost host = OpenSshHost.start(peer, folder.resolve("host"), options)) {
      assertOpenSshConnects(host, host.key());
      IOException e =
          assertThrows(IOException.class, () -> assertConnects(host, SshKey.ofFile(host.key())));
      assertThat(e).hasMessageThat().contains("the server supports no MAC except UMAC");
      assertThat(e).hasMessageThat().contains("make it allow the cipher aes256-gcm@openssh.com");
    }
  }

  private void assertUnsupported(Path key, String cause) {
    IOException e =
        assertThrows(IOException.class, () -> SshKey.ofFile(key, "open-sesame").identities());
    assertThat(e)
        .hasMessageThat()
        .contains("the encryption of the key %s is not supported".formatted(key));
    assertThat(e).hasMessageThat().contains("(" + cause);
    assertThat(e).hasMessageThat().doesNotContain("sesame");
    IOException wrong =
        assertThrows(IOException.class, () -> SshKey.ofFile(key, "open-barley").identities());
    assertThat(wrong).hasMessageThat().isEqualTo(e.getMessage());
  }

  private void assertWrong(Path key) throws IOException {
    assertThat(SshKey.ofFile(key, "open-sesame").identities()).hasSize(1);
    IOException e =
        assertThrows(IOException.class, () -> SshKey.ofFile(key, "open-barley").identities());
    assertThat(e).hasMessageThat().isEqualTo("the passphrase does not decrypt the key " + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes256-ctr", "aes256-cbc", "aes128-gcm@openssh.com", "3des-cbc"})
  void keyCipher_ofOpenSsh_isSupported(String cipher) throws Exception {
    assertWrong(Sshd.key(folder, "key", "-t", "ed25519", "-N", "open-sesame", "-Z", cipher));
  }

  @Test
  void keyCipher_unsupported_isReported() throws Exception {
    String cipher = "chacha20-poly1305@openssh.com";
    assertUnsupported(
        Sshd.key(folder, "key", "-t", "ed25519", "-N", "open-sesame", "-Z", cipher),
        "cipher " + cipher + " is not available");
  }

  private Path converted(String arguments) throws IOException {
    Sshd.key(folder, "plain", "-t", "rsa", "-b", "2048", "-m", "PEM");
    String all = arguments + " -in plain -out other -passout pass:open-sesame";
    String unused = Programs.run(folder, "openssl", all.split(" "));
    return folder.resolve("other");
  }

  @ParameterizedTest
  @CsvSource({
    "rsa -traditional -des -provider legacy -provider default, DES-CBC",
    "rsa -traditional -camellia256, CAMELLIA-256-CBC",
    "pkcs8 -topk8 -scrypt, scrypt unavailable",
    "pkcs8 -topk8 -v2 des3, unsupported cipher function: 3des-cbc"
  })
  void keyCipher_ofOpenSslUnsupported_isReported(String arguments, String cause) throws Exception {
    assertUnsupported(converted(arguments), cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rsa -traditional -aes256",
        "rsa -traditional -des3",
        "pkcs8 -topk8 -v2 aes-256-cbc",
        "pkcs8 -topk8"
      })
  void keyCipher_ofOpenSsl_isSupported(String arguments) throws Exception {
    assertWrong(converted(arguments));
  }
}
