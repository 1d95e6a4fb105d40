package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.ResolutionException;
import dev.mimic.ssh.server.SshServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What OpenSSH's server is not made to do. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class InMemoryOnlyTest {
  private final SshPeer peer = SshPeer.inMemory();
  private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

  private SshServer serve(SshServer.Builder builder) throws IOException {
    return builder
        .password("me", "open-sesame")
        .reporter((what, failure) -> reports.add(what + ": " + failure.getMessage()))
        .serve(peer.network().listen(new HostPort("127.0.0.1", 0)));
  }

  private SshServer serve() throws IOException {
    return serve(SshServer.builder().commands(new TestShell()));
  }

  private Flow run(SshServer server, String password, String command) throws IOException {
    Context how =
        Context.empty()
            .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(server.knownHost()))
            .with(Ssh.KEYS, List.of())
            .with(Address.PASSWORD, password)
            .with(Ssh.COMMAND, command);
    return peer.resolver().resolve("ssh://me@" + server.at(), how, SshPeer.ENOUGH);
  }

  private static void awaitNoConnection(SshServer server) throws InterruptedException {
    for (int i = 0; i < 1000 && server.connections() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(10); // the server's side has an end of its own
    }
    assertThat(server.connections()).isEqualTo(0);
  }

  @Test
  void passwordLetsIn() throws Exception {
    try (SshServer server = serve();
        Flow flow = run(server, "open-sesame", "echo in")) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
    }
  }

  @Test
  void anotherPasswordDoesNotAndIsNotShown() throws Exception {
    try (SshServer server = serve()) {
      ResolutionException e =
          assertThrows(ResolutionException.class, () -> run(server, "open-barley", "echo in"));
      assertThat(e).hasMessageThat().contains("it takes password, and was shown 0 keys");
      assertThat(e.report()).doesNotContain("barley");
      awaitNoConnection(server);
    }
  }

  @Test
  void aCommandThatCannotBeOpenedLeavesNoConnection() throws Exception {
    try (SshServer server = serve(SshServer.builder())) {
      ResolutionException e =
          assertThrows(ResolutionException.class, () -> run(server, "open-sesame", "echo in"));
      assertThat(e).hasMessageThat().contains("was not opened by the SSH server");
      awaitNoConnection(server);
    }
  }

  @Test
  void anEndingWithoutStatusIsNoSuccess() throws Exception {
    try (SshServer server = serve();
        Flow flow = run(server, "open-sesame", "echo some; fail")) {
      assertThat(flow.inputStream().readNBytes(5)).isEqualTo("some\n".getBytes(UTF_8));
      SshExitException e =
          assertThrows(SshExitException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(e).hasMessageThat().contains("ended, and nobody says how");
      assertThat(e.status()).isEqualTo(OptionalInt.empty());
      assertThat(e.signal()).isEqualTo(Optional.empty());
      assertThat(reports.poll(10, TimeUnit.SECONDS))
          .isEqualTo("the command \"echo some; fail\" failed: as it was asked");
    }
  }
}
