package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;

/** How flows are accepted. */
interface AcceptingLines extends ListenerLines {

  @Line(1301)
  @DisplayName("accept returns the peer of a flow that was connected to the listener's address.")
  default void acceptReturnsThePeerOfAFlow() throws Exception {
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

  @Line(1302)
  @DisplayName("accept waits for a flow.")
  default void acceptWaitsForAFlow() throws Exception {
    FlowListener listener = listening();
    Running<Flow> accepting = blocked(() -> accepted(listener));
    Flow client = connected(listener);

    assertConnected(client, accepting.result());
  }

  @Line(1303)
  @DisplayName("The address stays the same, and can be connected to again and again.")
  default void theAddressCanBeConnectedToAgain() throws Exception {
    FlowListener listener = listening();
    String address = listener.address();
    for (int i = 0; i < 3; i++) {
      Running<Flow> connecting = connecting(listener);
      Flow server = accepted(listener);
      assertConnected(connecting.result(), server);
      assertThat(listener.address()).isEqualTo(address);
    }
  }

  @Line(1304)
  @DisplayName("Two listeners have two addresses, and each its own flows.")
  default void twoListenersHaveTwoAddresses() throws Exception {
    FlowListener one = listening();
    FlowListener other = listening();
    assertThat(other.address()).isNotEqualTo(one.address());

    Running<Flow> toOther = connecting(other);
    Flow server = accepted(other);
    assertConnected(toOther.result(), server);
  }

  @Line(1305)
  @DisplayName("Several threads may accept; each flow goes to one of them.")
  default void severalThreadsMayAccept() throws Exception {
    FlowListener listener = listening();
    List<Running<Integer>> acceptors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      acceptors.add(blocked(() -> (int) Bytes.read(accepted(listener), 1)[0]));
    }
    for (int i = 1; i <= 3; i++) {
      connected(listener).write(Bytes.of(i));
    }

    TreeSet<Integer> heard = new TreeSet<>();
    for (Running<Integer> each : acceptors) {
      heard.add(each.result());
    }
    assertThat(heard).containsExactly(1, 2, 3).inOrder();
  }

  @Line(1306)
  @DisplayName("A client that connects and says nothing keeps no other from being accepted.")
  default void aSilentClientKeepsNobodyWaiting() throws Exception {
    FlowListener listener = listening();
    start(
        () -> {
          connectSilently(listener);
          return null;
        });
    assertThat(closing(listener.accept()).isOpen()).isTrue();

    Running<Flow> connecting = connecting(listener);
    Flow server = accepted(listener);
    assertConnected(connecting.result(), server);
  }

  @Line(1307)
  @DisplayName("A client that writes and closes at once loses no byte.")
  default void aClientThatWritesAndClosesAtOnceLosesNothing() throws Exception {
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

  @Line(1308)
  @DisplayName("A hundred clients at once are all accepted.")
  default void aHundredClientsAreAllAccepted() throws Exception {
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
      Flow server = closing(listener.accept());
      echoes.add(start(() -> welcomed(server).write(ByteBuffer.wrap(Bytes.read(server, 1)))));
    }

    for (int i = 0; i < 100; i++) {
      assertThat(clients.get(i).result()).isEqualTo(new byte[] {(byte) i});
      assertThat(echoes.get(i).result()).isEqualTo(1);
    }
  }
}
