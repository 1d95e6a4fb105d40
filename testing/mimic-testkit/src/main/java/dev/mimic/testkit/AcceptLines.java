package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;

/** The contract of {@link FlowListener#accept}. */
interface AcceptLines extends ListenerLines {

  @LineTest(1301)
  @DisplayName("accept returns the peer of a flow that connects to the listener's address.")
  default void accept_ofConnection_returnsItsPeer() throws Exception {
    FlowListener listener = listening();
    Running<Flow> connecting = connecting(listener);
    Flow server = accepted(listener);
    Flow client = connecting.result();

    assertConnected(client, server);
  }

  private static void assertConnected(Flow client, Flow server) throws IOException {
    client.write(Bytes.of(1, 2));
    assertThat(Bytes.read(server, 2)).isEqualTo(new byte[] {1, 2});
    server.write(Bytes.of(3));
    assertThat(Bytes.read(client, 1)).isEqualTo(new byte[] {3});
  }

  @LineTest(1302)
  @DisplayName("accept waits for a connection.")
  default void accept_withoutConnection_waits() throws Exception {
    FlowListener listener = listening();
    Running<Flow> accepting = blocked(() -> accepted(listener));
    Flow client = connected(listener);

    assertConnected(client, accepting.result());
  }

  @LineTest(1303)
  @DisplayName("The address stays the same and accepts several connections.")
  default void address_reused_acceptsEachConnection() throws Exception {
    FlowListener listener = listening();
    String address = listener.address();
    for (int i = 0; i < 3; i++) {
      Running<Flow> connecting = connecting(listener);
      Flow server = accepted(listener);
      assertConnected(connecting.result(), server);
      assertThat(listener.address()).isEqualTo(address);
    }
  }

  @LineTest(1304)
  @DisplayName("Two listeners have different addresses and separate flows.")
  default void listeners_two_haveSeparateAddressesAndFlows() throws Exception {
    FlowListener one = listening();
    FlowListener other = listening();
    assertThat(other.address()).isNotEqualTo(one.address());

    Running<Flow> toOther = connecting(other);
    Flow server = accepted(other);
    assertConnected(toOther.result(), server);
  }

  @LineTest(1305)
  @DisplayName("Several threads can accept; each flow goes to one of them.")
  default void accept_byManyThreads_givesEachAFlow() throws Exception {
    FlowListener listener = listening();
    List<Running<Integer>> acceptors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      acceptors.add(blocked(() -> (int) Bytes.read(accepted(listener), 1)[0]));
    }
    for (int i = 1; i <= 3; i++) {
      connected(listener).write(Bytes.of(i));
    }

    TreeSet<Integer> received = new TreeSet<>();
    for (Running<Integer> each : acceptors) {
      received.add(each.result());
    }
    assertThat(received).containsExactly(1, 2, 3).inOrder();
  }

  @LineTest(1306)
  @DisplayName("A client that sends nothing does not keep others from being accepted.")
  default void accept_besideSilentClient_acceptsOthers() throws Exception {
    FlowListener listener = listening();
    start(
        () -> {
          connectSilently(listener);
          return null;
        });
    assertThat(closeAtEnd(listener.accept()).isOpen()).isTrue();

    Running<Flow> connecting = connecting(listener);
    Flow server = accepted(listener);
    assertConnected(connecting.result(), server);
  }

  @LineTest(1307)
  @DisplayName("A client that writes and then closes loses no bytes.")
  default void client_writingAndClosing_losesNoByte() throws Exception {
    FlowListener listener = listening();
    for (int i = 0; i < repetitions(); i++) {
      Running<Void> client =
          start(
              () -> {
                try (Flow flow = connected(listener)) {
                  flow.write(ByteBuffer.wrap(Bytes.some(1000)));
                }
                return null;
              });
      try (Flow server = accepted(listener)) {
        assertThat(Bytes.readToEnd(server)).isEqualTo(Bytes.some(1000));
      }
      assertThat(client.result()).isNull();
    }
  }

  @LineTest(1308)
  @DisplayName("A hundred concurrent clients are all accepted.")
  default void clients_hundredAtOnce_areAccepted() throws Exception {
    FlowListener listener = listening();
    List<Running<byte[]>> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int value = i;
      clients.add(
          start(
              () -> {
                Flow flow = connected(listener);
                flow.write(Bytes.of(value));
                return Bytes.read(flow, 1);
              }));
    }
    List<Running<Integer>> echoes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Flow server = closeAtEnd(listener.accept());
      echoes.add(start(() -> withHandshake(server).write(ByteBuffer.wrap(Bytes.read(server, 1)))));
    }

    for (int i = 0; i < 100; i++) {
      assertThat(clients.get(i).result()).isEqualTo(new byte[] {(byte) i});
      assertThat(echoes.get(i).result()).isEqualTo(1);
    }
  }
}
