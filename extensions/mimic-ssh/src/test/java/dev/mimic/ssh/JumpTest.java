package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Context;
import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Sshd;
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
final class JumpTest {
  @TempDir static Path folder;
  private static Host first;
  private static Host second;

  @BeforeAll
  static void start() throws IOException {
    first = Host.start(folder.resolve("first"), "MaxSessions 100");
    second = Host.start(folder.resolve("second"));
  }

  @AfterAll
  static void stop() throws IOException {
    second.close();
    first.close();
  }

  private static FlowServer echo() throws IOException {
    return FlowServer.serve(
        Host.TCP.listen(new HostPort("127.0.0.1", 0)),
        flow -> {
          long unused = flow.inputStream().transferTo(flow.outputStream());
          flow.shutdownOutput();
        });
  }

  private static HostPort at(FlowServer server) {
    return new HostPort("localhost", URI.create(server.address()).getPort());
  }

  private static SshJump jump(Host over) throws IOException {
    return SshJump.of(over.at(), Sshd.user(), over.client());
  }

  @Test
  void bytesGoThroughAJumpHost() throws Exception {
    try (FlowServer echo = echo();
        Flow flow = jump(first).through(Host.TCP).connect(at(echo), Host.soon())) {
      assertThat(flow.info().toString())
          .isEqualTo("direct-tcpip(%s by ssh(tcp(%s)))".formatted(at(echo), first.at()));
      Host.assertEchoes(flow);
    }
  }

  @Test
  void anySchemeRunsThroughSeveralJumpHosts() throws Exception {
    try (FlowServer echo = echo();
        Flow flow =
            Host.RESOLVER.resolve(
                "tcp://" + at(echo),
                Context.empty().with(Network.HOPS, List.of(jump(first), jump(second))),
                Host.ENOUGH)) {
      assertThat(flow.info().toString())
          .isEqualTo(
              "direct-tcpip(%s by ssh(direct-tcpip(%s by ssh(tcp(%s)))))"
                  .formatted(at(echo), second.at(), first.at()));
      Host.assertEchoes(flow);
    }
  }

  @Test
  void commandRunsBehindAJumpHost() throws Exception {
    try (Flow flow =
        Host.RESOLVER.resolve(
            second.address(),
            second.context("echo behind").with(Network.HOPS, List.of(jump(first))),
            Host.ENOUGH)) {
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("behind\n");
    }
  }

  @Test
  void whereNobodyListensTheJumpHostSaysSo() throws Exception {
    HostPort gone = new HostPort("127.0.0.1", Daemon.freePort());
    IOException e =
        assertThrows(
            IOException.class, () -> jump(first).through(Host.TCP).connect(gone, Host.soon()));
    assertThat(e)
        .hasMessageThat()
        .isEqualTo(
            "no connection to direct-tcpip(%s by ssh(tcp(%s))): the SSH server had none"
                .formatted(gone, first.at()));
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
                          ? session.connect(at(echo), Host.soon())
                          : session.run("cat", Host.soon())) {
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
    Flow flow = session.run("cat", Host.soon());
    session.close();
    assertThat(session.isOpen()).isFalse();
    assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
    flow.close();
    assertThrows(IOException.class, () -> session.run("echo", Host.soon()));
  }

  @Test
  void closingAFlowLeavesTheSession() throws Exception {
    try (SshSession session = first.session()) {
      session.run("sleep 60", Host.soon()).close();
      try (Flow flow = session.run("echo more", Host.soon())) {
        assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("more\n");
      }
    }
  }

  @Test
  void silentServerIsGivenUpAtTheDeadline() throws Exception {
    try (FlowServer silent =
        FlowServer.serve(
            Host.TCP.listen(new HostPort("127.0.0.1", 0)),
            flow -> {
              byte[] unused = flow.inputStream().readAllBytes(); // until it is given up
            })) {
      Deadline soon = Deadline.after(Duration.ofMillis(300), TimeSource.system());
      assertThrows(
          SocketTimeoutException.class,
          () -> SshSession.open(Host.TCP, at(silent), "a", first.client(), soon));
    }
  }

  @Test
  void whatSpeaksNoSshIsToldSo() throws Exception {
    try (FlowServer other =
        FlowServer.serve(
            Host.TCP.listen(new HostPort("127.0.0.1", 0)),
            flow -> flow.write(ByteBuffer.wrap("220 hello\r\n".getBytes(UTF_8))))) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> SshSession.open(Host.TCP, at(other), "a", first.client(), Host.soon()));
      assertThat(e).hasMessageThat().contains("does it speak SSH there?");
    }
  }

  @Test
  void serverThatStopsAnsweringIsGivenUp() throws Exception {
    SshClient impatient =
        SshClient.builder()
            .knownHosts(SshKnownHosts.of(first.sshd().knownHost()))
            .keys(List.of(SshKey.ofFile(first.key())))
            .keepAlive(Duration.ofMillis(100))
            .build();
    try (Frozen frozen = new Frozen(first.at());
        SshSession session =
            SshSession.over(
                Host.TCP.connect(frozen.at(), Host.soon()),
                first.at(),
                Sshd.user(),
                impatient,
                Host.soon());
        Flow flow = session.run("cat", Host.soon())) {
      TimeUnit.MILLISECONDS.sleep(1000); // ten times of asking: it answers, and nothing happens
      assertThat(session.isOpen()).isTrue();
      frozen.freeze();
      assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
    }
  }
}
