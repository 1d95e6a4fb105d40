package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.inmemory.InMemoryNetworkTest.at;
import static dev.mimic.inmemory.InMemoryNetworkTest.read;
import static dev.mimic.inmemory.InMemoryNetworkTest.soon;
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
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the queue of unaccepted flows, and of closing. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InMemoryListenerTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final InMemoryHost server = network.host("server");
  private final InMemoryHost client = network.host("client");
  private final FlowListener listener;

  InMemoryListenerTest() throws Exception {
    listener = server.listen(at("server", 80), 2);
  }

  private Flow connect() throws Exception {
    return client.connect(at("server", 80), soon());
  }

  /** Fills the queue, and returns a connect that waits for free space. */
  private Running<Flow> waitingConnect(Deadline deadline) throws Exception {
    connect();
    connect();
    return Running.blocked(VIRTUAL, () -> client.connect(at("server", 80), deadline));
  }

  private Deadline inOneSecond() {
    return Deadline.after(Duration.ofSeconds(1), time);
  }

  @Test
  void connect_beforeAccept_returnsUsableFlow() throws Exception {
    try (Flow flow = connect()) {
      flow.write(ByteBuffer.wrap(new byte[] {'h', 'i'}));
      flow.shutdownOutput();
      try (Flow accepted = listener.accept()) {
        assertThat(read(accepted)).isEqualTo("hi");
        assertThat(read(accepted)).isEqualTo("<end>");
      }
    }
  }

  @Test
  void accept_ofSeveralConnects_keepsTheirOrder() throws Exception {
    connect();
    connect();
    assertThat(listener.accept().info().remote()).isEqualTo("client:49152");
    assertThat(listener.accept().info().remote()).isEqualTo("client:49153");
  }

  @Test
  void accept_withEmptyQueue_waitsForConnect() throws Exception {
    Running<Flow> accept = Running.blocked(VIRTUAL, listener::accept);
    connect();
    assertThat(accept.result().info().remote()).isEqualTo("client:49152");
  }

  @Test
  void connect_withFullQueue_waits() throws Exception {
    Running<Flow> third = waitingConnect(soon());
    Running<Flow> fourth = Running.blocked(VIRTUAL, this::connect);
    listener.accept();
    listener.accept();
    listener.accept();
    listener.accept();
    assertThat(third.result().isOpen()).isTrue();
    assertThat(fourth.result().isOpen()).isTrue();
  }

  @Test
  void connect_waitingAtDeadline_timesOut() throws Exception {
    Running<Flow> third = waitingConnect(inOneSecond());
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofSeconds(1));
    assertThat(third.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .isEqualTo(
            "server:80 is busy: none of its 2 waiting flows was accepted before the deadline");
    listener.accept();
    listener.accept();
    Running<Flow> nothing = Running.blocked(VIRTUAL, listener::accept);
    listener.close();
    nothing.failure(AsynchronousCloseException.class);
  }

  @Test
  void connect_afterWaiting_cancelsItsTimer() throws Exception {
    Running<Flow> third = waitingConnect(inOneSecond());
    time.awaitTimers(1, LONG);
    listener.accept();
    third.result();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void connect_waitingAndInterrupted_throwsAndKeepsListener() throws Exception {
    Running<Flow> third = waitingConnect(inOneSecond());
    third.interrupt();
    third.failure(ClosedByInterruptException.class);
    assertThat(third.endedInterrupted()).isTrue();
    assertThat(time.timers()).isEqualTo(0);
    listener.accept();
    connect().close(); // the listener still works
  }

  @Test
  void connect_waitingWhenListenerCloses_isRefused() throws Exception {
    Running<Flow> third = waitingConnect(soon());
    listener.close();
    assertThat(third.failure(ConnectException.class))
        .hasMessageThat()
        .startsWith("connection refused: no listener on server:80");
  }

  @Test
  void close_freesPortAndRefusesConnects() throws Exception {
    listener.close();
    listener.close();
    assertThrows(ConnectException.class, this::connect);
    FlowListener next = server.listen(at("server", 80));
    listener.close(); // does not close the next one
    connect();
    next.accept().close();
  }

  @Test
  void close_wakesAccepts() throws Exception {
    List<Running<Flow>> accepts =
        List.of(
            Running.blocked(VIRTUAL, listener::accept), Running.blocked(VIRTUAL, listener::accept));
    listener.close();
    for (Running<Flow> accept : accepts) {
      accept.failure(AsynchronousCloseException.class);
    }
    assertThrows(ClosedChannelException.class, listener::accept);
  }

  @Test
  void close_resetsUnacceptedFlowsOnly() throws Exception {
    Flow first = connect();
    Flow second = connect();
    Flow accepted = listener.accept();
    Running<String> reader = Running.blocked(VIRTUAL, () -> read(second));
    listener.close();
    reader.failure(PeerGoneException.class);
    assertThrows(PeerGoneException.class, () -> second.write(ByteBuffer.allocate(1)));
    first.write(ByteBuffer.wrap(new byte[] {'x'}));
    assertThat(read(accepted)).isEqualTo("x");
  }

  @Test
  void accept_interruptedWhileWaiting_closesListener() throws Exception {
    Running<Flow> accept = Running.blocked(VIRTUAL, listener::accept);
    accept.interrupt();
    accept.failure(ClosedByInterruptException.class);
    assertThat(accept.endedInterrupted()).isTrue();
    assertThrows(ClosedChannelException.class, listener::accept);
    server.listen(at("server", 80));
  }

  @Test
  void accept_withPendingInterruptAndFlow_closesListener() throws Exception {
    Flow flow = connect();
    Running<Flow> accept =
        Running.start(
            VIRTUAL,
            () -> {
              Thread.currentThread().interrupt();
              return listener.accept();
            });
    accept.failure(ClosedByInterruptException.class);
    assertThat(accept.endedInterrupted()).isTrue();
    assertThrows(PeerGoneException.class, () -> read(flow));
  }

  @Test
  void accept_closedAndInterrupted_reportsClosed() throws Exception {
    listener.close();
    Running<Flow> accept =
        Running.start(
            VIRTUAL,
            () -> {
              Thread.currentThread().interrupt();
              return listener.accept();
            });
    accept.failure(ClosedChannelException.class);
    assertThat(accept.endedInterrupted()).isTrue();
  }

  @Test
  void accept_ofFlowClosedByClient_returnsIt() throws Exception {
    connect().close();
    assertThat(read(listener.accept())).isEqualTo("<end>");
  }

  @Test
  void listen_withBacklogZero_throws() {
    assertThrows(IllegalArgumentException.class, () -> server.listen(at("server", 81), 0));
  }

  @Test
  void connect_racingClose_isServedResetOrRefused() throws Exception {
    for (int round = 0; round < 500; round++) {
      FlowListener racing = server.listen(at("server", 8000), 2);
      CountDownLatch go = new CountDownLatch(1);
      List<Running<String>> connects =
          IntStream.range(0, 4).mapToObj(i -> Running.start(VIRTUAL, () -> outcome(go))).toList();
      Running<String> accept =
          Running.start(
              VIRTUAL,
              () -> {
                go.await();
                try (Flow accepted = racing.accept()) {
                  accepted.write(ByteBuffer.wrap(new byte[] {'x'}));
                  return "accepted";
                } catch (ClosedChannelException e) {
                  return "closed";
                }
              });
      Running<String> close =
          Running.start(
              VIRTUAL,
              () -> {
                go.await();
                racing.close();
                return "closed";
              });
      go.countDown();
      assertThat(close.result()).isEqualTo("closed");
      long served = 0;
      for (Running<String> connect : connects) {
        assertThat(connect.result()).isAnyOf("x", "reset", "refused");
        served += connect.result().equals("x") ? 1 : 0;
      }
      assertWithMessage("served")
          .that(served)
          .isEqualTo(accept.result().equals("accepted") ? 1 : 0);
    }
  }

  private String outcome(CountDownLatch go) throws Exception {
    go.await();
    try (Flow flow = client.connect(at("server", 8000), soon())) {
      return read(flow);
    } catch (ConnectException e) {
      return "refused";
    } catch (PeerGoneException e) {
      return "reset";
    }
  }

  @Test
  void accept_failedByARule_wakesTheNextAcceptor() throws Exception {
    Running<Flow> first = Running.blocked(VIRTUAL, listener::accept);
    Running<Flow> second = Running.blocked(VIRTUAL, listener::accept);
    network.inject(Faults.failAccept().once());
    connect().close();
    first.failure(IOException.class);
    second.result().close();
  }
}
