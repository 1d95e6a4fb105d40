package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;

/** The contract of closing a listener. */
interface ListenerCloseLines extends ListenerLines {

  @LineTest(1401)
  @DisplayName("Closing wakes every thread that waits in accept: AsynchronousCloseException.")
  default void listenerClose_wakesEveryAccept() throws Exception {
    FlowListener listener = listening();
    List<Running<Flow>> accepts =
        Stream.generate(() -> blocked(listener::accept)).limit(3).toList();

    listener.close();

    for (Running<Flow> each : accepts) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @LineTest(1402)
  @DisplayName("After close, accept throws ClosedChannelException; closing again has no effect.")
  default void accept_afterClose_fails() throws Exception {
    FlowListener listener = listening();
    listener.close();
    listener.close();

    Exception closed = assertThrows(ClosedChannelException.class, listener::accept);
    assertThat(closed.getClass()).isEqualTo(ClosedChannelException.class);
  }

  @LineTest(1403)
  @DisplayName("An interrupt of accept closes the listener: ClosedByInterruptException.")
  default void interrupt_ofAccept_closesListener() throws Exception {
    FlowListener listener = listening();
    Running<Flow> accepting = blocked(listener::accept);
    accepting.interrupt();

    assertClosedByInterrupt(listener, accepting);
  }

  @LineTest(1404)
  @DisplayName("An interrupt of a second waiting accept closes the listener and wakes the first.")
  default void interrupt_ofSecondAccept_closesListener() throws Exception {
    FlowListener listener = listening();
    Running<Flow> first = blocked(listener::accept);
    Running<Flow> second = blocked(listener::accept);
    second.interrupt();

    assertClosedByInterrupt(listener, second);
    first.failure(AsynchronousCloseException.class);
  }

  @LineTest(1405)
  @DisplayName("A pending interrupt closes the listener at accept.")
  default void pendingInterrupt_atAccept_closesListener() throws Exception {
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

  @LineTest(1406)
  @DisplayName("Accepted flows remain usable after the listener is closed.")
  default void acceptedFlow_afterListenerClose_isUsable() throws Exception {
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

  @LineTest(1407)
  @DisplayName("Unaccepted flows are reset when the listener is closed.")
  default void unacceptedFlow_atListenerClose_isReset() throws Exception {
    FlowListener listener = listening();
    Running<Integer> client = blocked(() -> request(connected(listener)));

    listener.close();

    // The client can still be connecting, which fails with an exception of the transport.
    assertThat(client.failure().orElseThrow()).isInstanceOf(IOException.class);
  }

  /**
   * Writes a byte and reads one. A client that only reads can wait forever if a TCP listener is
   * closed during the handshake: the kernel sends a reset only in answer to a packet.
   */
  private static int request(Flow client) throws IOException {
    client.write(Bytes.of(1));
    return Bytes.readOne(client);
  }

  @LineTest(1408)
  @DisplayName("Connecting fails after the listener is closed.")
  default void connect_afterListenerClose_fails() throws Exception {
    FlowListener listener = listening();
    listener.close();

    assertThrows(IOException.class, () -> connected(listener));
  }

  @LineTest(1409)
  @DisplayName("A client that disconnects before it is accepted does not affect others.")
  default void client_goneBeforeAccept_doesNotAffectOthers() throws Exception {
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

  @LineTest(1410)
  @DisplayName(
      "Connecting while the listener is closed returns a flow or fails, and never "
          + "blocks forever.")
  default void connect_racingListenerClose_endsInTime() throws Exception {
    for (int round = 0; round < repetitions(); round++) {
      FlowListener listener = listening();
      Running<Integer> client = start(() -> request(connected(listener)));
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
