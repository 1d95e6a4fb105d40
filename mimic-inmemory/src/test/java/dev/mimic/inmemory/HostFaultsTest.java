package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.inmemory.Pair.SERVER;
import static dev.mimic.inmemory.Pair.read;
import static dev.mimic.inmemory.Pair.soon;
import static dev.mimic.inmemory.Pair.write;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of hosts that freeze, crash, restart or stop, and of partitions. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // faults, listeners and captures act until the end of their blocks
class HostFaultsTest {
  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network = InMemoryNetwork.builder().timeSource(time).build();
  private final InMemoryHost server = network.host("server");

  @Test
  void stop_withoutUnreadInput_peerReadsEnd() throws Exception {
    Pair pair = Pair.open(network);
    write(pair.server(), "last words");
    Running<Flow> accept = Running.blocked(VIRTUAL, pair.listener()::accept);
    server.stop();
    accept.failure(AsynchronousCloseException.class);
    assertThat(read(pair.client())).isEqualTo("last words");
    assertThat(read(pair.client())).isEqualTo("<end>");
    assertThrows(ClosedChannelException.class, () -> read(pair.server()));
    assertThrows(ConnectException.class, () -> network.host("client").connect(SERVER, soon()));
    try (FlowListener again = server.listen(SERVER)) {
      network.host("client").connect(SERVER, soon()).close();
      again.accept().close();
    }
    pair.client().close();
  }

  @Test
  void stop_withUnreadInput_peerIsReset() throws Exception {
    Pair pair = Pair.open(network);
    write(pair.client(), "never read");
    server.stop();
    assertThrows(PeerGoneException.class, () -> read(pair.client()));
    pair.client().close();
  }

  @Test
  void crash_peerHangs_untilRestartResetsIt() throws Exception {
    Pair pair = Pair.open(network);
    Running<String> zombie = Running.blocked(VIRTUAL, () -> read(pair.server()));
    Running<Flow> accept = Running.blocked(VIRTUAL, pair.listener()::accept);
    server.crash();
    zombie.failure(AsynchronousCloseException.class);
    accept.failure(AsynchronousCloseException.class);
    Running<String> reader = Running.blocked(VIRTUAL, () -> read(pair.client()));
    write(pair.client(), "hello?");
    Running<Flow> connect =
        Running.blocked(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
    assertThat(assertThrows(BindException.class, () -> server.listen(SERVER)))
        .hasMessageThat()
        .isEqualTo("cannot listen on server:80: the host server has crashed: restart it");
    assertThat(reader.isDone()).isFalse();
    server.restart();
    reader.failure(PeerGoneException.class);
    connect.failure(ConnectException.class);
    try (FlowListener again = server.listen(SERVER)) {
      network.host("client").connect(SERVER, soon()).close();
      again.accept().close();
    }
    pair.client().close();
  }

  @Test
  void crash_bytesOnTheirWay_areLost() throws Exception {
    Pair pair = Pair.open(network);
    Fault stall = network.inject(Faults.stall());
    write(pair.server(), "on their way");
    server.crash();
    stall.close();
    server.restart();
    Running<String> reader = Running.blocked(VIRTUAL, () -> read(pair.client()));
    write(pair.client(), "anyone?");
    reader.failure(PeerGoneException.class);
    pair.client().close();
  }

  @Test
  void freeze_everythingWaits_thenContinues() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault freeze = server.freeze();
      write(pair.client(), "ping");
      Running<Flow> connect =
          Running.blocked(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
      assertThat(pair.server().available()).isEqualTo(0);
      write(pair.server(), "pong");
      Running<String> reader = Running.blocked(VIRTUAL, () -> read(pair.client()));
      freeze.close();
      assertThat(reader.result()).isEqualTo("pong");
      assertThat(read(pair.server())).isEqualTo("ping");
      connect.result().close();
    }
  }

