package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of commands that pass with every server. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
abstract class CommandContract {
  private final SshPeer peer;
  private Path folder;
  private Host host;

  CommandContract(SshPeer peer) {
    this.peer = peer;
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    host = peer.start(folder);
  }

  @AfterAll
  void stop() throws IOException {
    if (host != null) {
      host.close();
    }
  }

  private static String all(Flow flow) throws IOException {
    return new String(flow.inputStream().readAllBytes(), UTF_8);
  }

  @Test
  void command_output_isRead() throws Exception {
    try (Flow flow = host.run("echo hello")) {
      assertThat(flow.info().toString()).isEqualTo("ssh(%s)".formatted(host.direct()));
      assertThat(all(flow)).isEqualTo("hello\n");
      assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void command_input_isWritten() throws Exception {
    try (Flow flow = host.run("cat")) {
      Host.assertEchoes(flow);
    }
  }

  @Test
  void close_afterAWrite_deliversTheBytes() throws Exception {
    Path file = folder.resolve("written");
    byte[] sent = new byte[1 << 20];
    new Random(3).nextBytes(sent);
    try (Flow flow = host.run("cat > '%s.part' && mv '%1$s.part' '%1$s'".formatted(file))) {
      flow.write(ByteBuffer.wrap(sent));
    }
    for (int i = 0; i < 500 && !Files.exists(file); i++) {
      TimeUnit.MILLISECONDS.sleep(10); // the server finishes asynchronously
    }
    assertThat(Files.size(file)).isEqualTo(sent.length);
    assertThat(Arrays.equals(Files.readAllBytes(file), sent)).isTrue();
  }

  @Test
  void exit_withFailure_reportsStatusAndStandardError() throws Exception {
    try (Flow flow = host.run("echo some; echo no such thing >&2; exit 3")) {
      ByteBuffer some = ByteBuffer.allocate(5);
      while (some.hasRemaining()) {
        flow.read(some);
      }
      SshExitException e =
          assertThrows(SshExitException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(e)
          .hasMessageThat()
          .isEqualTo(
              "the command \"echo some; echo no such thing >&2; exit 3\" on ssh(%s) ended"
                      .formatted(host.direct())
                  + " with status 3: no such thing");
      assertThat(e.status()).isEqualTo(OptionalInt.of(3));
      assertThat(e.signal()).isEqualTo(Optional.empty());
    }
  }

  @Test
  void exit_bySignal_reportsTheSignal() throws Exception {
    try (Flow flow = host.run("kill -TERM $$")) {
      SshExitException e =
          assertThrows(SshExitException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(e.signal()).isEqualTo(Optional.of("TERM"));
    }
  }

  @Test
  void standardError_withDestination_isCopied() throws Exception {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (Flow flow =
        peer.resolver()
            .with(
                host.context("echo out; echo err >&2")
                    .with(Ssh.CLIENT, host.clientBuilder().standardError(errors).build()))
            .withTimeout(SshPeer.TIMEOUT)
            .resolve(host.address())) {
      assertThat(all(flow)).isEqualTo("out\n");
    }
    assertThat(errors.toString(UTF_8)).isEqualTo("err\n");
  }

  @Test
  void write_afterCommandEnded_reportsItsStatus() throws Exception {
    try (Flow flow = host.run("exit 7")) {
      ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
      PeerGoneException e =
          assertThrows(
              PeerGoneException.class,
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  flow.write(chunk.clear());
                  TimeUnit.MILLISECONDS.sleep(1);
                }
              });
      assertThat(e).hasMessageThat().contains("ended with status 7");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void output_afterCommandRefusedInput_isReadToTheEnd(int status) throws Exception {
    try (Flow flow = host.run("echo out; exit " + status)) {
      ByteBuffer line = ByteBuffer.wrap("line\n".getBytes(UTF_8));
      assertThrows(
          PeerGoneException.class,
          () -> {
            for (int i = 0; i < 10_000; i++) {
              flow.write(line.clear());
              TimeUnit.MILLISECONDS.sleep(1);
            }
          });
      if (status == 0) {
        assertThat(all(flow)).isEqualTo("out\n");
      } else {
        SshExitException e = assertThrows(SshExitException.class, () -> all(flow));
        assertThat(e.status()).isEqualTo(OptionalInt.of(status));
      }
    }
  }

  @Test
  void read_afterServerWasKilled_isNoCleanEnd() throws Exception {
    Host other = peer.start(folder.resolve("killed"));
    try (Flow flow = other.run("echo begun; sleep 60")) {
      ByteBuffer begun = ByteBuffer.allocate(6);
      while (begun.hasRemaining()) {
        flow.read(begun);
      }
      other.close();
      assertThrows(PeerGoneException.class, () -> flow.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void read_afterATimeout_continues() throws Exception {
    try (Flow flow = host.run("read line; echo got $line")) {
      flow.readTimeout(Duration.ofMillis(100));
      assertThrows(SocketTimeoutException.class, () -> flow.read(ByteBuffer.allocate(1)));
      flow.readTimeout(Duration.ZERO);
      flow.write(ByteBuffer.wrap("it\n".getBytes(UTF_8)));
      assertThat(all(flow)).isEqualTo("got it\n");
    }
  }

  @Test
  void close_duringRead_wakesItInTime() throws Exception {
    Flow flow = host.run("sleep 60");
    CompletableFuture<Integer> read = reading(flow);
    long begin = System.nanoTime();
    flow.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    ExecutionException e = assertThrows(ExecutionException.class, () -> read.get(10, SECONDS));
    assertThat(e).hasCauseThat().isInstanceOf(AsynchronousCloseException.class);
    assertThrows(ClosedChannelException.class, () -> flow.read(ByteBuffer.allocate(1)));
    assertThat(flow.isOpen()).isFalse();
  }

  private static final TimeUnit SECONDS = TimeUnit.SECONDS;

  private static CompletableFuture<Integer> reading(Flow flow) throws InterruptedException {
    CompletableFuture<Integer> read = new CompletableFuture<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    read.complete(flow.read(ByteBuffer.allocate(1)));
                  } catch (IOException e) {
                    read.completeExceptionally(e);
                  }
                });
    while (reader.getState() != Thread.State.WAITING && !read.isDone()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return read;
  }

  @Test
  void read_interrupted_closesTheFlow() throws Exception {
    Flow flow = host.run("sleep 60");
    Thread.currentThread().interrupt();
    assertThrows(ClosedByInterruptException.class, () -> flow.read(ByteBuffer.allocate(1)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(flow.isOpen()).isFalse();
  }

  @Test
  void connect_interrupted_ends() throws Exception {
    Thread.currentThread().interrupt();
    assertThrows(ClosedByInterruptException.class, () -> host.run("echo"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void rekeying_manyTimes_keepsReceivedBytes() throws Exception {
    try (Host rekeying = peer.startRekeying(folder.resolve("rekeying"), 4 << 20)) {
      long bytes = 200_000_000;
      try (Flow flow = rekeying.run("head -c %d /dev/zero".formatted(bytes))) {
        ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
        long count = 0;
        for (int n = flow.read(buffer); n >= 0; n = flow.read(buffer.clear())) {
          count += n;
        }
        assertThat(count).isEqualTo(bytes);
      }
    }
  }

  @Test
  void rekeying_manyTimes_keepsSentBytes() throws Exception {
    try (Host rekeying = peer.startRekeying(folder.resolve("rekeying-up"), 4 << 20);
        Flow flow = rekeying.run("wc -c")) {
      ByteBuffer chunk = ByteBuffer.allocate(1 << 20);
      for (int i = 0; i < 40; i++) {
        flow.write(chunk.clear());
      }
      flow.shutdownOutput();
      assertThat(all(flow).strip()).isEqualTo("" + (40 << 20));
    }
  }

  @Test
  void keepAlive_withSlowReader_keepsTheConnection() throws Exception {
    SshClient client = host.clientBuilder().keepAlive(Duration.ofMillis(50)).build();
    try (SshSession session = host.session(client);
        Flow flow = session.run("head -c 8000000 /dev/zero", SshPeer.deadline())) {
      TimeUnit.MILLISECONDS.sleep(500); // twice the time after which a silent server is dropped
      assertThat(flow.inputStream().readAllBytes().length).isEqualTo(8_000_000);
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void close_serverDoesNotRead_returnsInTime() throws Exception {
    try (FreezingRelay relay = new FreezingRelay(peer, host.at())) {
      SshSession session =
          SshSession.over(
              peer.connect(relay.at()), host.at(), host.user(), host.client(), SshPeer.deadline());
      Flow flow = session.run("cat", SshPeer.deadline());
      relay.stall();
      CompletableFuture<Long> written = writingEndlessly(flow);
      long begin = System.nanoTime();
      flow.close();
      session.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
      assertThrows(ExecutionException.class, () -> written.get(10, SECONDS));
    }
  }

  /** Starts a writer and returns when it is blocked. */
  private static CompletableFuture<Long> writingEndlessly(Flow flow) throws InterruptedException {
    CompletableFuture<Long> written = new CompletableFuture<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  ByteBuffer chunk = ByteBuffer.allocate(1 << 20);
                  try {
                    for (long count = 0; count >= 0; count += flow.write(chunk.clear())) {}
                  } catch (IOException e) {
                    written.completeExceptionally(e);
                  }
                });
    for (int still = 0; still < 50; ) { // the writer can wait briefly before it blocks
      still = writer.getState() == Thread.State.WAITING ? still + 1 : 0;
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return written;
  }

  @Test
  void channel_closedImmediatelyByServer_ends() throws Exception {
    try (SshSession session = host.session()) {
      for (int i = 0; i < 10; i++) {
        try (Flow flow = session.run("exit 0", SshPeer.deadline())) {
          assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
      }
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void address_withoutCommand_namesTheMissingKey() throws Exception {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                peer.resolver()
                    .withTimeout(SshPeer.TIMEOUT)
                    .resolve("%s@127.0.0.1:x".formatted(host.user())));
    assertThat(e).hasMessageThat().contains("ssh.command");
  }
}
