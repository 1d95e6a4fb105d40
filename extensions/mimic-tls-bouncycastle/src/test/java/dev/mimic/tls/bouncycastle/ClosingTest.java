package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of closes, shutdowns and interrupts in every state: no data is lost, no thread hangs. */
@Timeout(60)
final class ClosingTest {
  private static final int TIMES = Integer.getInteger("mimic.tls.times", 13);
  private static final Duration SHORT = Duration.ofMillis(50);

  private static String readAll(TlsFlow flow) throws IOException {
    try (flow) {
      return ExchangeOutcome.readAll(flow);
    }
  }

  private static ByteBuffer text(String text) {
    return US_ASCII.encode(text);
  }

  private static void fill(FlowPipe.End end) throws IOException {
    while (end.tryWrite(ByteBuffer.allocate(1000)) > 0) {}
  }

  private static void assertReturnedInTime(long began) {
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void close_byClientAfterWrite_deliversAll(Providers providers, TlsVersion version)
      throws Exception {
    for (int i = 0; i < 2 * TIMES; i++) {
      try (Wire wire = i % 2 == 0 ? Wire.inMemory() : Wire.tcp()) {
        byte[] said = bytes(i);
        Running<byte[]> hearing =
            Running.start(
                VIRTUAL,
                () -> {
                  try (TlsFlow flow = wire.server(TestPeers.server(providers, version))) {
                    return flow.inputStream().readAllBytes();
                  }
                });
        try (TlsFlow flow = wire.client(TestPeers.client(providers, version))) {
          flow.write(ByteBuffer.wrap(said));
        }
        assertWithMessage("turn %s", i).that(hearing.result()).isEqualTo(said);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void close_byServerAfterWrite_deliversAll(Providers providers, TlsVersion version)
      throws Exception {
    for (int i = 0; i < 2 * TIMES; i++) {
      try (Wire wire = i % 2 == 0 ? Wire.inMemory() : Wire.tcp()) {
        byte[] said = bytes(i);
        Running<Void> writing =
            Running.start(
                VIRTUAL,
                () -> {
                  try (TlsFlow flow = wire.server(TestPeers.server(providers, version))) {
                    flow.write(ByteBuffer.wrap(said));
                    return null;
                  }
                });
        try (TlsFlow flow = wire.client(TestPeers.client(providers, version))) {
          byte[] heard = flow.inputStream().readAllBytes();
          assertWithMessage("turn %s", i).that(heard).isEqualTo(said);
        }
        writing.result();
      }
    }
  }

  private static byte[] bytes(int turn) {
    byte[] bytes = new byte[1 + turn * 997];
    new Random(turn).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void close_byInterruptedThread_deliversWrittenBytes(Providers providers, TlsVersion version)
      throws Exception {
    for (Wire wire : new Wire[] {Wire.inMemory(), Wire.tcp()}) {
      try (ConnectedPair pair = ConnectedPair.open(wire, providers, version)) {
        pair.client().write(text("the last word"));
        Running<String> hearing = Running.start(VIRTUAL, () -> readAll(pair.server()));
        Running<Void> closing =
            Running.start(
                VIRTUAL,
                () -> {
                  Thread.currentThread().interrupt();
                  pair.client().close();
                  return null;
                });
        closing.result();
        assertThat(closing.endedInterrupted()).isTrue();
        assertThat(hearing.result()).isEqualTo("the last word");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void close_duringHandshake_wakesReaderAndWriter(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(TestPeers.server(providers, version));
      Running<Integer> reading = Running.blocked(VIRTUAL, () -> flow.read(ByteBuffer.allocate(1)));
      Running<Integer> writing = Running.blocked(VIRTUAL, () -> flow.write(ByteBuffer.allocate(1)));
      flow.close();
      reading.failure(AsynchronousCloseException.class);
      writing.failure(AsynchronousCloseException.class);
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void interrupt_duringHandshake_closesFlow(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(TestPeers.server(providers, version));
      Running<Integer> reading = Running.blocked(VIRTUAL, () -> flow.read(ByteBuffer.allocate(1)));
      reading.interrupt();
      reading.failure(ClosedByInterruptException.class);
      assertThat(reading.endedInterrupted()).isTrue();
      assertThat(flow.isOpen()).isFalse();
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void interrupt_ofThreadAwaitingHandshake_closesFlow(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(TestPeers.server(providers, version));
      Running<Integer> reading = Running.blocked(VIRTUAL, () -> flow.read(ByteBuffer.allocate(1)));
      Running<Integer> writing = Running.blocked(VIRTUAL, () -> flow.write(ByteBuffer.allocate(1)));
      writing.interrupt();
      writing.failure(ClosedByInterruptException.class);
      reading.failure(AsynchronousCloseException.class);
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void read_timedOutDuringHandshake_canBeRepeated(Providers providers, TlsVersion version)
      throws Exception {
    FlowPipe late = FlowPipe.create();
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(TestPeers.server(providers, version));
      flow.readTimeout(SHORT);
      assertThrows(SocketTimeoutException.class, () -> flow.read(ByteBuffer.allocate(1)));
      Wire beginning = new Wire(late.near(), late.far());
      Running<String> asking =
          Running.start(
              VIRTUAL,
              () -> ExchangeOutcome.request(beginning, TestPeers.client(providers, version)));
      ByteBuffer hello = ByteBuffer.allocate(10);
      late.far().read(hello);
      wire.near().write(hello.flip());
      assertThrows(SocketTimeoutException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(flow.isOpen()).isTrue();
      Running<Void> there = Running.start(VIRTUAL, () -> relay(late.far(), wire.near()));
      Running<Void> back = Running.start(VIRTUAL, () -> relay(wire.near(), late.far()));
      flow.readTimeout(Duration.ZERO);
      assertThat(flow.inputStream().readNBytes(4)).isEqualTo("ping".getBytes(US_ASCII));
      flow.write(text("pong"));
      flow.close();
      assertThat(asking.result()).isEqualTo("pong");
      back.result();
      there.result();
    }
  }

  private static Void relay(Flow from, Flow to) throws IOException {
    try {
      from.inputStream().transferTo(to.outputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      to.close(); // the other direction has closed one of the flows
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void handshake_concurrentReadAndWrite_isPerformedOnce(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(TestPeers.server(providers, version));
      ByteBuffer heard = ByteBuffer.allocate(4);
      Running<Integer> reading = Running.start(VIRTUAL, () -> server.read(heard));
      Running<Integer> writing = Running.start(VIRTUAL, () -> server.write(text("pong")));
      try (TlsFlow client = wire.client(TestPeers.client(providers, version))) {
        client.write(text("ping"));
        assertThat(client.inputStream().readNBytes(4)).isEqualTo("pong".getBytes(US_ASCII));
        assertThat(writing.result()).isEqualTo(4);
        assertThat(reading.result()).isEqualTo(4);
      }
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void read_whileHandshakingWriterIsBlocked_isNotBlocked(Providers providers, TlsVersion version)
      throws Exception {
    int count = 100_000;
    try (Wire wire = Wire.inMemory(1000)) {
      TlsFlow server = wire.server(TestPeers.server(providers, version));
      Running<Integer> writing =
          Running.blocked(VIRTUAL, () -> server.write(ByteBuffer.allocate(count)));
      Running<byte[]> reading =
          Running.blocked(VIRTUAL, () -> server.inputStream().readNBytes(count));
      TlsFlow client = wire.client(TestPeers.client(providers, version));
      client.write(ByteBuffer.allocate(count)); // the server's writer stays blocked meanwhile
      assertThat(reading.result()).hasLength(count);
      assertThat(client.inputStream().readNBytes(count)).hasLength(count);
      assertThat(writing.result()).isEqualTo(count);
      client.close();
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void close_writerBlocked_wakesIt(Providers providers, TlsVersion version) throws Exception {
    try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
      Running<Integer> writing =
          Running.blocked(VIRTUAL, () -> pair.client().write(ByteBuffer.allocate(1 << 20)));
      Running<Integer> reading =
          Running.blocked(VIRTUAL, () -> pair.client().read(ByteBuffer.allocate(1)));
      long began = System.nanoTime();
      pair.client().close();
      writing.failure(AsynchronousCloseException.class);
      reading.failure(AsynchronousCloseException.class);
      assertReturnedInTime(began);
      assertThat(pair.wire().near().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void close_peerDoesNotRead_returnsInTime(Providers providers) throws Exception {
    try (ConnectedPair pair = ConnectedPair.open(providers, TlsVersion.TLS_1_3)) {
      Running<Integer> reading =
          Running.blocked(VIRTUAL, () -> pair.server().read(ByteBuffer.allocate(1)));
      fill((FlowPipe.End) pair.wire().far());
      long began = System.nanoTime();
      pair.server().close();
      reading.failure(AsynchronousCloseException.class);
      assertReturnedInTime(began);
      assertThat(pair.wire().far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void writeTimeout_peerDoesNotRead_closesFlowBelow(Providers providers, TlsVersion version)
      throws Exception {
    try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
      Running<Integer> reading =
          Running.blocked(VIRTUAL, () -> pair.server().read(ByteBuffer.allocate(1)));
      pair.server().writeTimeout(Duration.ofMillis(50));
      SocketTimeoutException expired =
          assertThrows(
              SocketTimeoutException.class,
              () -> pair.server().write(ByteBuffer.allocate(1_000_000)));
      assertThat(expired)
          .hasMessageThat()
          .startsWith("tls(pipe(near)): the write was not accepted");
      assertThat(pair.wire().far().isOpen()).isFalse();
      assertThat(pair.server().isOpen()).isFalse();
      reading.failure(AsynchronousCloseException.class);
      assertThrows( // a stream without close_notify is no end
          PeerGoneException.class, () -> pair.client().inputStream().readAllBytes());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void writeTimeout_duringHandshake_closesFlow(Providers providers) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(TestPeers.server(providers, TlsVersion.TLS_1_3));
      server.writeTimeout(Duration.ofMillis(50));
      assertThrows(SocketTimeoutException.class, () -> server.write(text("ping")));
      assertThat(server.isOpen()).isFalse();
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void operations_afterClose_throwClosedChannel(Providers providers, TlsVersion version)
      throws Exception {
    try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
      TlsFlow flow = pair.server();
      flow.close();
      flow.close();
      assertThat(flow.isOpen()).isFalse();
      assertThrows(ClosedChannelException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThrows(ClosedChannelException.class, () -> flow.read(ByteBuffer.allocate(0)));
      assertThrows(ClosedChannelException.class, () -> flow.write(ByteBuffer.allocate(1)));
      assertThrows(ClosedChannelException.class, () -> flow.write(ByteBuffer.allocate(0)));
      assertThrows(ClosedChannelException.class, flow::shutdownInput);
      assertThrows(ClosedChannelException.class, flow::shutdownOutput);
      assertThrows(ClosedChannelException.class, flow::handshake);
      assertThat(flow.info().toString()).isEqualTo("tls(pipe(near))");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void reset_byPeer_isPeerGone(Providers providers, TlsVersion version) throws Exception {
    try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
      Running<Integer> reading =
          Running.blocked(VIRTUAL, () -> pair.client().read(ByteBuffer.allocate(1)));
      ((FlowPipe.End) pair.wire().far()).reset();
      reading.failure(PeerGoneException.class);
      assertThrows(PeerGoneException.class, () -> pair.client().read(ByteBuffer.allocate(1)));
      assertThrows(PeerGoneException.class, () -> pair.client().write(text("hello")));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void shutdownInput_beforeHandshake_allowsHandshake(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(TestPeers.server(providers, version));
      server.shutdownInput();
      assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      Running<Integer> writing = Running.start(VIRTUAL, () -> server.write(text("pong")));
      try (TlsFlow client = wire.client(TestPeers.client(providers, version))) {
        assertThat(client.inputStream().readNBytes(4)).isEqualTo("pong".getBytes(US_ASCII));
      }
      assertThat(writing.result()).isEqualTo(4);
      assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void shutdownInput_readBlocked_endsIt(Providers providers, TlsVersion version) throws Exception {
    for (Wire wire : new Wire[] {Wire.inMemory(), Wire.tcp()}) {
      try (ConnectedPair pair = ConnectedPair.open(wire, providers, version)) {
        Running<Integer> reading =
            Running.blocked(VIRTUAL, () -> pair.server().read(ByteBuffer.allocate(1)));
        pair.server().shutdownInput();
        pair.server().shutdownInput();
        assertThat(reading.result()).isEqualTo(-1);
        pair.server().write(text("pong"));
        assertThat(pair.client().inputStream().readNBytes(4)).isEqualTo("pong".getBytes(US_ASCII));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void shutdownOutput_beforeHandshake_performsHandshake(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(TestPeers.server(providers, version));
      Running<Void> shutting =
          Running.start(
              VIRTUAL,
              () -> {
                server.shutdownOutput();
                return null;
              });
      try (TlsFlow client = wire.client(TestPeers.client(providers, version))) {
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      shutting.result();
      server.shutdownOutput();
      assertThrows(ClosedChannelException.class, () -> server.write(text("x")));
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.TestPeers#all")
  void shutdownOutput_afterWrite_letsPeerReadToEnd(Providers providers, TlsVersion version)
      throws Exception {
    try (ConnectedPair pair = ConnectedPair.open(providers, version)) {
      pair.client().write(text("question"));
      pair.client().shutdownOutput();
      pair.client().shutdownOutput();
      assertThat(ExchangeOutcome.readAll(pair.server())).isEqualTo("question");
      assertThrows(ClosedChannelException.class, () -> pair.client().write(text("more")));
      if (providers == Providers.JSSE && version == TlsVersion.TLS_1_3) {
        pair.server().write(text("answer"));
        pair.server().close();
        assertThat(ExchangeOutcome.readAll(pair.client())).isEqualTo("answer");
      }
    }
  }
}
