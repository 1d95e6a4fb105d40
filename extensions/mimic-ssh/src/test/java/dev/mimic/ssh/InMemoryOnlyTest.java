package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.ssh.server.SshServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that OpenSSH's server cannot be configured for. */
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
    Context context =
        Context.empty()
            .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(server.knownHost()))
            .with(Ssh.KEYS, List.of())
            .with(Address.PASSWORD, password)
            .with(Ssh.COMMAND, command);
    return peer.resolver()
        .with(context)
        .withTimeout(SshPeer.TIMEOUT)
        .resolve("ssh://me@" + server.at());
  }

  private static void awaitNoConnection(SshServer server) throws InterruptedException {
    for (int i = 0; i < 1000 && server.connections() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(10); // the server closes its side asynchronously
    }
    assertThat(server.connections()).isEqualTo(0);
  }

  @Test
  void password_right_isAccepted() throws Exception {
    try (SshServer server = serve();
        Flow flow = run(server, "open-sesame", "echo in")) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("in\n");
    }
  }

  @Test
  void password_wrong_isRefusedAndNotShown() throws Exception {
    try (SshServer server = serve()) {
      ResolutionException e =
          assertThrows(ResolutionException.class, () -> run(server, "open-barley", "echo in"));
      assertThat(e).hasMessageThat().contains("it accepts password, and was offered 0 keys");
      assertThat(e.report()).doesNotContain("barley");
      awaitNoConnection(server);
    }
  }

  @Test
  void command_notOpened_leavesNoConnection() throws Exception {
    try (SshServer server = serve(SshServer.builder())) {
      ResolutionException e =
          assertThrows(ResolutionException.class, () -> run(server, "open-sesame", "echo in"));
      assertThat(e).hasMessageThat().contains("was not opened by the SSH server");
      awaitNoConnection(server);
    }
  }

  @Test
  void exit_withoutStatus_isAFailure() throws Exception {
    try (SshServer server = serve();
        Flow flow = run(server, "open-sesame", "echo some; fail")) {
      assertThat(flow.inputStream().readNBytes(5)).isEqualTo("some\n".getBytes(UTF_8));
      SshExitException e =
          assertThrows(SshExitException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(e).hasMessageThat().contains("ended without an exit status");
      assertThat(e.status()).isEqualTo(OptionalInt.empty());
      assertThat(e.signal()).isEqualTo(Optional.empty());
      assertThat(reports.poll(10, TimeUnit.SECONDS))
          .isEqualTo("the command \"echo some; fail\" failed: as it was asked");
    }
  }

  /** A flow whose writes begin to fail, while its reads know of nothing yet. */
  private static final class GoneForWrites extends ForwardingFlow {
    private volatile boolean gone;

    GoneForWrites(Flow below) {
      super(below);
    }

    private void check() throws IOException {
      if (gone) {
        throw new PeerGoneException("gone while it was written to");
      }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
      check();
      return super.write(src);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
      check();
      return super.write(srcs, offset, length);
    }
  }

  @Test
  void session_whoseRequestCannotBeSent_connectsAgain() throws Exception {
    List<GoneForWrites> below = new ArrayList<>();
    Network network =
        of(
            at -> {
              below.add(new GoneForWrites(peer.connect(at)));
              return below.getLast();
            });
    FlowPipe host = FlowPipe.create();
    try (SshServer server =
            serve(SshServer.builder().commands(new TestShell()).forwardBy(of(at -> host.near())));
        SshSession session =
            SshSession.open(network, server.at(), "me", client(server), SshPeer.deadline())) {
      session.run("echo first", SshPeer.deadline()).close();
      below.getLast().gone = true;
      try (Flow command = session.run("echo second", SshPeer.deadline())) {
        assertThat(new String(command.inputStream().readAllBytes(), UTF_8)).isEqualTo("second\n");
      }
      below.getLast().gone = true;
      try (Flow tunnel = session.connect(new HostPort("host.example", 1), SshPeer.deadline())) {
        tunnel.write(ByteBuffer.wrap(new byte[] {1}));
        assertThat(host.far().read(ByteBuffer.allocate(1))).isEqualTo(1);
      }
      assertThat(below).hasSize(3);
    }
  }

  @Test
  void session_ofAGivenFlow_saysWhyItsRequestWasNotSent() throws Exception {
    try (SshServer server = serve()) {
      GoneForWrites below = new GoneForWrites(peer.connect(server.at()));
      try (SshSession session = session(server, below)) {
        below.gone = true;
        IOException e =
            assertThrows(IOException.class, () -> session.run("echo lost", SshPeer.deadline()));
        assertThat(e).hasMessageThat().endsWith(" is closed: gone while it was written to");
      }
    }
  }

  /** A flow that can discard what is written, so that the peer never answers it. */
  private static final class Discarding extends ForwardingFlow {
    private volatile boolean discarding;
    private final CountDownLatch discarded = new CountDownLatch(1);

    Discarding(Flow below) {
      super(below);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
      if (!discarding) {
        return super.write(src);
      }
      int count = src.remaining();
      src.position(src.limit());
      discarded.countDown();
      return count;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"command", "tunnel"})
  void opening_ofALostConnection_failsImmediately(String kind) throws Exception {
    try (SshServer server = serve()) {
      Discarding below = new Discarding(peer.connect(server.at()));
      try (SshSession session = session(server, below)) {
        below.discarding = true;
        Future<Flow> opening =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return kind.equals("command")
                        ? session.run("echo lost", SshPeer.deadline())
                        : session.connect(new HostPort("host.example", 1), SshPeer.deadline());
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        below.discarded.await();
        server.stop(Duration.ZERO);
        ExecutionException e =
            assertThrows(ExecutionException.class, () -> opening.get(10, TimeUnit.SECONDS));
        assertThat(e).hasCauseThat().hasMessageThat().contains("the server ended the connection");
      }
    }
  }

  private static SshClient client(SshServer server) throws IOException {
    return SshClient.builder()
        .knownHosts(SshKnownHosts.of(server.knownHost()))
        .keys(List.of())
        .password("open-sesame")
        .build();
  }

  private SshSession session(SshServer server, Flow below) throws IOException {
    return SshSession.over(below, server.at(), "me", client(server), SshPeer.deadline());
  }

  /** Connects to a host. */
  private interface Dialer {
    Flow connect(HostPort to) throws IOException;
  }

  /** Returns a network with a single host. */
  private static Network of(Flow host) {
    return of(to -> host);
  }

  private static Network of(Dialer dialer) {
    return new Network() {
      @Override
      public Flow connect(HostPort to, Deadline deadline) throws IOException {
        return dialer.connect(to);
      }

      @Override
      public FlowListener listen(HostPort at, Deadline deadline) {
        throw new UnsupportedOperationException();
      }

      @Override
      public String describe(HostPort to) {
        return to.toString();
      }
    };
  }

  @Test
  void tunnel_closedWhileHostDoesNotRead_isAborted() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    FlowPipe host = FlowPipe.create();
    try (SshServer server = serve(SshServer.builder().forwardBy(of(host.near())).timeSource(time));
        SshSession session = session(server, peer.connect(server.at()))) {
      try (Flow flow = session.connect(new HostPort("host.example", 1), SshPeer.deadline())) {
        flow.write(ByteBuffer.allocate(200_000));
      }
      time.awaitTimers(2, SshPeer.TIMEOUT); // one of them is the timer of the login
      assertThat(host.near().isOpen()).isTrue();
      time.advance(Duration.ofSeconds(30));

      assertThrows(
          PeerGoneException.class,
          () -> {
            while (host.far().isOpen()) {
              host.far().write(ByteBuffer.allocate(1000));
            }
          });
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void client_lost_leavesNothingAtTheServer() throws Exception {
    FlowPipe host = FlowPipe.create();
    try (SshServer server =
        serve(SshServer.builder().commands(new TestShell()).forwardBy(of(host.near())))) {
      Flow below = peer.connect(server.at());
      try (SshSession session = session(server, below)) {
        Flow command = session.run("sleep 60", SshPeer.deadline());
        Flow tunnel = session.connect(new HostPort("host.example", 1), SshPeer.deadline());
        below.close();

        assertThrows(IOException.class, () -> command.read(ByteBuffer.allocate(1)));
        assertThat(host.far().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        tunnel.close();
      }
      assertThat(server.stop(SshPeer.TIMEOUT)).isTrue();
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void server_stopped_endsItsCommandsAndTunnels() throws Exception {
    FlowPipe host = FlowPipe.create();
    SshServer server =
        serve(SshServer.builder().commands(new TestShell()).forwardBy(of(host.near())));
    try (SshSession session = session(server, peer.connect(server.at()))) {
      Flow command = session.run("sleep 60", SshPeer.deadline());
      Flow tunnel = session.connect(new HostPort("host.example", 1), SshPeer.deadline());

      assertThat(server.stop(Duration.ZERO)).isFalse();

      assertThat(server.connections()).isEqualTo(0);
      assertThat(host.near().isOpen()).isFalse();
      assertThrows(PeerGoneException.class, () -> command.read(ByteBuffer.allocate(1)));
      assertThrows(PeerGoneException.class, () -> tunnel.read(ByteBuffer.allocate(1)));
    }
  }
}
