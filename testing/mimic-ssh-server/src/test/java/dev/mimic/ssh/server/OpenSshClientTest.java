package dev.mimic.ssh.server;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Splitter;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with OpenSSH's client over TCP. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class OpenSshClientTest {
  private static final Network TCP = TcpNetwork.create();

  @TempDir private static Path folder;
  private static OpenSshClient client;

  OpenSshClientTest() {}

  @BeforeAll
  static void makeClient() throws IOException {
    client = OpenSshClient.in(folder);
  }

  private static SshServer.Builder builder() throws IOException {
    return client.server().commands(OpenSshClientTest::run);
  }

  private static SshServer serve(SshServer.Builder builder) throws IOException {
    SshServer server = builder.serve(TCP.listen(new HostPort("127.0.0.1", 0)));
    client.trust(server);
    return server;
  }

  /**
   * Runs {@code copy}, {@code skip N}, {@code status N} or {@code signal}; prints other commands.
   */
  private static int run(SshCommand command) throws Exception {
    if (command.line().equals("copy")) {
      long unused = command.input().transferTo(command.output());
      return 0;
    }
    if (command.line().startsWith("skip ")) {
      command.input().skipNBytes(Long.parseLong(command.line().substring("skip ".length())));
      return 0;
    }
    if (command.line().startsWith("status ")) {
      command.errors().write("no such thing\n".getBytes(UTF_8));
      return Integer.parseInt(command.line().substring("status ".length()));
    }
    if (command.line().equals("signal")) {
      throw new SshSignalException("TERM");
    }
    String text = command.user() + " says " + command.line() + "\n";
    command.output().write(text.getBytes(UTF_8));
    return 0;
  }

  @Test
  void command_isRun() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(client.run(server, "me@127.0.0.1 hello there"))
          .isEqualTo("me says hello there\n=0\n");
    }
  }

  @Test
  void statusAndErrors_areSentToClient() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(client.run(server, "me@127.0.0.1 status 3")).isEqualTo("no such thing\n=3\n");
    }
  }

  @Test
  void signal_isAFailure() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(client.run(server, "me@127.0.0.1 signal")).isEqualTo("=255\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "EC", "RSA"})
  void hostKey_ofEachAlgorithm_isVerified(String kind) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    if (kind.equals("RSA")) {
      generator.initialize(2048); // larger ones take seconds
    }
    SshHostKey hostKey = SshHostKey.of(generator.generateKeyPair());
    try (SshServer server = serve(builder().hostKey(hostKey))) {
      assertThat(server.hostKey()).isSameInstanceAs(hostKey);
      assertThat(client.run(server, "me@127.0.0.1 hello")).isEqualTo("me says hello\n=0\n");
    }
  }

  @Test
  void hostKey_unexpected_isRefusedByClient() throws Exception {
    try (SshServer server = serve(builder())) {
      Files.writeString(
          folder.resolve("known_hosts"), SshHostKey.generate().knownHost(server.at()) + "\n");
      assertThat(client.run(server, "me@127.0.0.1 hello")).contains("Host key verification failed");
    }
  }

  @Test
  void user_unknown_isRefused() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(client.run(server, "you@127.0.0.1 hello"))
          .contains("you@127.0.0.1: Permission denied (publickey)");
    }
  }

  @Test
  void requests_otherThanCommands_areRefused() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(client.run(server, "-T me@127.0.0.1")).contains("shell request failed");
      assertThat(client.run(server, "-s me@127.0.0.1 sftp")).contains("subsystem request failed");
      assertThat(client.run(server, "-tt me@127.0.0.1 hello"))
          .contains("PTY allocation request failed");
      assertThat(
              client.run(server, "-o ExitOnForwardFailure=yes -R 0:127.0.0.1:9 me@127.0.0.1 hello"))
          .contains("remote port forwarding failed");
    }
  }

  @Test
  void command_withoutHandler_isRefused() throws Exception {
    try (SshServer server = serve(client.server())) {
      assertThat(client.run(server, "me@127.0.0.1 hello"))
          .contains("open failed: unknown channel type");
    }
  }

  @Test
  void megabytes_inBothDirections_surviveRekeying() throws Exception {
    byte[] sent = new byte[8 << 20];
    new Random(5).nextBytes(sent);
    Files.write(folder.resolve("sent"), sent);
    try (SshServer server = serve(builder().rekeyAfter(1 << 20))) {
      String log = client.run(server, "-v me@127.0.0.1 copy < sent > received");
      assertThat(log).endsWith("=0\n");
      assertThat(Splitter.on("SSH2_MSG_KEXINIT received").splitToList(log).size()).isAtLeast(5);
    }
    assertThat(Files.mismatch(folder.resolve("sent"), folder.resolve("received"))).isEqualTo(-1);
  }

  @Test
  void skip_ofInput_enlargesWindow() throws Exception {
    Files.write(folder.resolve("sent"), new byte[8 << 20]);
    try (SshServer server = serve(builder())) {
      assertThat(client.run(server, "me@127.0.0.1 skip %d < sent".formatted(8 << 20)))
          .isEqualTo("=0\n");
    }
  }

  @Test
  void password_wrong_isRefused() throws Exception {
    SshServer.Builder builder = SshServer.builder().password("me", "open sesame");
    try (SshServer server = serve(builder.commands(OpenSshClientTest::run))) {
      assertThat(client.run(server, "open sesame", "me@127.0.0.1 in"))
          .isEqualTo("me says in\n=0\n");
      assertThat(client.run(server, "open barley", "me@127.0.0.1 in"))
          .contains("me@127.0.0.1: Permission denied (password)");
    }
  }

  private static FlowServer upperCaseServer() throws IOException {
    return FlowServer.serve(
        TCP.listen(new HostPort("127.0.0.1", 0)),
        flow -> {
          String text = new String(flow.inputStream().readAllBytes(), UTF_8);
          flow.outputStream().write(text.toUpperCase(Locale.ROOT).getBytes(UTF_8));
        });
  }

  @Test
  void forwarding_withoutNetwork_isRefused() throws Exception {
    try (FlowServer upperCaseServer = upperCaseServer();
        SshServer jump = serve(builder().forwardBy(TCP));
        SshServer none = builder().serve(TCP.listen(new HostPort("127.0.0.1", 0)))) {
      client.trust(jump, none);
      Files.writeString(folder.resolve("word"), "hello\n");
      String through =
          "-W 127.0.0.1:%d me@127.0.0.1 < word"
              .formatted(URI.create(upperCaseServer.address()).getPort());
      assertThat(client.run(jump, through)).isEqualTo("HELLO\n=0\n");
      assertThat(client.run(none, through)).contains("open failed");
      assertThat(client.run(jump, "-W 127.0.0.1:1 me@127.0.0.1 < word")).contains("connect failed");
    }
  }

  @Test
  void serve_withoutUsers_throwsAndClosesListener() throws Exception {
    FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0));

    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> SshServer.builder().serve(listener));

    assertThat(e).hasMessageThat().contains("no user can log in");
    assertThrows(ClosedChannelException.class, listener::accept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa !!", "a b"})
  void key_malformed_isRefused(String line) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SshServer.builder().key("me", line));
    assertThat(e).hasMessageThat().contains("not a public key");
  }
}
