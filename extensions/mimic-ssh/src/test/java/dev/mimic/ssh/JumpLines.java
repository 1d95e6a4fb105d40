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
 * Jump hosts, and sessions that are shared.
 *
 * <pre>
 *   client  =====  first  =====  second  =====  echo server
 * </pre>
 */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
abstract class JumpLines {
  private final SshPeer peer;
  private Host first;
  private Host second;

  JumpLines(SshPeer peer) {
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
  void bytesGoThroughAJumpHost() throws Exception {
    try (FlowServer echo = echo();
        Flow flow = jump(first).through(peer.network()).connect(at(echo), SshPeer.soon())) {
      assertThat(flow.info().toString())
          .isEqualTo("direct-tcpip(%s by ssh(%s))".formatted(at(echo), first.direct()));
      Host.assertEchoes(flow);
    }
  }

  @Test
  void anySchemeRunsThroughSeveralJumpHosts() throws Exception {
    try (FlowServer echo = echo();
        Flow flow =
            peer.resolver()
                .with(Network.HOPS, List.of(jump(first), jump(second)))
                .withTimeout(SshPeer.ENOUGH)
                .resolve("tcp://" + at(echo))) {
      assertThat(flow.info().toString())
          .isEqualTo(
              "direct-tcpip(%s by ssh(direct-tcpip(%s by ssh(%s))))"
                  .formatted(at(echo), second.at(), first.direct()));
      Host.assertEchoes(flow);
    }
  }

  @Test
  void commandRunsBehindAJumpHost() throws Exception {
    try (Flow flow =
        peer.resolver()
            .with(second.context("echo behind").with(Network.HOPS, List.of(jump(first))))
            .withTimeout(SshPeer.ENOUGH)
            .resolve(second.address())) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("behind\n");
    }
  }

  @Test
  void whereNobodyListensTheJumpHostSaysSo() throws Exception {
    HostPort gone = peer.whereNobodyListens();
    IOException e =
        assertThrows(
            IOException.class,
            () -> jump(first).through(peer.network()).connect(gone, SshPeer.soon()));
    assertThat(e)
        .hasMessageThat()
        .isEqualTo(
            "no connection to direct-tcpip(%s by ssh(%s)): the SSH server had none"
                .formatted(gone, first.direct()));
  }

  @Test
  void oneSessionCarriesManyFlowsAtOnce() throws Exception {
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
                          ? session.connect(at(echo), SshPeer.soon())
                          : session.run("cat", SshPeer.soon())) {
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
  void closingASessionClosesItsFlows() throws Exception {
    SshSession session = first.session();
    Flow flow = session.run("cat", SshPeer.soon());
    session.close();
    assertThat(session.isOpen()).isFalse();
    assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
    flow.close();
    assertThrows(IOException.class, () -> session.run("echo", SshPeer.soon()));
  }

  @Test
  void closingAFlowLeavesTheSession() throws Exception {
    try (SshSession session = first.session()) {
      session.run("sleep 60", SshPeer.soon()).close();
      try (Flow flow = session.run("echo more", SshPeer.soon())) {
        assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("more\n");
      }
    }
  }

  @Test
  void silentServerIsGivenUpAtTheDeadline() throws Exception {
    try (FlowServer silent =
        peer.serve(
            flow -> {
              byte[] unused = flow.inputStream().readAllBytes(); // until it is given up
            })) {
      Deadline soon = Deadline.after(Duration.ofMillis(300), TimeSource.system());
      assertThrows(
          SocketTimeoutException.class,
          () -> SshSession.open(peer.network(), at(silent), "a", first.client(), soon));
    }
  }

  @Test
  void whatSpeaksNoSshIsToldSo() throws Exception {
    try (FlowServer other =
        peer.serve(flow -> flow.write(ByteBuffer.wrap("220 hello\r\n".getBytes(UTF_8))))) {
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  SshSession.open(peer.network(), at(other), "a", first.client(), SshPeer.soon()));
      assertThat(e).hasMessageThat().contains("does it speak SSH there?");
    }
  }

  @Test
  void serverThatStopsAnsweringIsGivenUp() throws Exception {
    SshClient impatient = first.clientBuilder().keepAlive(Duration.ofMillis(100)).build();
    try (Frozen frozen = new Frozen(peer, first.at());
        SshSession session =
            SshSession.over(
                peer.connect(frozen.at()), first.at(), first.user(), impatient, SshPeer.soon());
        Flow flow = session.run("cat", SshPeer.soon())) {
      TimeUnit.MILLISECONDS.sleep(1000); // ten times of asking: it answers, and nothing happens
      assertThat(session.isOpen()).isTrue();
      frozen.freeze();
      assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
    }
  }
}
