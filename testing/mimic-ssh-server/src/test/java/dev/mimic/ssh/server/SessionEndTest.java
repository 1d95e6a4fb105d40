package dev.mimic.ssh.server;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that end sessions with running commands, with OpenSSH's client over TCP. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class SessionEndTest {
  private static final Network TCP = TcpNetwork.create();

  @TempDir private Path folder;
  private OpenSshClient client;
  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

  SessionEndTest() {}

  @BeforeEach
  void makeClient() throws IOException {
    client = OpenSshClient.in(folder);
  }

  private SshServer serve() throws IOException {
    SshServer server =
        client.server().commands(this::run).serve(TCP.listen(new HostPort("127.0.0.1", 0)));
    client.trust(server);
    return server;
  }

  /** Runs {@code read} or {@code wait}, which end at the end of input and by an interrupt. */
  private int run(SshCommand command) throws Exception {
    command.output().write("start\n".getBytes(UTF_8));
    try {
      if (command.line().equals("read")) {
        long unused = command.input().transferTo(command.output());
      } else {
        new CountDownLatch(1).await();
      }
      return 0;
    } finally {
      ended.add(command.line());
    }
  }

  private static Process awaitStart(Process client) throws IOException {
    assertThat(client.getInputStream().readNBytes(6)).isEqualTo("start\n".getBytes(UTF_8));
    return client;
  }

  @Test
  void stop_forced_endsCommandsAndClients() throws Exception {
    SshServer server = serve();
    Process one = awaitStart(client.start(server, "me@127.0.0.1 wait"));
    Process two = awaitStart(client.start(server, "me@127.0.0.1 read"));
    assertThat(server.connections()).isEqualTo(2);

    assertThat(server.stop(Duration.ZERO)).isFalse();

    assertThat(server.connections()).isEqualTo(0);
    assertThat(ended).containsExactly("wait", "read");
    for (Process each : new Process[] {one, two}) {
      assertThat(each.waitFor()).isEqualTo(255);
    }
  }

  @Test
  void command_ofKilledClient_ends() throws Exception {
    try (SshServer server = serve()) {
      Process reading = awaitStart(client.start(server, "me@127.0.0.1 read"));
      Process waiting = awaitStart(client.start(server, "me@127.0.0.1 wait"));
      reading.destroyForcibly();
      waiting.destroyForcibly();

      assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("read");
      assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("wait");
      assertThat(server.stop(Duration.ofSeconds(20))).isTrue();
    }
  }
}
