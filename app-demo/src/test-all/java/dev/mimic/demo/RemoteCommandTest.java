package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Splitter;
import dev.mimic.Network;
import dev.mimic.peers.Sshd;
import dev.mimic.ssh.SshClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mimic ssh} beside OpenSSH's server. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class RemoteCommandTest {
  @TempDir static Path folder;
  private static Sshd sshd;
  private static String key = "";
  private static String knownHosts = "";

  @BeforeAll
  static void start() throws IOException {
    sshd = Sshd.start(folder);
    Path client = Sshd.key(folder, "client", "-t", "ed25519");
    sshd.authorize(client);
    key = client.toString();
    knownHosts = Files.writeString(folder.resolve("known"), sshd.knownHost() + "\n").toString();
  }

  @AfterAll
  static void stop() throws IOException {
    sshd.close();
  }

  private static String address() {
    return "ssh://%s@127.0.0.1:%d".formatted(Sshd.user(), sshd.port());
  }

  private static CommandRun run(String... arguments) {
    return run(new ByteArrayInputStream(new byte[0]), arguments);
  }

  private static CommandRun run(ByteArrayInputStream in, String... arguments) {
    List<String> all = new ArrayList<>(List.of("ssh", "--key", key, "--known-hosts", knownHosts));
    all.addAll(List.of(arguments));
    return CommandRun.of(in, all.toArray(String[]::new));
  }

  @Test
  void status_ofCommand_isReturned() {
    CommandRun run = run(address(), "echo", "out;", "exit", "7");
    assertThat(run.out()).isEqualTo("out\n");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(7);
  }

  @Test
  void standardInput_ofCommand_isSent() {
    CommandRun run = run(new ByteArrayInputStream(new byte[100_000]), address(), "wc", "-c");
    assertThat(run.out().strip()).isEqualTo("100000");
    assertThat(run.status()).isEqualTo(0);
  }

  @Test
  void command_throughJumpHost_runs() {
    CommandRun run = run("--proxy", address(), address(), "echo behind");
    assertThat(run.out()).isEqualTo("behind\n");
  }

  @Test
  void host_thatIsUnknown_isRefused() throws IOException {
    String none = Files.writeString(folder.resolve("none"), "").toString();
    CommandRun run =
        CommandRun.of("ssh", address(), "--key", key, "--known-hosts", none, "echo in");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("is not known: it is ssh-ed25519 SHA256:");
  }

  @Test
  void key_thatIsNotAuthorized_isRefused() throws IOException {
    String stranger = Sshd.key(folder, "stranger", "-t", "ed25519").toString();
    CommandRun run =
        CommandRun.of("ssh", address(), "--key", stranger, "--known-hosts", knownHosts, "echo in");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("does not let " + Sshd.user() + " in");
  }

  @Test
  void proxy_ofUnknownScheme_isWrongUsageAndNotQuoted() {
    CommandRun run = run("--proxy", "socks4://me:secret@proxy.example", address(), "echo");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--proxy: no hop has the scheme socks4: write one of socks5://");
    assertThat(run.err()).contains("ssh://[USER@]HOST[:PORT]");
    assertThat(run.err()).doesNotContain("secret");
  }

  @Test
  void proxy_inHelpAndErrors_listsTheSameForms() {
    String error = run("--proxy", "nothing", address(), "echo").err();
    String help = CommandRun.of("ssh", "--help").out().replaceAll("\\s", "");
    assertThat(error).contains(Hops.FORMS);
    assertThat(help).contains(Hops.FORMS.replaceAll("\\s", "")); // it breaks lines anywhere
    for (String form : Splitter.on(", ").split(Hops.FORMS)) {
      String address = form.replaceAll(" .*", "").replaceAll("[\\[\\]]", "").replace("PORT", "1");
      Network.Hop unused =
          Hops.parse(address.replace("ssh://USER@", "ssh://"), SshClient.builder().build());
    }
  }

  @Test
  void status_ofACommandThatClosedItsStreams_isReturned() {
    CommandRun run = run(address(), "exec >&- 2>&- ; sleep 1; exit 7");
    assertThat(run.status()).isEqualTo(7);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ciphers chacha20-poly1305@openssh.com",
        "KexAlgorithms sntrup761x25519-sha512@openssh.com"
      })
  void serverOfOneAlgorithm_thatBouncyCastleHas_isConnected(String option, @TempDir Path own)
      throws IOException {
    Files.copy(Path.of(key), own.resolve("client"));
    Files.copy(Path.of(key + ".pub"), own.resolve("client.pub"));
    try (Sshd one = Sshd.start(own, option)) {
      one.authorize(own.resolve("client"));
      String known = Files.writeString(own.resolve("known"), one.knownHost() + "\n").toString();
      String at = "ssh://%s@127.0.0.1:%d".formatted(Sshd.user(), one.port());
      CommandRun run = CommandRun.of("ssh", "--key", key, "--known-hosts", known, at, "echo in");
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).isEqualTo("in\n");
    }
  }

  @Test
  void password_ofJumpHost_isWrongUsageAndNotQuoted() {
    CommandRun run = run("--proxy", "ssh://me:secret@jump.example", address(), "echo");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--proxy: this is not the address of a jump host");
    assertThat(run.err()).doesNotContain("secret");
  }

  @Test
  void output_thatIsClosed_endsCommand() {
    FullDisk head = new FullDisk(2);
    CommandRun run =
        CommandRun.of(
            CommandRun.input(""),
            head,
            "ssh",
            "--key",
            key,
            "--known-hosts",
            knownHosts,
            address(),
            "yes");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("cannot write to standard output");
  }

  @Test
  void certificate_withoutKey_isWrongUsage() {
    CommandRun run = CommandRun.of("ping", "tls://localhost:1", "--cert", "some.pem");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--cert needs --key");
  }
}
