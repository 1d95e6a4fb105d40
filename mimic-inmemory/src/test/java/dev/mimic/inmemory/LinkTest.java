package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.inmemory.Pair.SERVER;
import static dev.mimic.inmemory.Pair.read;
import static dev.mimic.inmemory.Pair.soon;
import static dev.mimic.inmemory.Pair.write;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of latency, jitter, bandwidth and buffers, on a manual clock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinkTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network =
      InMemoryNetwork.builder().timeSource(time).seed(7).build();

  @Test
  void latency_connectTakesARoundTrip() throws Exception {
    network.linkFrom("client", "server").latency(Duration.ofMillis(30));
    network.linkFrom("server", "client").latency(Duration.ofMillis(50));
    FlowListener listener = network.host("server").listen(SERVER);
    Running<Flow> connect =
        Running.start(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
    Running<Flow> accept = Running.start(VIRTUAL, listener::accept);
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(29));
    accept.awaitBlocked();
    time.advance(Duration.ofMillis(1));
    accept.result().close();
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(49));
    assertThat(connect.isDone()).isFalse();
    time.advance(Duration.ofMillis(1));
    connect.result().close();
    listener.close();
  }

  @Test
  void latency_deadlineOfConnectPasses() throws Exception {
    network.link("client", "server").latency(Duration.ofSeconds(3));
    FlowListener listener = network.host("server").listen(SERVER);
    Running<Flow> connect =
        Running.start(
            VIRTUAL,
            () ->
                network
                    .host("client")
                    .connect(SERVER, Deadline.after(Duration.ofSeconds(5), time)));
    time.awaitTimers(2, LONG);
    time.advance(Duration.ofSeconds(3));
    time.awaitTimers(2, LONG);
    time.advance(Duration.ofSeconds(2));
    connect.failure(SocketTimeoutException.class);
    try (Flow accepted = listener.accept()) {
      time.advance(Duration.ofSeconds(3));
      assertThat(read(accepted)).isEqualTo("<end>");
    }
    listener.close();
  }

  @Test
  void latency_refusalArrivesAfterTheWayThere() throws Exception {
    network.link("client", "server").latency(Duration.ofSeconds(1));
    Running<Flow> connect =
        Running.start(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
    time.awaitTimers(1, LONG);
    assertThat(connect.isDone()).isFalse();
    time.advance(Duration.ofSeconds(1));
    connect.failure(ConnectException.class);
  }

  @Test
  void latency_bytesEndAndResetArriveAtTheirTime() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.link("client", "server").latency(Duration.ofMillis(30));
      write(pair.client(), "one");
      time.advance(Duration.ofMillis(20));
      write(pair.client(), "two");
      pair.client().close();
      assertThat(pair.server().available()).isEqualTo(0);
      time.advance(Duration.ofMillis(10));
      assertThat(read(pair.server())).isEqualTo("one");
      assertThat(pair.server().available()).isEqualTo(0);
      time.advance(Duration.ofMillis(20));
      assertThat(read(pair.server())).isEqualTo("two");
      assertThat(read(pair.server())).isEqualTo("<end>");
      write(pair.server(), "into the void"); // the reset takes a round trip
      time.advance(Duration.ofMillis(59));
      write(pair.server(), "again");
      time.advance(Duration.ofMillis(1));
      assertThrows(PeerGoneException.class, () -> write(pair.server(), "now"));
    }
  }

  @Test
  void latency_changedWhileBytesTravel_keepsOrder() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Link link = network.link("client", "server").latency(Duration.ofMillis(100));
      write(pair.client(), "first ");
      link.latency(Duration.ofMillis(1));
      write(pair.client(), "second");
      time.advance(Duration.ofMillis(99));
      assertThat(pair.server().available()).isEqualTo(0);
      time.advance(Duration.ofMillis(1));
      assertThat(read(pair.server())).isEqualTo("first second");
    }
  }

  @Test
  void jitter_staysInRangeAndInOrder() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.link("client", "server").latency(Duration.ofMillis(10)).jitter(Duration.ofMillis(10));
      List<Long> delays = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        pair.client().write(ByteBuffer.wrap(new byte[] {(byte) i}));
        long sent = time.nanoTime();
        while (pair.server().available() == 0) {
          time.advance(Duration.ofNanos(100_000));
        }
        ByteBuffer got = ByteBuffer.allocate(1);
        pair.server().read(got);
        assertThat(got.get(0)).isEqualTo((byte) i);
        delays.add((time.nanoTime() - sent) / 1_000_000);
      }
      assertThat(delays.stream().mapToLong(each -> each).min().orElseThrow())
          .isIn(List.of(10L, 11L));
      assertThat(delays.stream().mapToLong(each -> each).max().orElseThrow())
          .isIn(List.of(18L, 19L, 20L));
    }
  }

  @Test
  void bandwidth_deliversAtItsRate() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network
          .link("client", "server")
          .latency(Duration.ofMillis(5))
          .bandwidth(Bandwidth.ofBytesPerSecond(100_000))
          .buffer(300_000);
      pair.client().write(ByteBuffer.allocate(300_000));
      ByteBuffer dst = ByteBuffer.allocate(300_000);
      long start = time.nanoTime();
      while (dst.hasRemaining()) {
        if (pair.server().available() > 0) {
          pair.server().read(dst);
        } else {
          time.advance(Duration.ofMillis(1));
        }
      }
      double seconds = (time.nanoTime() - start) / 1e9;
      assertThat(seconds).isWithin(0.02).of(3.005);
    }
  }

  @Test
  void buffer_blocksTheWriter() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.link("client", "server").latency(Duration.ofSeconds(1)).buffer(1000);
      Running<Integer> writer =
          Running.start(VIRTUAL, () -> pair.client().write(ByteBuffer.allocate(1500)));
      writer.awaitBlocked();
      time.advance(Duration.ofSeconds(1));
      assertThat(writer.result()).isEqualTo(1500);
      assertThat(pair.server().available()).isEqualTo(1000);
    }
  }

  @Test
  void buffer_raised_admitsTheWaitingWriter() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Link link = network.link("client", "server").latency(Duration.ofSeconds(1)).buffer(1000);
      Running<Integer> writer =
          Running.blocked(VIRTUAL, () -> pair.client().write(ByteBuffer.allocate(1500)));
      link.buffer(2000);
      assertThat(writer.result()).isEqualTo(1500);
    }
  }

  @Test
  void onWritable_whileAnotherWrites_waitsForItsTurn() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.link("client", "server").latency(Duration.ofSeconds(1)).buffer(10);
      FlowPipe.End client = (FlowPipe.End) pair.client();
      assertThat(client.tryWrite(ByteBuffer.allocate(5))).isEqualTo(5);
      Running<Integer> writer =
          Running.blocked(VIRTUAL, () -> client.write(ByteBuffer.allocate(10)));
      CountDownLatch writable = new CountDownLatch(1);
      client.onWritable(writable::countDown);
      assertThat(client.tryWrite(ByteBuffer.allocate(1))).isEqualTo(0);
      assertThat(writable.getCount()).isEqualTo(1);
      time.advance(Duration.ofSeconds(1)); // the first five bytes make room for the ten
      assertThat(writer.result()).isEqualTo(10);
      assertThat(writable.getCount()).isEqualTo(1);
      time.advance(Duration.ofSeconds(1));
      assertThat(writable.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(client.tryWrite(ByteBuffer.allocate(1))).isEqualTo(1);
    }
  }

  @Test
  void settings_outOfRange_areRefused() {
    Link link = network.link("a", "b");
    assertThrows(IllegalArgumentException.class, () -> link.latency(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> link.jitter(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> link.buffer(0));
    assertThrows(IllegalArgumentException.class, () -> Bandwidth.ofBytesPerSecond(0));
    assertThat(Bandwidth.ofMegabits(10).bytesPerSecond()).isEqualTo(1_250_000);
    assertThat(Bandwidth.ofKilobits(8).bytesPerSecond()).isEqualTo(1_000);
  }
}
