package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.TCP;
import static dev.mimic.unix.Loopback.reach;
import static dev.mimic.unix.Loopback.readOne;
import static dev.mimic.unix.Loopback.soon;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.net.BindException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TcpListenerTest {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

  @Test
  void address_portZero_hasHostAndRealPort() throws Exception {
    try (FlowListener listener = TCP.listen(new HostPort("localhost", 0))) {
      assertThat(listener.address()).matches("tcp://localhost:[1-9]\\d*");
    }
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      assertThat(listener.address()).matches("tcp://127\\.0\\.0\\.1:[1-9]\\d*");
    }
  }

  @Test
  void address_wildcard_isReachableLoopback() throws Exception {
    try (FlowListener listener = TCP.listen(new HostPort("0.0.0.0", 0))) {
      assertThat(listener.address()).matches("tcp://127\\.0\\.0\\.1:[1-9]\\d*");
      assertReaches(listener);
    }
  }

  @Test
  void address_ipv6Wildcard_isIpv6Loopback() throws Exception {
    Loopback.assumeIpv6();
    for (String wildcard : new String[] {"::", "0:0:0:0:0:0:0:0"}) {
      try (FlowListener listener = TCP.listen(new HostPort(wildcard, 0))) {
        assertThat(listener.address()).matches("tcp://\\[::1\\]:[1-9]\\d*");
        assertReaches(listener);
      }
    }
  }

  @Test
  void timeSource_isThatOfDeadline() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    Deadline deadline = Deadline.after(Duration.ofSeconds(1), time);
    try (FlowListener listener = TCP.listen(ANY_PORT, deadline)) {
      assertThat(listener.timeSource()).isSameInstanceAs(time);
    }
  }

  private static void assertReaches(FlowListener listener) throws Exception {
    try (Flow near = TCP.connect(reach(listener), soon());
        Flow far = listener.accept()) {
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
    }
  }

  @Test
  void accept_always_setsTcpNodelay() throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT);
        Flow near = TCP.connect(reach(listener), soon());
        Flow far = listener.accept()) {
      assertThat(Loopback.channel(far).getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      assertThat(Loopback.channel(near).getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
    }
  }

  @Test
  void listen_portInUse_isNamed() throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      HostPort taken = reach(listener);
      BindException refusal = assertThrows(BindException.class, () -> TCP.listen(taken));
      assertThat(refusal).hasMessageThat().isEqualTo("Address already in use");
      assertThat(refusal).hasCauseThat().isInstanceOf(BindException.class);
    }
  }

  @Test
  void listen_otherHost_isRefused() {
    HostPort documentation = new HostPort("203.0.113.1", 0);
    assertThat(assertThrows(BindException.class, () -> TCP.listen(documentation)))
        .hasMessageThat()
        .startsWith("Cannot assign requested address");
  }

  @Test
  void listen_nameRefused_namesAddress() throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      TcpNetwork network =
          TcpNetwork.builder()
              .nameResolver(host -> List.of(InetAddress.getLoopbackAddress()))
              .build();
      HostPort taken = new HostPort("here.example", reach(listener).port());
      assertThat(assertThrows(BindException.class, () -> network.listen(taken)))
          .hasMessageThat()
          .isEqualTo("127.0.0.1: Address already in use");
    }
  }

  @Test
  void listen_afterClose_reusesPort() throws Exception {
    HostPort at;
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      at = reach(listener);
      try (Flow near = TCP.connect(at, soon())) {
        listener.accept().close();
        assertThat(readOne(near)).isEqualTo(-1);
      }
    }
    TCP.listen(at).close();
  }

  @Test
  void close_acceptedAndPending_resetsOnlyPending() throws Exception {
    FlowListener listener = TCP.listen(ANY_PORT);
    try (Flow near = TCP.connect(reach(listener), soon());
        Flow far = listener.accept();
        Flow unaccepted = TCP.connect(reach(listener), soon())) {
      listener.close();
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
      assertThrows(PeerGoneException.class, () -> readOne(unaccepted));
    } finally {
      listener.close();
    }
  }

  @Test
  void accept_resetPeer_isFoundGone() throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      Loopback.reset(TCP.connect(reach(listener), soon()));
      try (Flow far = listener.accept()) {
        assertThrows(PeerGoneException.class, () -> readOne(far));
      }
      assertReaches(listener);
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_acceptsBlocked_wakesAll(ThreadKind kind) throws Exception {
    FlowListener listener = TCP.listen(ANY_PORT);
    List<Running<Flow>> accepting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      accepting.add(Running.start(kind, listener::accept).awaitBlocked());
    }

    listener.close();
    listener.close();

    for (Running<Flow> each : accepting) {
      each.failure(AsynchronousCloseException.class);
    }
    ClosedChannelException after = assertThrows(ClosedChannelException.class, listener::accept);
    assertThat(after.getClass()).isEqualTo(ClosedChannelException.class);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofAccept_closesListener(ThreadKind kind) throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      Running<Flow> first = Running.start(kind, listener::accept).awaitBlocked();
      Running<Flow> second = Running.start(kind, listener::accept).awaitBlocked();

      second.interrupt();

      second.failure(ClosedByInterruptException.class);
      assertThat(second.endedInterrupted()).isTrue();
      first.failure(AsynchronousCloseException.class);
    }
  }

  @Test
  void accept_severalThreads_getOneFlowEach() throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT)) {
      List<Running<Flow>> accepting = new ArrayList<>();
      List<Flow> flows = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        accepting.add(Running.start(ThreadKind.VIRTUAL, listener::accept));
      }
      for (int i = 0; i < 4; i++) {
        flows.add(TCP.connect(reach(listener), soon()));
      }
      for (Running<Flow> each : accepting) {
        flows.add(each.result());
      }
      assertThat(flows.stream().map(each -> each.info().local()).distinct().count()).isEqualTo(5);
      for (Flow each : flows) {
        each.close();
      }
    }
  }
}
