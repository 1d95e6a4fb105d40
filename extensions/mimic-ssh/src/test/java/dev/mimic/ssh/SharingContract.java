package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of flows that share a connection to a jump host, which pass with every server.
 *
 * <pre>
 *   clients  =====  host  -----  echo, silent, or endless server
 * </pre>
 */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
abstract class SharingContract {
  // In an earlier version, closing five flows took ten seconds.
  private static final Duration MAX_CLOSE_TIME = Duration.ofSeconds(1);

  final SshPeer peer;
  private Host host;

  SharingContract(SshPeer peer) {
    this.peer = peer;
  }

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    host = peer.start(folder);
  }

  @AfterEach
  void stop() throws IOException {
    host.close();
  }

  private SshJump jump() throws IOException {
    return SshJump.of(host.at(), host.user(), host.client());
  }

  private Flow connect(SshJump jump, FlowServer to) throws IOException {
    return jump.through(peer.network()).connect(SshPeer.at(to), SshPeer.deadline());
  }

  private FlowServer echo() throws IOException {
    return peer.serve(
        flow -> {
          long unused = flow.inputStream().transferTo(flow.outputStream());
          flow.shutdownOutput();
        });
  }

  /** Starts a server that neither reads, writes nor closes until the latch opens. */
  private FlowServer silent(CountDownLatch end) throws IOException {
    return peer.serve(
        flow -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private FlowServer endless() throws IOException {
    return peer.serve(
        flow -> {
          ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
          while (true) {
            flow.write(chunk.clear());
          }
        });
  }

  @Test
  void close_ofFlowsToSilentHost_returnsImmediately() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    SshJump jump = jump();
    List<Flow> flows = new ArrayList<>();
    List<Future<?>> blocked = new ArrayList<>();
    try (FlowServer silent = silent(end);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        Flow flow = connect(jump, silent);
        flows.add(flow);
        flow.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
        blocked.add(threads.submit(() -> readOne(flow)));
      }
      for (int i = 0; i < 6; i++) {
        Flow flow = flows.get(i);
        if (i % 2 == 0) {
          blocked.add(threads.submit(() -> writeEndlessly(flow)));
        }
      }
      long before = System.nanoTime();
      for (Flow each : flows) {
        each.close();
      }
      for (Future<?> each : blocked) {
        ExecutionException e =
            assertThrows(ExecutionException.class, () -> each.get(20, TimeUnit.SECONDS));
        assertThat(e).hasCauseThat().isInstanceOf(ClosedChannelException.class);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(MAX_CLOSE_TIME);
      end.countDown();
    }
    awaitIdle(jump);
  }

  private static int readOne(Flow flow) throws IOException {
    return flow.read(ByteBuffer.allocate(1));
  }

  private static Object writeEndlessly(Flow flow) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    while (true) {
      flow.write(chunk.clear());
    }
  }

  /** Uses one thread for the timeouts of all calls, as OkHttp's watchdog does. */
  @Test
  void timeouts_ofOneWatchdogThread_areOnTime() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    SshJump jump = jump();
    try (FlowServer silent = silent(end);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var watchdog = Executors.newSingleThreadScheduledExecutor();
      try {
        List<Future<Duration>> durations = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          Flow flow = connect(jump, silent);
          flow.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8)));
          long before = System.nanoTime();
          Future<?> unused =
              watchdog.schedule(
                  () -> {
                    flow.close();
                    return true;
                  },
                  500,
                  TimeUnit.MILLISECONDS);
          durations.add(
              threads.submit(
                  () -> {
                    assertThrows(AsynchronousCloseException.class, () -> readOne(flow));
                    return Duration.ofNanos(System.nanoTime() - before);
                  }));
        }
        for (Future<Duration> each : durations) {
          assertThat(each.get(20, TimeUnit.SECONDS))
              .isLessThan(Duration.ofMillis(500).plus(MAX_CLOSE_TIME));
        }
      } finally {
        watchdog.shutdownNow();
        end.countDown();
      }
    }
    awaitIdle(jump);
  }

  @Test
  void close_afterAWrite_deliversAllBytes() throws Exception {
    LinkedBlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
    SshJump jump = jump();
    try (FlowServer counting =
        peer.serve(flow -> counts.add(flow.inputStream().readAllBytes().length))) {
      for (int bytes : new int[] {1, 100_000, 3 << 20, 20 << 20}) {
        try (Flow flow = connect(jump, counting)) {
          flow.write(ByteBuffer.allocate(bytes));
        }
        assertThat(counts.poll(30, TimeUnit.SECONDS)).isEqualTo(bytes);
      }
    }
    awaitIdle(jump);
  }

  @Test
  void sessionClose_afterFlowClose_deliversAllBytes() throws Exception {
    LinkedBlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
    try (FlowServer counting =
        peer.serve(flow -> counts.add(flow.inputStream().readAllBytes().length))) {
      try (SshSession session = host.session();
          Flow flow = session.connect(SshPeer.at(counting), SshPeer.deadline())) {
        flow.write(ByteBuffer.allocate(3 << 20));
      }
      assertThat(counts.poll(30, TimeUnit.SECONDS)).isEqualTo(3 << 20);
    }
  }

  @Test
  void flow_unread_doesNotBlockOthers() throws Exception {
    SshJump jump = jump();
    try (FlowServer endless = endless();
        FlowServer echo = echo();
        Flow unread = connect(jump, endless)) {
      assertThat(unread.read(ByteBuffer.allocate(1))).isEqualTo(1);
      for (int i = 0; i < 3; i++) {
        try (Flow flow = connect(jump, echo)) {
          Host.assertEchoes(flow);
        }
      }
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      for (long count = 0; count < 20 << 20; count += unread.read(buffer.clear())) {}
    }
    awaitIdle(jump);
  }

  @Test
  void write_interrupted_closesOnlyItsFlow() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    SshJump jump = jump();
    try (FlowServer silent = silent(end);
        FlowServer echo = echo();
        Flow other = connect(jump, echo);
        Flow full = connect(jump, silent)) {
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () ->
                      failure.complete(
                          assertThrows(IOException.class, () -> writeEndlessly(full))));
      assertThat(writer.join(Duration.ofMillis(300))).isFalse();
      writer.interrupt();
      assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(ClosedByInterruptException.class);
      assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
      assertThat(full.isOpen()).isFalse();
      other.outputStream().write(7);
      assertThat(other.inputStream().read()).isEqualTo(7);
      end.countDown();
    }
    awaitIdle(jump);
  }

  @Test
  void session_afterServerRestart_reconnects() throws Exception {
    try (FlowServer echo = echo();
        SshSession session = host.session()) {
      for (int i = 0; i < 3; i++) {
        Flow lost = session.run("cat", SshPeer.deadline());
        host.restart();
        try (Flow flow = session.run("echo again", SshPeer.deadline())) {
          assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("again\n");
        }
        try (Flow flow = session.connect(SshPeer.at(echo), SshPeer.deadline())) {
          Host.assertEchoes(flow);
        }
        assertThrows(IOException.class, () -> readOne(lost));
        lost.close();
      }
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void session_overLostFlow_reportsTheLoss() throws Exception {
    try (SshSession session =
        SshSession.over(
            peer.connect(host.at()), host.at(), host.user(), host.client(), SshPeer.deadline())) {
      Flow lost = session.run("cat", SshPeer.deadline());
      host.restart();
      assertThrows(IOException.class, () -> readOne(lost));
      lost.close();
      IOException e =
          assertThrows(IOException.class, () -> session.run("echo again", SshPeer.deadline()));
      assertThat(e).hasMessageThat().contains("is closed: ");
      assertThat(e).hasMessageThat().doesNotContain("closed here");
      assertThat(session.isOpen()).isFalse();
    }
  }

  @Test
  void jump_afterHostRestart_logsInAgain() throws Exception {
    SshJump jump = jump();
    try (FlowServer echo = echo();
        Flow lost = connect(jump, echo)) {
      host.restart();
      try (Flow flow = connect(jump, echo)) {
        Host.assertEchoes(flow);
      }
      assertThrows(IOException.class, () -> readOne(lost));
    }
    awaitIdle(jump);
  }

  @Test
  void login_refused_failsAllWaitingFlows() throws Exception {
    SshClient unknown = host.clientBuilder().keys(List.of()).build();
    SshJump jump = SshJump.of(host.at(), host.user(), unknown);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      HostPort nowhere = new HostPort("127.0.0.1", 9);
      for (int i = 0; i < 20; i++) {
        all.add(
            threads.submit(
                () -> jump.through(peer.network()).connect(nowhere, SshPeer.deadline())));
      }
      for (Future<?> each : all) {
        ExecutionException e =
            assertThrows(ExecutionException.class, () -> each.get(60, TimeUnit.SECONDS));
        assertThat(e).hasCauseThat().isInstanceOf(SshAuthenticationException.class);
      }
    }
    assertThat(jump.isIdle()).isTrue();
  }

  @Test
  void flow_waitingForLogin_keepsItsOwnDeadline() throws Exception {
    CompletableFuture<Flow> asked = new CompletableFuture<>();
    try (FlowServer mute =
            peer.serve(
                flow -> {
                  asked.complete(flow);
                  byte[] unused = flow.inputStream().readAllBytes();
                });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SshJump jump = SshJump.of(SshPeer.at(mute), host.user(), host.client());
      HostPort nowhere = new HostPort("127.0.0.1", 9);
      Future<?> first =
          threads.submit(() -> jump.through(peer.network()).connect(nowhere, SshPeer.deadline()));
      Flow login = asked.get(20, TimeUnit.SECONDS);
      var deadline = Deadline.after(Duration.ofMillis(200), TimeSource.system());
      assertThrows(
          SocketTimeoutException.class,
          () -> jump.through(peer.network()).connect(nowhere, deadline));
      login.close();
      assertThrows(ExecutionException.class, () -> first.get(20, TimeUnit.SECONDS));
    }
  }

  static void awaitIdle(SshJump jump) throws InterruptedException {
    for (int i = 0; i < 1500 && !jump.isIdle(); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // closed flows finish asynchronously
    }
    assertThat(jump.isIdle()).isTrue();
  }
}
