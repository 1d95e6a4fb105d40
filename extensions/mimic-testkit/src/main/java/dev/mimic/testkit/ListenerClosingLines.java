package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;

/** How a listener ends, and what becomes of its flows. */
interface ListenerClosingLines extends ListenerLines {

  @Line(1401)
  @DisplayName("A close wakes every thread that waits in accept, with AsynchronousCloseException.")
  default void aCloseWakesEveryAccept() throws Exception {
    FlowListener listener = listening();
    List<Running<Flow>> accepts =
        Stream.generate(() -> blocked(listener::accept)).limit(3).toList();

    listener.close();

    for (Running<Flow> each : accepts) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @Line(1402)
  @DisplayName("After a close accept throws ClosedChannelException; closing again does nothing.")
  default void acceptFailsAfterAClose() throws Exception {
    FlowListener listener = listening();
    listener.close();
    listener.close();

    Exception closed = assertThrows(ClosedChannelException.class, listener::accept);
    assertThat(closed.getClass()).isEqualTo(ClosedChannelException.class);
  }

  @Line(1403)
  @DisplayName("An interrupt of accept closes the listener: ClosedByInterruptException.")
  default void anInterruptOfAcceptClosesTheListener() throws Exception {
    FlowListener listener = listening();
    Running<Flow> accepting = blocked(listener::accept);
    accepting.interrupt();

    assertClosedByInterrupt(listener, accepting);
  }

  @Line(1404)
  @DisplayName("So does one of a thread that is not the first to wait; the first is woken.")
  default void anInterruptOfASecondAcceptClosesTheListener() throws Exception {
    FlowListener listener = listening();
    Running<Flow> first = blocked(listener::accept);
    Running<Flow> second = blocked(listener::accept);
    second.interrupt();

    assertClosedByInterrupt(listener, second);
    first.failure(AsynchronousCloseException.class);
  }

  @Line(1405)
  @DisplayName("So does an interrupt that is pending.")
  default void aPendingInterruptClosesTheListener() throws Exception {
    FlowListener listener = listening();
    Running<Flow> accepting =
        start(
            () -> {
              Thread.currentThread().interrupt();
              return listener.accept();
            });

    assertClosedByInterrupt(listener, accepting);
  }

  private static void assertClosedByInterrupt(FlowListener listener, Running<Flow> accepting) {
    accepting.failure(ClosedByInterruptException.class);
    assertWithMessage("interrupt status").that(accepting.endedInterrupted()).isTrue();
    Exception closed = assertThrows(ClosedChannelException.class, listener::accept);
    assertThat(closed.getClass()).isEqualTo(ClosedChannelException.class);
  }

  @Line(1406)
  @DisplayName("Accepted flows live on when the listener is closed.")
  default void acceptedFlowsOutliveTheListener() throws Exception {
    FlowListener listener = listening();
    Running<Flow> connecting = connecting(listener);
    Flow server = accepted(listener);
    Flow client = connecting.result();
    Running<byte[]> reader = blocked(() -> Bytes.read(server, 2));

    listener.close();

    client.write(Bytes.of(1, 2));
    assertThat(reader.result()).isEqualTo(new byte[] {1, 2});
    server.write(Bytes.of(3));
    assertThat(Bytes.read(client, 1)).isEqualTo(new byte[] {3});
  }

  @Line(1407)
  @DisplayName("Flows that nobody has accepted are reset when the listener is closed.")
  default void flowsThatNobodyAcceptedAreReset() throws Exception {
    FlowListener listener = listening();
    Running<Integer> client = blocked(() -> ask(connected(listener)));

    listener.close();

    // Perhaps it was still connecting, which then fails in the transport's own way.
    assertThat(client.failure().orElseThrow()).isInstanceOf(IOException.class);
  }

  /**
   * Writes a byte and reads one. Who only reads may wait for ever where TCP's listener was closed
   * during the handshake: no reset is sent until there is something to answer.
   */
  private static int ask(Flow client) throws IOException {
    client.write(Bytes.of(1));
    return Bytes.readOne(client);
  }

  @Line(1408)
  @DisplayName("After a close nobody can connect.")
  default void nobodyCanConnectAfterAClose() throws Exception {
    FlowListener listener = listening();
    listener.close();

    assertThrows(IOException.class, () -> connected(listener));
  }

  @Line(1409)
  @DisplayName("A client that has gone before it was accepted hurts no other.")
  default void aClientThatHasGoneHurtsNoOther() throws Exception {
    FlowListener listener = listening();
    Running<Void> gone =
        start(
            () -> {
              connected(listener).close();
              return null;
            });
    Flow first = accepted(listener);
    assertThat(gone.result()).isNull();
    assertThat(Bytes.readOne(first)).isEqualTo(-1);

    Running<Flow> next = connecting(listener);
    Flow server = accepted(listener);
    next.result().write(Bytes.of(1));
    assertThat(Bytes.read(server, 1)).isEqualTo(new byte[] {1});
  }

  @Line(1410)
  @DisplayName("A connect against a close of the listener gives a flow or fails, and never hangs.")
  default void aConnectAgainstAClose() throws Exception {
    for (int round = 0; round < repetitions(); round++) {
      FlowListener listener = listening();
      Running<Integer> client = start(() -> ask(connected(listener)));
      Running<Integer> server = start(() -> answer(accepted(listener)));
      for (int i = 0; i < round * 40; i++) {
        Thread.onSpinWait();
      }
      listener.close();

      Optional<Throwable> refused = client.failure();
      Optional<Throwable> closed = server.failure();
      assertThat(refused.isPresent()).isEqualTo(closed.isPresent());
      refused.ifPresent(failure -> assertThat(failure).isInstanceOf(IOException.class));
      closed.ifPresent(failure -> assertThat(failure).isInstanceOf(IOException.class));
    }
  }

  private static int answer(Flow server) throws IOException {
    return server.write(ByteBuffer.wrap(Bytes.read(server, 1)));
  }
}
