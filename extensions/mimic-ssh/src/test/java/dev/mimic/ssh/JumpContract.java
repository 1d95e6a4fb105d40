package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of jump hosts and of sessions with many flows that pass with every server.
 *
 * <pre>
 *   client  =====  first  =====  second  =====  echo server
 * </pre>
 */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
abstract class JumpContract {
  private final SshPeer peer;
  private Host first;
  private Host second;

  JumpContract(SshPeer peer) {
    this.peer = peer;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    first = peer.start(folder.resolve("first"));
    second = peer.start(folder.resolve("second"));
  }

  @AfterAll
  void stop() throws IOException {
    for (Host each : new Host[] {first, second}) {
      if (each != null) {
        each.close();
      }
    }
  }

  private FlowServer echo() throws IOException {
    return peer.serve(
        flow -> {
          long unused = flow.inputStream().transferTo(flow.outputStream());
          flow.shutdownOutput();
        });
  }

  private static HostPort at(FlowServer server) {
    return new HostPort("localhost", URI.create(server.address()).getPort());
  }

  private SshJump jump(Host over) throws IOException {
    return SshJump.of(over.at(), over.user(), over.client());
  }

  @Test
  void jump_toAnEchoServer_relaysBytes() throws Exception {
    try (FlowServer echo = echo();
        Flow flow = jump(first).through(peer.network()).connect(at(echo), SshPeer.deadline())) {
      assertThat(flow.info().toString())
          .isEqualTo("direct-tcpip(%s by ssh(%s))".formatted(at(echo), first.direct()));
      Host.assertEchoes(flow);
    }
  }

  @Test
  void hops_twoJumpHosts_carryAnyScheme() throws Exception {
    try (FlowServer echo = echo();
        Flow flow =
            peer.resolver()
                .with(Network.HOPS, List.of(jump(first), jump(second)))
                .withTimeout(SshPeer.TIMEOUT)
                .resolve("tcp://" + at(echo))) {
      assertThat(flow.info().toString())
          .isEqualTo(
              "direct-tcpip(%s by ssh(direct-tcpip(%s by ssh(%s))))"
                  .formatted(at(echo), second.at(), first.direct()));
      Host.assertEchoes(flow);
    }
  }

  @Test
  void command_behindJumpHost_runs() throws Exception {
    try (Flow flow =
        peer.resolver()
            .with(second.context("echo behind").with(Network.HOPS, List.of(jump(first))))
            .withTimeout(SshPeer.TIMEOUT)
            .resolve(second.address())) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("behind\n");
    }
  }

  @Test
  void jump_withoutListener_reportsIt() throws Exception {
    HostPort unused = peer.unusedPort();
    IOException e =
        assertThrows(
            IOException.class,
            () -> jump(first).through(peer.network()).connect(unused, SshPeer.deadline()));
    assertThat(e)
        .hasMessageThat()
        .isEqualTo(
            "no connection to direct-tcpip(%s by ssh(%s)): the SSH server could not connect"
                .formatted(unused, first.direct()));
  }

  @Test
  void session_withManyFlows_carriesThemConcurrently() throws Exception {
    try (FlowServer echo = echo();
        SshSession session = first.session();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        boolean tunnel = i % 2 == 0;
        all.add(
            threads.submit(
                () -> {
                  try (Flow flow =
                      tunnel
                          ? session.connect(at(echo), SshPeer.deadline())
                          : session.run("cat", SshPeer.deadline())) {
                    Host.assertEchoes(flow);
                  }
                  return true;
                }));
      }
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void session_closed_closesItsFlows() throws Exception {
    SshSession session = first.session();
    Flow flow = session.run("cat", SshPeer.deadline());
    session.close();
    assertThat(session.isOpen()).isFalse();
    assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
    flow.close();
    assertThrows(IOException.class, () -> session.run("echo", SshPeer.deadline()));
  }

  @Test
  void flow_closed_leavesTheSessionOpen() throws Exception {
    try (SshSession session = first.session()) {
      session.run("sleep 60", SshPeer.deadline()).close();
      try (Flow flow = session.run("echo more", SshPeer.deadline())) {
        assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("more\n");
      }
    }
  }

  @Test
  void open_silentServer_timesOut() throws Exception {
    try (FlowServer silent =
        peer.serve(
            flow -> {
              byte[] unused = flow.inputStream().readAllBytes(); // until the client closes
            })) {
      Deadline deadline = Deadline.after(Duration.ofMillis(300), TimeSource.system());
      assertThrows(
          SocketTimeoutException.class,
          () -> SshSession.open(peer.network(), at(silent), "a", first.client(), deadline));
    }
  }

  @Test
  void open_notAnSshServer_isReported() throws Exception {
    try (FlowServer other =
        peer.serve(flow -> flow.write(ByteBuffer.wrap("220 hello\r\n".getBytes(UTF_8))))) {
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  SshSession.open(
                      peer.network(), at(other), "a", first.client(), SshPeer.deadline()));
      assertThat(e).hasMessageThat().contains("check that it is an SSH server");
    }
  }

  @Test
  void keepAlive_withoutAnswers_closesTheConnection() throws Exception {
    SshClient client = first.clientBuilder().keepAlive(Duration.ofMillis(100)).build();
    try (FreezingRelay relay = new FreezingRelay(peer, first.at());
        SshSession session =
            SshSession.over(
                peer.connect(relay.at()), first.at(), first.user(), client, SshPeer.deadline());
        Flow flow = session.run("cat", SshPeer.deadline())) {
      TimeUnit.MILLISECONDS.sleep(1000); // ten intervals with answers
      assertThat(session.isOpen()).isTrue();
      relay.freeze();
      assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
    }
  }
}
