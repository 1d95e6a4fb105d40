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
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of each shipped fault, and of its narrowing and end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network = InMemoryNetwork.builder().timeSource(time).build();

  private Flow connect() throws IOException {
    return network.host("client").connect(SERVER, soon());
  }

  @Test
  void refuse_untilClosed_refusesConnects() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    Fault fault = network.inject(Faults.refuse().to("server").port(80));
    assertThat(assertThrows(ConnectException.class, this::connect))
        .hasMessageThat()
        .isEqualTo("connection refused: a rule of the network refuses connects to server:80");
    fault.close();
    connect().close();
    listener.close();
  }

  @Test
  void refuse_ofOtherPortOrHost_doesNothing() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(Faults.refuse().port(81));
    network.inject(Faults.refuse().to("other"));
    network.inject(Faults.refuse().from("server"));
    network.inject(Faults.refuse().between("client", "other"));
    network.inject(Faults.refuse().connection(2));
    connect().close();
    assertThrows(ConnectException.class, this::connect);
    listener.close();
  }

  @Test
  void refuse_twoTimes_thenPasses() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(Faults.refuse().times(2));
    assertThrows(ConnectException.class, this::connect);
    assertThrows(ConnectException.class, this::connect);
    connect().close();
    listener.close();
  }

  @Test
  void dropConnects_deadline_timesOut() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(Faults.dropConnects());
    Running<Flow> connect =
        Running.start(
            VIRTUAL,
            () ->
                network
                    .host("client")
                    .connect(SERVER, Deadline.after(Duration.ofSeconds(5), time)));
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofSeconds(5));
    assertThat(connect.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .isEqualTo("no answer from server:80 before the deadline");
    listener.close();
  }

  @Test
  void dropConnects_closedInTime_connects() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    Fault fault = network.inject(Faults.dropConnects());
    Running<Flow> connect =
        Running.start(
            VIRTUAL, () -> network.host("client").connect(SERVER, Deadline.after(LONG, time)));
    time.awaitTimers(1, LONG);
    fault.close();
    connect.result().close();
    listener.close();
  }

  @Test
  void delayConnects_takesItsTime() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(Faults.delayConnects(Duration.ofSeconds(2)));
    Running<Flow> connect = Running.start(VIRTUAL, this::connect);
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(1999));
    assertThat(connect.isDone()).isFalse();
    time.advance(Duration.ofMillis(1));
    connect.result().close();
    listener.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 9, 10})
  void resetAfter_deliversBytesBefore(int bytes) throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.resetAfter(bytes).from("server"));
      writeUntilReset(pair.server(), "01234", "56789", "x");
      StringBuilder got = new StringBuilder();
      assertThat(assertThrows(PeerGoneException.class, () -> readAll(pair.client(), got)))
          .hasMessageThat()
          .isEqualTo("inmemory(server:80) is gone: reset by the peer");
      assertThat(got.toString()).isEqualTo("0123456789".substring(0, bytes));
      assertThrows(PeerGoneException.class, () -> write(pair.client(), "x"));
      assertThrows(PeerGoneException.class, () -> write(pair.server(), "x"));
      assertThrows(PeerGoneException.class, () -> read(pair.server()));
    }
  }

  private static void writeUntilReset(Flow flow, String... texts) throws IOException {
    try {
      for (String each : texts) {
        write(flow, each);
      }
    } catch (PeerGoneException e) {
      // an earlier write was the one that was reset
    }
  }

  private static void readAll(Flow flow, StringBuilder into) throws IOException {
    while (true) {
      String next = read(flow);
      if (next.equals("<end>")) {
        return;
      }
      into.append(next);
    }
  }

  @Test
  void delay_afterBytes_delaysTheRestOnly() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(
          transfer ->
              transfer.kind() == Transfer.Kind.BYTES && transfer.position() == 0
                  ? Decision.delay(Duration.ofSeconds(2)).after(3)
                  : Decision.pass());
      write(pair.client(), "012345");
      write(pair.client(), "6789");
      assertThat(read(pair.server())).isEqualTo("012");
      time.advance(Duration.ofMillis(1999));
      assertThat(pair.server().available()).isEqualTo(0);
      time.advance(Duration.ofMillis(1));
      assertThat(read(pair.server())).isEqualTo("3456789");
    }
    assertThat(Decision.delay(Duration.ofSeconds(2)).after(3).toString())
        .isEqualTo("delay by PT2S after 3 bytes");
  }

  @Test
  void delay_afterAllBytes_delaysNothing() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(
          transfer ->
              transfer.kind() == Transfer.Kind.BYTES && transfer.position() == 0
                  ? Decision.delay(Duration.ofSeconds(2)).after(6)
                  : Decision.pass());
      write(pair.client(), "012345");
      write(pair.client(), "6789");
      assertThat(read(pair.server())).isEqualTo("0123456789");
    }
  }

  @Test
  void resetAfter_otherDirection_isNotCounted() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.resetAfter(3).from("server"));
      write(pair.client(), "0123456789");
      assertThat(read(pair.server())).isEqualTo("0123456789");
      write(pair.server(), "012");
      assertThat(read(pair.client())).isEqualTo("012");
    }
  }

  @Test
  void reset_openConnections_breaksThemOnly() throws Exception {
    try (Pair pair = Pair.open(network)) {
      write(pair.server(), "left");
      Running<String> reader = Running.start(VIRTUAL, () -> read(pair.server()));
      network.inject(Faults.reset());
      reader.failure(PeerGoneException.class);
      assertThat(read(pair.client())).isEqualTo("left");
      assertThrows(PeerGoneException.class, () -> read(pair.client()));
      try (Flow second = connect();
          Flow accepted = pair.listener().accept()) {
        write(second, "hello");
        assertThat(read(accepted)).isEqualTo("hello");
      }
    }
  }

  @Test
  void resetAtNextWrite_deliversNothing() throws Exception {
    try (Pair pair = Pair.open(network)) {
      write(pair.client(), "before");
      network.inject(Faults.resetAtNextWrite().to("server"));
      write(pair.client(), "after");
      assertThat(read(pair.server())).isEqualTo("before");
      assertThrows(PeerGoneException.class, () -> read(pair.server()));
    }
  }

  @Test
  void reset_blockedWriter_isWoken() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault stall = network.inject(Faults.stall());
      Running<Integer> writer =
          Running.start(VIRTUAL, () -> pair.client().write(ByteBuffer.allocate(1_000_000)));
      writer.awaitBlocked();
      network.inject(Faults.reset());
      writer.failure(PeerGoneException.class);
      stall.close();
    }
  }

  @Test
  void endAfter_readsEndAfterTheBytes() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.endAfter(3).from("server"));
      write(pair.server(), "01234");
      write(pair.server(), "56789");
      assertThat(read(pair.client())).isEqualTo("012");
      assertThat(read(pair.client())).isEqualTo("<end>");
      write(pair.client(), "still");
      assertThat(read(pair.server())).isEqualTo("still");
    }
  }

  @Test
  void end_openConnections_endsOneDirection() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Running<String> reader = Running.start(VIRTUAL, () -> read(pair.client()));
      network.inject(Faults.end().from("server"));
      assertThat(reader.result()).isEqualTo("<end>");
    }
  }

  @Test
  void stall_holdsBytesAndEnd_untilClosed() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault stall = network.inject(Faults.stall().from("client"));
      write(pair.client(), "held");
      pair.client().shutdownOutput();
      assertThat(pair.server().available()).isEqualTo(0);
      write(pair.server(), "other way");
      assertThat(read(pair.client())).isEqualTo("other way");
      Running<String> reader = Running.start(VIRTUAL, () -> read(pair.server()));
      reader.awaitBlocked();
      stall.close();
      assertThat(reader.result()).isEqualTo("held");
      assertThat(read(pair.server())).isEqualTo("<end>");
    }
  }

  @Test
  void stallAfter_passesBytesBefore() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault stall = network.inject(Faults.stallAfter(4).from("client"));
      write(pair.client(), "0123456");
      write(pair.client(), "789");
      assertThat(read(pair.server())).isEqualTo("0123");
      assertThat(pair.server().available()).isEqualTo(0);
      stall.close();
      StringBuilder got = new StringBuilder();
      pair.client().shutdownOutput();
      readAll(pair.server(), got);
      assertThat(got.toString()).isEqualTo("456789");
    }
  }

  @Test
  void vanish_writesFillBuffers_readsTimeOut() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault gone = network.inject(Faults.vanish().of("server"));
      pair.client().writeTimeout(Duration.ofSeconds(3));
      pair.client().readTimeout(Duration.ofSeconds(2));
      Running<String> reader = Running.start(VIRTUAL, () -> read(pair.client()));
      time.awaitTimers(1, LONG);
      time.advance(Duration.ofSeconds(2));
      reader.failure(SocketTimeoutException.class);
      Running<Integer> writer =
          Running.start(VIRTUAL, () -> pair.client().write(ByteBuffer.allocate(1_000_000)));
      time.awaitTimers(1, LONG);
      writer.awaitBlocked();
      time.advance(Duration.ofSeconds(3));
      writer.failure(SocketTimeoutException.class);
      gone.close();
    }
  }

  @Test
  void delay_bytesArriveLaterInOrder() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.delay(Duration.ofSeconds(1)).from("client").once());
      write(pair.client(), "slow");
      write(pair.client(), "fast");
      assertThat(pair.server().available()).isEqualTo(0);
      time.advance(Duration.ofMillis(999));
      assertThat(pair.server().available()).isEqualTo(0);
      time.advance(Duration.ofMillis(1));
      assertThat(read(pair.server())).isEqualTo("slowfast");
    }
  }

  @Test
  void corrupt_invertsOneByte() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.corrupt(5).from("client"));
      byte[] sent = {1, 2, 3, 4};
      pair.client().write(ByteBuffer.wrap(sent));
      pair.client().write(ByteBuffer.wrap(sent));
      pair.client().shutdownOutput();
      ByteBuffer got = ByteBuffer.allocate(100);
      while (pair.server().read(got) >= 0) {}
      assertThat(List.of(got.get(4), got.get(5), got.get(6)))
          .containsExactly((byte) 1, (byte) ~2, (byte) 3)
          .inOrder();
      assertThat(got.position()).isEqualTo(8);
      assertThat(sent).isEqualTo(new byte[] {1, 2, 3, 4});
    }
  }

  @Test
  void failAccept_leavesTheConnection() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(Faults.failAccept().once());
    try (Flow flow = connect()) {
      assertThat(assertThrows(IOException.class, listener::accept))
          .hasMessageThat()
          .isEqualTo("server:80: accept failed: a rule of the network says refuse");
      try (Flow accepted = listener.accept()) {
        write(flow, "hello");
        assertThat(read(accepted)).isEqualTo("hello");
      }
    }
    listener.close();
  }

  @Test
  void slowHandshake_delaysHandshakeRecordsOnly() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.slowHandshake(Duration.ofSeconds(1)));
      pair.client().write(ByteBuffer.wrap(new byte[] {23, 3, 3}));
      assertThat(pair.server().available()).isEqualTo(3);
      pair.client().write(ByteBuffer.wrap(new byte[] {22, 3, 3}));
      assertThat(pair.server().available()).isEqualTo(3);
      time.advance(Duration.ofSeconds(1));
      assertThat(pair.server().available()).isEqualTo(6);
    }
  }

  @Test
  void inject_duringBlockedWrite_holdsTheRest() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Running<Integer> writer =
          Running.start(VIRTUAL, () -> pair.client().write(ByteBuffer.allocate(200_000)));
      writer.awaitBlocked();
      Fault stall = network.inject(Faults.stall());
      int before = drain(pair.server());
      assertThat(before).isEqualTo(64 * 1024);
      stall.close();
      int count = before;
      while (count < 200_000) {
        count += pair.server().read(ByteBuffer.allocate(100_000));
      }
      assertThat(writer.result()).isEqualTo(200_000);
      assertThat(count).isEqualTo(200_000);
    }
  }

  private static int drain(Flow flow) throws IOException {
    int count = 0;
    while (flow.available() > 0) {
      count += flow.read(ByteBuffer.allocate(100_000));
    }
    return count;
  }

  @Test
  void inject_withoutDecision_keepsBytesOfManyWrites() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Running<Long> writer =
          Running.start(
              VIRTUAL,
              () -> {
                long sum = 0;
                for (int i = 0; i < 3_000; i++) {
                  byte[] data = new byte[1 + i % 1500];
                  data[0] = (byte) i;
                  sum += pair.client().write(ByteBuffer.wrap(data)) + data[0];
                }
                pair.client().shutdownOutput();
                return sum;
              });
      List<Fault> faults = new ArrayList<>();
      long sum = 0;
      ByteBuffer dst = ByteBuffer.allocate(777);
      int reads = 0;
      while (pair.server().read(dst.clear()) >= 0) {
        dst.flip();
        sum += dst.remaining();
        while (dst.hasRemaining()) {
          sum += dst.get();
        }
        if (++reads == 100) {
          faults.add(network.inject(transfer -> Decision.pass()));
        }
      }
      assertThat(sum).isEqualTo(writer.result());
      faults.forEach(Fault::close);
    }
  }

  @Test
  void rule_thatThrows_resetsAndSaysWhy() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(
          transfer -> {
            if (transfer.kind() == Transfer.Kind.BYTES) {
              throw new IllegalStateException("my mistake");
            }
            return Decision.pass();
          });
      write(pair.client(), "x");
      assertThrows(PeerGoneException.class, () -> read(pair.server()));
      assertThat(network.timeline().toString()).contains("my mistake");
    }
  }

  @Test
  void rules_firstThatDoesNotPass_decides() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(transfer -> Decision.pass());
    network.inject(Faults.refuse());
    network.inject(Faults.dropConnects());
    assertThrows(ConnectException.class, this::connect);
    listener.close();
  }

  @Test
  void rule_withFailedAssertion_resetsAndKeepsDelivering() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault wrong =
          network.inject(
              transfer -> {
                throw new AssertionError("not expected");
              });
      assertThrows(PeerGoneException.class, () -> read(pair.server()));
      assertThrows(ConnectException.class, this::connect);
      wrong.close();
      try (Flow second = connect();
          Flow accepted = pair.listener().accept()) {
        write(second, "hello");
        assertThat(read(accepted)).isEqualTo("hello");
      }
    }
  }

  @Test
  void reset_isNotAskedAgainByLaterFaults() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    network.inject(Faults.reset().from("server"));
    try (Flow flow = connect();
        Flow accepted = listener.accept()) {
      network.inject(Faults.delayConnects(Duration.ofSeconds(1)).to("other"));
      write(flow, "hello");
      assertThat(read(accepted)).isEqualTo("hello");
    }
    listener.close();
  }

  @Test
  void stall_once_holdsUntilClosed() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault stall = network.inject(Faults.stall().from("client").once());
      write(pair.client(), "one");
      write(pair.client(), "two");
      assertThat(pair.server().available()).isEqualTo(0);
      stall.close();
      assertThat(read(pair.server())).isEqualTo("onetwo");
    }
  }

  @Test
  void delay_thenReset_deliversBytesFirst() throws Exception {
    try (Pair pair = Pair.open(network)) {
      network.inject(Faults.delay(Duration.ofSeconds(2)));
      write(pair.server(), "slow");
      pair.server().find(dev.mimic.flow.FlowPipe.End.class).orElseThrow().reset();
      time.advance(Duration.ofSeconds(2));
      assertThat(read(pair.client())).isEqualTo("slow");
      assertThrows(PeerGoneException.class, () -> read(pair.client()));
    }
  }

  @Test
  void stall_thenReset_losesIt() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault stall = network.inject(Faults.stall());
      write(pair.server(), "lost");
      pair.server().find(dev.mimic.flow.FlowPipe.End.class).orElseThrow().reset();
      stall.close();
      assertThat(pair.client().available()).isEqualTo(0);
      write(pair.client(), "x"); // is answered by a reset
      assertThrows(PeerGoneException.class, () -> read(pair.client()));
    }
  }

  @Test
  void resetAfter_countsBytesFromBeforeIt() throws Exception {
    try (Pair pair = Pair.open(network)) {
      write(pair.server(), "0123");
      network.inject(Faults.resetAfter(6).from("server"));
      write(pair.server(), "456789");
      StringBuilder got = new StringBuilder();
      assertThrows(PeerGoneException.class, () -> readAll(pair.client(), got));
      assertThat(got.toString()).isEqualTo("012345");
    }
  }

  @Test
  void faults_ofAlias_affectTheHost() throws Exception {
    FlowListener listener = network.host("server").alias("db").listen(SERVER);
    try (Fault refuse = network.inject(Faults.refuse().to("DB"))) {
      assertThrows(ConnectException.class, this::connect);
      assertThat(refuse).isNotNull();
    }
    listener.close();
  }

  @Test
  void fault_injectedTwice_endsEachByItself() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    FaultRule rule = Faults.refuse();
    Fault first = network.inject(rule);
    Fault second = network.inject(rule);
    first.close();
    first.close();
    assertThrows(ConnectException.class, this::connect);
    second.close();
    connect().close();
    listener.close();
  }

  @Test
  void fault_closedTwice_endsOnce() throws Exception {
    FlowListener listener = network.host("server").listen(SERVER);
    Fault first = network.inject(Faults.refuse());
    first.close();
    first.close();
    connect().close();
    listener.close();
  }

  @Test
  void faults_haveReadableNames() {
    assertThat(Faults.resetAfter(10).from("Api").port(80).once().toString())
        .isEqualTo("reset after 10 bytes from api on port 80, once");
    assertThat(Faults.stall().between("a", "b").toString()).isEqualTo("stall between a and b");
  }
}