  @Test
  void partition_heals_andLosesNothing() throws Exception {
    try (Pair pair = Pair.open(network)) {
      try (Fault cut = network.partition("client", "server")) {
        write(pair.client(), "there ");
        write(pair.server(), "back");
        assertThat(pair.client().available()).isEqualTo(0);
        Running<Flow> connect =
            Running.blocked(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
        connect.interrupt();
        connect.failure(java.nio.channels.ClosedByInterruptException.class);
        try (Flow other = network.host("third").connect(SERVER, soon())) {
          write(other, "reaches it");
        }
        pair.listener().accept().close();
      }
      write(pair.client(), "again");
      assertThat(read(pair.server())).isEqualTo("there again");
      assertThat(read(pair.client())).isEqualTo("back");
    }
  }

  @Test
  void partition_acceptOfWaitingFlow_succeeds() throws Exception {
    FlowListener listener = server.listen(SERVER);
    Flow client = network.host("client").connect(SERVER, soon());
    Fault cut = network.partition("client", "server");
    Flow accepted = listener.accept();
    cut.close();
    write(client, "hello");
    assertThat(read(accepted)).isEqualTo("hello");
    client.close();
    accepted.close();
    listener.close();
  }

  @Test
  void freeze_twice_endsWithTheLast() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault first = server.freeze();
      Fault second = server.freeze();
      write(pair.client(), "ping");
      first.close();
      first.close();
      assertThat(pair.server().available()).isEqualTo(0);
      second.close();
      assertThat(read(pair.server())).isEqualTo("ping");
    }
  }

  @Test
  void crash_connectToFullBacklog_waitsThenIsRefused() throws Exception {
    FlowListener listener = server.listen(SERVER, 1);
    Flow first = network.host("client").connect(SERVER, soon());
    Running<Flow> second =
        Running.blocked(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
    server.crash();
    second.awaitBlocked();
    assertThat(second.isDone()).isFalse();
    server.restart();
    second.failure(ConnectException.class);
    first.close();
    listener.close();
  }

  @Test
  void stop_connectsOfTheHost_end() throws Exception {
    network.inject(Faults.dropConnects());
    Running<Flow> connect =
        Running.blocked(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
    network.host("client").stop();
    connect.failure(AsynchronousCloseException.class);
  }

  @Test
  void partition_ofGroups_leavesEachGroupConnected() throws Exception {
    FlowListener a = network.host("a").listen(new dev.mimic.HostPort("a", 1));
    FlowListener c = network.host("c").listen(new dev.mimic.HostPort("c", 1));
    try (Fault cut = network.partition(List.of("A", "b"), List.of("c", "d"))) {
      network.host("b").connect(new dev.mimic.HostPort("a", 1), soon()).close();
      network.host("d").connect(new dev.mimic.HostPort("c", 1), soon()).close();
      Running<Flow> across =
          Running.blocked(
              VIRTUAL, () -> network.host("b").connect(new dev.mimic.HostPort("c", 1), soon()));
      cut.close();
      across.result().close();
    }
    a.close();
    c.close();
  }

  @Test
  void partition_oneWay_holdsTheAnswersToo() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault cut = network.inject(Faults.vanish().from("server").to("client"));
      write(pair.client(), "arrives");
      assertThat(read(pair.server())).isEqualTo("arrives");
      write(pair.server(), "does not");
      assertThat(pair.client().available()).isEqualTo(0);
      Running<Flow> connect =
          Running.blocked(VIRTUAL, () -> network.host("client").connect(SERVER, soon()));
      cut.close();
      connect.result().close();
      assertThat(read(pair.client())).isEqualTo("does not");
    }
  }

  @Test
  void partitionFrom_ofGroups_holdsOneDirection() throws Exception {
    try (Pair pair = Pair.open(network)) {
      Fault cut = network.partitionFrom(List.of("Server", "other"), List.of("client"));
      write(pair.client(), "arrives");
      assertThat(read(pair.server())).isEqualTo("arrives");
      write(pair.server(), "does not");
      assertThat(pair.client().available()).isEqualTo(0);
      assertThat(network.timeline().toString())
          .contains("partition from other, server to client begins");
      cut.close();
      assertThat(read(pair.client())).isEqualTo("does not");
    }
  }

  @Test
  void open_listsFlowsAndListenersWithPlaces() throws Exception {
    InMemoryNetwork tracked = InMemoryNetwork.builder().trackLeaks().build();
    Pair pair = Pair.open(tracked);
    List<String> open = tracked.open();
    assertThat(open).hasSize(3);
    assertThat(open.get(0)).startsWith("listener tcp://server:80, opened here");
    assertThat(String.join("\n", open)).contains("open_listsFlowsAndListenersWithPlaces");
    assertThat(String.join("\n", open)).contains("accepted here");
    pair.close();
    assertThat(tracked.open()).isEmpty();
  }

  @Test
  void close_closesEverything() throws Exception {
    Pair pair = Pair.open(network);
    network.close();
    assertThat(network.open()).isEmpty();
    assertThat(pair.client().isOpen()).isFalse();
    assertThat(pair.server().isOpen()).isFalse();
  }

  @Test
  void stop_ofManyConnections_closesThemInOrder() throws Exception {
    FlowListener listener = server.listen(SERVER);
    List<Long> numbers = new ArrayList<>();
    for (long number = 1; number <= 50; number++) {
      network.host("client").connect(SERVER, soon());
      listener.accept();
      numbers.add(number);
    }
    server.stop();
    assertThat(
            network.timeline().events().stream()
                .filter(each -> each.kind() == NetworkEvent.Kind.CLOSE)
                .filter(each -> each.from().equals("server"))
                .map(NetworkEvent::connection))
        .containsExactlyElementsIn(numbers)
        .inOrder();
    listener.close();
    network.close();
  }
}
