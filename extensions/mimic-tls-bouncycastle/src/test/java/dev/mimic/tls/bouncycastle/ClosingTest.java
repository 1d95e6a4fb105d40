package dev.mimic.tls.bouncycastle;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import dev.mimic.PeerGoneException;
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

/** Ends, of all kinds and at any moment: nothing is lost, and nobody waits for ever. */
@Timeout(60)
final class ClosingTest {
  private static final int TIMES = Integer.getInteger("mimic.tls.times", 13);
  private static final Duration SHORT = Duration.ofMillis(50);

  private static String readAll(TlsFlow flow) throws IOException {
    try (flow) {
      return Meeting.readAll(flow);
    }
  }

  private static ByteBuffer text(String text) {
    return US_ASCII.encode(text);
  }

  private static void fill(FlowPipe.End end) throws IOException {
    while (end.tryWrite(ByteBuffer.allocate(1000)) > 0) {}
  }

  private static void assertQuick(long began) {
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aClientThatWritesAndClosesAtOnceLosesNothing(Providers providers, TlsVersion version)
      throws Exception {
    for (int i = 0; i < 2 * TIMES; i++) {
      try (Wire wire = i % 2 == 0 ? Wire.inMemory() : Wire.tcp()) {
        byte[] said = bytes(i);
        Running<byte[]> hearing =
            Running.start(
                () -> {
                  try (TlsFlow flow = wire.server(Parties.server(providers, version))) {
                    return flow.inputStream().readAllBytes();
                  }
                });
        try (TlsFlow flow = wire.client(Parties.client(providers, version))) {
          flow.write(ByteBuffer.wrap(said));
        }
        assertWithMessage("turn %s", i).that(hearing.result()).isEqualTo(said);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aServerThatWritesAndClosesAtOnceLosesNothing(Providers providers, TlsVersion version)
      throws Exception {
    for (int i = 0; i < 2 * TIMES; i++) {
      try (Wire wire = i % 2 == 0 ? Wire.inMemory() : Wire.tcp()) {
        byte[] said = bytes(i);
        Running<Void> saying =
            Running.start(
                () -> {
                  try (TlsFlow flow = wire.server(Parties.server(providers, version))) {
                    flow.write(ByteBuffer.wrap(said));
                    return null;
                  }
                });
        try (TlsFlow flow = wire.client(Parties.client(providers, version))) {
          byte[] heard = flow.inputStream().readAllBytes();
          assertWithMessage("turn %s", i).that(heard).isEqualTo(said);
        }
        saying.result();
      }
    }
  }

  private static byte[] bytes(int turn) {
    byte[] bytes = new byte[1 + turn * 997];
    new Random(turn).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aCloseByAThreadThatIsInterruptedStillDelivers(Providers providers, TlsVersion version)
      throws Exception {
    for (Wire wire : new Wire[] {Wire.inMemory(), Wire.tcp()}) {
      try (Sides sides = Sides.open(wire, providers, version)) {
        sides.client().write(text("the last word"));
        Running<String> hearing = Running.start(() -> readAll(sides.server()));
        Running<Void> closing =
            Running.start(
                () -> {
                  Thread.currentThread().interrupt();
                  sides.client().close();
                  return null;
                });
        closing.result();
        assertThat(closing.endedInterrupted()).isTrue();
        assertThat(hearing.result()).isEqualTo("the last word");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aCloseDuringTheHandshakeEndsIt(Providers providers, TlsVersion version) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(Parties.server(providers, version));
      Running<Integer> reading = Running.blocked(() -> flow.read(ByteBuffer.allocate(1)));
      Running<Integer> writing = Running.blocked(() -> flow.write(ByteBuffer.allocate(1)));
      flow.close();
      reading.failure(AsynchronousCloseException.class);
      writing.failure(AsynchronousCloseException.class);
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void anInterruptDuringTheHandshakeEndsIt(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(Parties.server(providers, version));
      Running<Integer> reading = Running.blocked(() -> flow.read(ByteBuffer.allocate(1)));
      reading.interrupt();
      reading.failure(ClosedByInterruptException.class);
      assertThat(reading.endedInterrupted()).isTrue();
      assertThat(flow.isOpen()).isFalse();
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void anInterruptOfOneWhoWaitsForTheHandshakeOfAnotherClosesTheFlow(
      Providers providers, TlsVersion version) throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(Parties.server(providers, version));
      Running<Integer> reading = Running.blocked(() -> flow.read(ByteBuffer.allocate(1)));
      Running<Integer> writing = Running.blocked(() -> flow.write(ByteBuffer.allocate(1)));
      writing.interrupt();
      writing.failure(ClosedByInterruptException.class);
      reading.failure(AsynchronousCloseException.class);
      assertThat(wire.far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aReadThatIsTiredOfTheHandshakeCanBeRepeated(Providers providers, TlsVersion version)
      throws Exception {
    FlowPipe late = FlowPipe.create();
    try (Wire wire = Wire.inMemory()) {
      TlsFlow flow = wire.server(Parties.server(providers, version));
      flow.readTimeout(SHORT);
      assertThrows(SocketTimeoutException.class, () -> flow.read(ByteBuffer.allocate(1)));
      Wire beginning = new Wire(late.near(), late.far());
      Running<String> asking =
          Running.start(() -> Meeting.ask(beginning, Parties.client(providers, version)));
      ByteBuffer hello = ByteBuffer.allocate(10);
      late.far().read(hello);
      wire.near().write(hello.flip());
      assertThrows(SocketTimeoutException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(flow.isOpen()).isTrue();
      Running<Void> there = Running.start(() -> relay(late.far(), wire.near()));
      Running<Void> back = Running.start(() -> relay(wire.near(), late.far()));
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
      to.close(); // one of them is closed
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aReaderAndAWriterMayBothBeTheFirst(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(Parties.server(providers, version));
      ByteBuffer heard = ByteBuffer.allocate(4);
      Running<Integer> reading = Running.start(() -> server.read(heard));
      Running<Integer> writing = Running.start(() -> server.write(text("pong")));
      try (TlsFlow client = wire.client(Parties.client(providers, version))) {
        client.write(text("ping"));
        assertThat(client.inputStream().readNBytes(4)).isEqualTo("pong".getBytes(US_ASCII));
        assertThat(writing.result()).isEqualTo(4);
        assertThat(reading.result()).isEqualTo(4);
      }
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aWriterThatShookHandsLeavesTheReaderAlone(Providers providers, TlsVersion version)
      throws Exception {
    int count = 100_000;
    try (Wire wire = Wire.inMemory(1000)) {
      TlsFlow server = wire.server(Parties.server(providers, version));
      Running<Integer> writing = Running.blocked(() -> server.write(ByteBuffer.allocate(count)));
      Running<byte[]> reading = Running.blocked(() -> server.inputStream().readNBytes(count));
      TlsFlow client = wire.client(Parties.client(providers, version));
      client.write(ByteBuffer.allocate(count)); // the server's writer waits for room all the time
      assertThat(reading.result()).hasLength(count);
      assertThat(client.inputStream().readNBytes(count)).hasLength(count);
      assertThat(writing.result()).isEqualTo(count);
      client.close();
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aCloseWakesAWriterWhosePeerDoesNotRead(Providers providers, TlsVersion version)
      throws Exception {
    try (Sides sides = Sides.open(providers, version)) {
      Running<Integer> writing =
          Running.blocked(() -> sides.client().write(ByteBuffer.allocate(1 << 20)));
      Running<Integer> reading = Running.blocked(() -> sides.client().read(ByteBuffer.allocate(1)));
      long began = System.nanoTime();
      sides.client().close();
      writing.failure(AsynchronousCloseException.class);
      reading.failure(AsynchronousCloseException.class);
      assertQuick(began);
      assertThat(sides.wire().near().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSSE", "BOUNCY_CASTLE"})
  void aCloseIsBoundedWhereThePeerDoesNotRead(Providers providers) throws Exception {
    try (Sides sides = Sides.open(providers, TlsVersion.TLS_1_3)) {
      Running<Integer> reading = Running.blocked(() -> sides.server().read(ByteBuffer.allocate(1)));
      fill((FlowPipe.End) sides.wire().far());
      long began = System.nanoTime();
      sides.server().close();
      reading.failure(AsynchronousCloseException.class);
      assertQuick(began);
      assertThat(sides.wire().far().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aClosedFlowSaysSo(Providers providers, TlsVersion version) throws Exception {
    try (Sides sides = Sides.open(providers, version)) {
      TlsFlow flow = sides.server();
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
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void aPeerThatResetsIsGone(Providers providers, TlsVersion version) throws Exception {
    try (Sides sides = Sides.open(providers, version)) {
      Running<Integer> reading = Running.blocked(() -> sides.client().read(ByteBuffer.allocate(1)));
      ((FlowPipe.End) sides.wire().far()).reset();
      reading.failure(PeerGoneException.class);
      assertThrows(PeerGoneException.class, () -> sides.client().read(ByteBuffer.allocate(1)));
      assertThrows(PeerGoneException.class, () -> sides.client().write(text("hello")));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void anInputThatIsShutBeforeTheHandshakeLetsItBeDone(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(Parties.server(providers, version));
      server.shutdownInput();
      assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      Running<Integer> writing = Running.start(() -> server.write(text("pong")));
      try (TlsFlow client = wire.client(Parties.client(providers, version))) {
        assertThat(client.inputStream().readNBytes(4)).isEqualTo("pong".getBytes(US_ASCII));
      }
      assertThat(writing.result()).isEqualTo(4);
      assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void anInputThatIsShutEndsAReadThatWaits(Providers providers, TlsVersion version)
      throws Exception {
    for (Wire wire : new Wire[] {Wire.inMemory(), Wire.tcp()}) {
      try (Sides sides = Sides.open(wire, providers, version)) {
        Running<Integer> reading =
            Running.blocked(() -> sides.server().read(ByteBuffer.allocate(1)));
        sides.server().shutdownInput();
        sides.server().shutdownInput();
        assertThat(reading.result()).isEqualTo(-1);
        sides.server().write(text("pong"));
        assertThat(sides.client().inputStream().readNBytes(4)).isEqualTo("pong".getBytes(US_ASCII));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void anOutputThatIsShutBeforeTheHandshakeIsShutAfterIt(Providers providers, TlsVersion version)
      throws Exception {
    try (Wire wire = Wire.inMemory()) {
      TlsFlow server = wire.server(Parties.server(providers, version));
      Running<Void> shutting =
          Running.start(
              () -> {
                server.shutdownOutput();
                return null;
              });
      try (TlsFlow client = wire.client(Parties.client(providers, version))) {
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
  @MethodSource("dev.mimic.tls.bouncycastle.Parties#all")
  void anOutputThatIsShutLetsThePeerReadToTheEnd(Providers providers, TlsVersion version)
      throws Exception {
    try (Sides sides = Sides.open(providers, version)) {
      sides.client().write(text("question"));
      sides.client().shutdownOutput();
      sides.client().shutdownOutput();
      assertThat(Meeting.readAll(sides.server())).isEqualTo("question");
      assertThrows(ClosedChannelException.class, () -> sides.client().write(text("more")));
      if (providers == Providers.JSSE && version == TlsVersion.TLS_1_3) {
        sides.server().write(text("answer"));
        sides.server().close();
        assertThat(Meeting.readAll(sides.client())).isEqualTo("answer");
      }
    }
  }
}
