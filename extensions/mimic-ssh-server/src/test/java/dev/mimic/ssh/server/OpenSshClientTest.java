package dev.mimic.ssh.server;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Splitter;
import dev.mimic.FlowServer;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.net.URI;
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

/** Beside OpenSSH's client, over TCP. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class OpenSshClientTest {
  private static final Network TCP = TcpNetwork.create();

  @TempDir static Path folder;
  private static Path key;

  @BeforeAll
  static void makeKey() throws IOException {
    key = Sshd.key(folder, "client", "-t", "ed25519");
  }

  private static SshServer.Builder builder() throws IOException {
    return SshServer.builder()
        .key("me", Files.readString(Path.of(key + ".pub")))
        .commands(OpenSshClientTest::run);
  }

  private static SshServer serve(SshServer.Builder builder) throws IOException {
    SshServer server = builder.serve(TCP.listen(new HostPort("127.0.0.1", 0)));
    Files.writeString(folder.resolve("known_hosts"), server.knownHost() + "\n");
    return server;
  }

  /** Knows {@code copy}, {@code status N}, {@code signal} and {@code fail}, and says the rest. */
  private static int run(SshCommand command) throws Exception {
    if (command.line().equals("copy")) {
      long unused = command.input().transferTo(command.output());
      return 0;
    }
    if (command.line().startsWith("status ")) {
      command.errors().write("no such thing\n".getBytes(UTF_8));
      return Integer.parseInt(command.line().substring("status ".length()));
    }
    if (command.line().equals("signal")) {
      throw new SshSignalException("TERM");
    }
    String said = command.user() + " says " + command.line() + "\n";
    command.output().write(said.getBytes(UTF_8));
    return 0;
  }

  /** Returns what it prints, and its status. */
  private static String ssh(SshServer server, String rest) throws IOException {
    String options =
        "-F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=known_hosts"
            + " -o GlobalKnownHostsFile=none -o IdentitiesOnly=yes -i client -p "
            + server.at().port();
    String unused = Programs.find("ssh");
    return Programs.run(folder, "sh", "-c", "ssh %s %s; echo =$?".formatted(options, rest));
  }

  @Test
  void aCommandIsRun() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(ssh(server, "me@127.0.0.1 hello there")).isEqualTo("me says hello there\n=0\n");
    }
  }

  @Test
  void statusAndErrorsAreTold() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(ssh(server, "me@127.0.0.1 status 3")).isEqualTo("no such thing\n=3\n");
    }
  }

  @Test
  void signalIsNoSuccess() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(ssh(server, "me@127.0.0.1 signal")).isEqualTo("=255\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "EC", "RSA"})
  void hostKeysOfEachKindAreKnown(String kind) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    if (kind.equals("RSA")) {
      generator.initialize(2048); // larger ones take seconds
    }
    SshHostKey hostKey = SshHostKey.of(generator.generateKeyPair());
    try (SshServer server = serve(builder().hostKey(hostKey))) {
      assertThat(server.hostKey()).isSameInstanceAs(hostKey);
      assertThat(ssh(server, "me@127.0.0.1 hello")).isEqualTo("me says hello\n=0\n");
    }
  }

  @Test
  void anotherHostKeyIsFoundOut() throws Exception {
    try (SshServer server = serve(builder())) {
      Files.writeString(
          folder.resolve("known_hosts"), SshHostKey.generate().knownHost(server.at()) + "\n");
      assertThat(ssh(server, "me@127.0.0.1 hello")).contains("Host key verification failed");
    }
  }

  @Test
  void strangersAreRefused() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(ssh(server, "you@127.0.0.1 hello"))
          .contains("you@127.0.0.1: Permission denied (publickey)");
    }
  }

  @Test
  void onlyCommandsAreRun() throws Exception {
    try (SshServer server = serve(builder())) {
      assertThat(ssh(server, "-T me@127.0.0.1")).contains("shell request failed");
      assertThat(ssh(server, "-s me@127.0.0.1 sftp")).contains("subsystem request failed");
      assertThat(ssh(server, "-tt me@127.0.0.1 hello")).contains("PTY allocation request failed");
      assertThat(ssh(server, "-o ExitOnForwardFailure=yes -R 0:127.0.0.1:9 me@127.0.0.1 hello"))
          .contains("remote port forwarding failed");
    }
  }

  @Test
  void withoutAHandlerNoCommandIsRun() throws Exception {
    SshServer.Builder bare = SshServer.builder().key("me", Files.readString(Path.of(key + ".pub")));
    try (SshServer server = serve(bare)) {
      assertThat(ssh(server, "me@127.0.0.1 hello")).contains("open failed: unknown channel type");
    }
  }

  @Test
  void megabytesGoBothWaysThroughRekeyings() throws Exception {
    byte[] sent = new byte[8 << 20];
    new Random(5).nextBytes(sent);
    Files.write(folder.resolve("sent"), sent);
    try (SshServer server = serve(builder().rekeyAfter(1 << 20))) {
      String log = ssh(server, "-v me@127.0.0.1 copy < sent > received");
      assertThat(log).endsWith("=0\n");
      assertThat(Splitter.on("SSH2_MSG_KEXINIT received").splitToList(log).size()).isAtLeast(5);
    }
    assertThat(Files.mismatch(folder.resolve("sent"), folder.resolve("received"))).isEqualTo(-1);
  }

  private static FlowServer shouter() throws IOException {
    return FlowServer.serve(
        TCP.listen(new HostPort("127.0.0.1", 0)),
        flow -> {
          String said = new String(flow.inputStream().readAllBytes(), UTF_8);
          flow.outputStream().write(said.toUpperCase(Locale.ROOT).getBytes(UTF_8));
        });
  }

  @Test
  void itIsAJumpHostOnlyWithANetwork() throws Exception {
    try (FlowServer shouter = shouter();
        SshServer jump = serve(builder().forwardBy(TCP));
        SshServer none = builder().serve(TCP.listen(new HostPort("127.0.0.1", 0)))) {
      Files.writeString(
          folder.resolve("known_hosts"), jump.knownHost() + "\n" + none.knownHost() + "\n");
      Files.writeString(folder.resolve("word"), "hello\n");
      String through =
          "-W 127.0.0.1:%d me@127.0.0.1 < word".formatted(URI.create(shouter.address()).getPort());
      assertThat(ssh(jump, through)).isEqualTo("HELLO\n=0\n");
      assertThat(ssh(none, through)).contains("open failed");
      assertThat(ssh(jump, "-W 127.0.0.1:1 me@127.0.0.1 < word")).contains("connect failed");
    }
  }

  @Test
  void aServerThatLetsNobodyInIsNotStarted() throws Exception {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (var listener = TCP.listen(new HostPort("127.0.0.1", 0))) {
                SshServer.builder().serve(listener).close();
              }
            });
    assertThat(e).hasMessageThat().contains("nobody can log in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa !!", "a b"})
  void whatIsNoPublicKeyIsTold(String line) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SshServer.builder().key("me", line));
    assertThat(e).hasMessageThat().contains("not a public key");
  }
}
