package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.tls.bouncycastle.Implementation.JSSE;
import static dev.mimic.tls.bouncycastle.TlsFixture.line;
import static dev.mimic.tls.bouncycastle.TlsFixture.only;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests against socat: megabytes of data, and half-closed connections. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource
final class SocatTest {
  private static final byte[] MEGABYTES = new byte[3_000_001];

  static {
    new Random(1).nextBytes(MEGABYTES);
  }

  private final Implementation implementation;
  private final TlsFixture fixture;

  SocatTest(Implementation implementation, @TempDir Path folder) throws IOException {
    this.implementation = implementation;
    this.fixture = new TlsFixture(implementation, folder);
  }

  @ParameterizedTest
  @EnumSource
  void client_megabytes_areEchoed(TlsVersion version) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Program socat = listening("EXEC:cat");
        Flow flow = fixture.connect(port(socat), only(version))) {
      Future<Integer> writer = threads.submit(() -> flow.write(ByteBuffer.wrap(MEGABYTES)));
      byte[] echoed = flow.inputStream().readNBytes(MEGABYTES.length);
      assertThat(hash(echoed)).isEqualTo(hash(MEGABYTES));
      assertThat(writer.get(30, TimeUnit.SECONDS)).isEqualTo(MEGABYTES.length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void client_afterShutdownOutput_readsAnswer(TlsVersion version) throws Exception {
    try (Program socat = listening("EXEC:sha256sum");
        Flow flow = fixture.connect(port(socat), only(version))) {
      assertAnswered(flow);
    }
  }

  @ParameterizedTest
  @EnumSource
  void server_afterShutdownOutput_readsAnswer(TlsVersion version) throws Exception {
    BlockingQueue<Flow> accepted = new LinkedBlockingQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    try (FlowServer server = fixture.serve(only(version), flow -> handOver(flow, accepted, done));
        Program socat = connecting(server, "EXEC:sha256sum")) {
      assertThat(socat.isAlive()).isTrue();
      assertAnswered(requireNonNull(accepted.poll(30, TimeUnit.SECONDS)));
      done.countDown();
    }
  }

  private static void handOver(Flow flow, BlockingQueue<Flow> to, CountDownLatch done)
      throws InterruptedException {
    to.add(flow);
    done.await();
  }

  // The peer reads to the end, and then sends a hash of the input and closes.
  private void assertAnswered(Flow flow) throws IOException {
    flow.write(ByteBuffer.wrap(MEGABYTES));
    flow.shutdownOutput();
    if (implementation == JSSE) {
      assertThat(line(flow)).startsWith(hash(MEGABYTES));
      assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    } else {
      var refused = assertThrows(PeerGoneException.class, () -> line(flow));
      assertThat(refused).hasMessageThat().contains("cannot read after the output was shut down");
    }
  }

  @ParameterizedTest
  @EnumSource
  void server_megabytes_areReceived(TlsVersion version) throws Exception {
    Path file = Path.of(fixture.file("megabytes"));
    Files.write(file, MEGABYTES);
    CompletableFuture<String> received = new CompletableFuture<>();
    try (FlowServer server =
            fixture.serve(
                only(version), flow -> received.complete(hash(flow.inputStream().readAllBytes())));
        Program socat = connecting(server, "-u", "FILE:" + file)) {
      assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(hash(MEGABYTES));
      assertThat(socat.awaitEnd()).isEqualTo(0);
    }
  }

  private Program listening(String what) throws IOException {
    return Program.start(
        "socat",
        "-d",
        "-d",
        "-t",
        "30",
        "OPENSSL-LISTEN:0,bind=127.0.0.1,verify=0,cert=%s,key=%s"
            .formatted(fixture.file("server.pem"), fixture.file("server.key")),
        what);
  }

  private static int port(Program socat) throws IOException, InterruptedException {
    return Integer.parseInt(socat.await("listening on .*:(\\d+)").group(1));
  }

  private Program connecting(FlowServer server, String... what) throws IOException {
    String at =
        server.address().replace("tls://", "OPENSSL:")
            + ",commonname=localhost,cafile="
            + fixture.file("ca.pem");
    return what.length == 1
        ? Program.start("socat", "-t", "30", what[0], at)
        : Program.start("socat", "-t", "30", what[0], what[1], at);
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
