package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.util.concurrent.Uninterruptibles.awaitUninterruptibly;
import static dev.mimic.unix.Loopback.TCP;
import static dev.mimic.unix.Loopback.reach;
import static dev.mimic.unix.Loopback.readOne;
import static dev.mimic.unix.Loopback.soon;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionTimeoutException;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TcpNetworkTest {

  @Test
  void describe_hostAndPort_isNamed() {
    assertThat(TCP.describe(new HostPort("localhost", 80))).isEqualTo("tcp(localhost:80)");
    assertThat(TCP.describe(new HostPort("::1", 80))).isEqualTo("tcp([::1]:80)");
  }

  @Test
  void connect_toName_succeeds() throws Exception {
    try (FlowListener listener = TCP.listen(new HostPort("localhost", 0));
        Flow near = TCP.connect(reach(listener), soon());
        Flow far = listener.accept()) {
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
    }
  }

  @Test
  void connect_noListener_isRefused() throws Exception {
    int port = Loopback.freePort();

    ConnectException refusal =
        assertThrows(
            ConnectException.class, () -> TCP.connect(new HostPort("127.0.0.1", port), soon()));

    assertThat(refusal)
        .hasMessageThat()
        .matches(
            "connection refused by 127\\.0\\.0\\.1:%d \\(127\\.0\\.0\\.1: .* after \\d+ ms\\)"
                .formatted(port));
    assertThat(refusal.getSuppressed()).hasLength(1);
  }

  @Test
  void connect_allAddressesRefused_namesEach() throws Exception {
    Loopback.assumeIpv6();
    TcpNetwork network = withAddresses("127.0.0.1", "::1");
    HostPort to = new HostPort("twice.example", Loopback.freePort());

    ConnectException refusal =
        assertThrows(ConnectException.class, () -> network.connect(to, soon()));

    assertThat(refusal)
        .hasMessageThat()
        .matches(
            "connection refused by %s \\(127\\.0\\.0\\.1: .* after \\d+ ms; ::1: .* after \\d+ ms\\)"
                .formatted(to));
  }

  @Test
  void connect_firstAddressRefused_usesNext() throws Exception {
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0))) {
      HostPort to = new HostPort("three.example", reach(listener).port());
      try (Flow near = withAddresses("127.0.0.2", "127.0.0.1", "127.0.0.3").connect(to, soon());
          Flow far = listener.accept()) {
        near.write(ByteBuffer.allocate(1));
        assertThat(readOne(far)).isEqualTo(1);
        assertThat(near.info().remote()).isEqualTo("127.0.0.1:" + to.port());
      }
    }
  }

  @Test
  void connect_portZero_isRefused() {
    assertThat(
            assertThrows(
                ConnectException.class, () -> TCP.connect(new HostPort("localhost", 0), soon())))
        .hasMessageThat()
        .isEqualTo("port 0 is for listening, where it lets the system choose");
  }

  @Test
  void connect_deadlinePassed_looksUpNothing() {
    TcpNetwork network =
        TcpNetwork.builder()
            .nameResolver(
                host -> {
                  throw new AssertionError("looked up " + host);
                })
            .build();
    Deadline passed = Deadline.after(Duration.ZERO, new ManualTimeSource());
    assertThat(
            assertThrows(
                SocketTimeoutException.class,
                () -> network.connect(new HostPort("localhost", 80), passed)))
        .hasMessageThat()
        .isEqualTo("no time is left to connect to localhost:80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void listen_pendingInterrupt_bindsNothing(String host) {
    Running<FlowListener> listening =
        Running.start(
            ThreadKind.PLATFORM,
            () -> {
              Thread.currentThread().interrupt();
              return TCP.listen(new HostPort(host, 0));
            });

    listening.failure(ClosedByInterruptException.class);
    assertThat(listening.endedInterrupted()).isTrue();
  }

  @Test
  void connect_interruptedWithPortZero_reportsInterrupt() {
    Running<Flow> connecting =
        Running.start(
            ThreadKind.PLATFORM,
            () -> {
              Thread.currentThread().interrupt();
              return TCP.connect(new HostPort("localhost", 0), soon());
            });

    connecting.failure(ClosedByInterruptException.class);
  }

  @Test
  void connect_unknownHost_isNamed() {
    TcpNetwork network =
        TcpNetwork.builder()
            .nameResolver(
                host -> {
                  throw new UnknownHostException("no such name");
                })
            .build();

    for (UnknownHostException failure :
        List.of(
            assertThrows(
                UnknownHostException.class,
                () -> network.connect(new HostPort("nowhere.example", 1), soon())),
            assertThrows(
                UnknownHostException.class,
                () -> network.listen(new HostPort("nowhere.example", 1))))) {
      assertThat(failure).hasMessageThat().contains("nowhere.example");
    }
  }

  @Test
  void listen_hangingLookup_endsAtTimeoutOfResolver() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    TcpNetwork network =
        TcpNetwork.builder()
            .nameResolver(
                host -> {
                  awaitUninterruptibly(end);
                  return List.of();
                })
            .build();
    ManualTimeSource time = new ManualTimeSource();
    MimicResolver resolver = MimicResolver.builder().network(network).timeSource(time).build();
    Running<FlowListener> listening =
        Running.start(
            ThreadKind.PLATFORM,
            () -> resolver.withTimeout(Duration.ofSeconds(5)).listen("tcp://slow.example:0"));
    try {
      time.awaitTimers(1, Duration.ofSeconds(20));
      time.advance(Duration.ofSeconds(5));
      assertThat(listening.failure(ResolutionTimeoutException.class))
          .hasMessageThat()
          .isEqualTo(
              "cannot listen on tcp://slow.example:0 within 5 s:"
                  + " look-up of slow.example: not done within 5 s");
    } finally {
      end.countDown();
    }
  }

  @Test
  void listen_deadlinePassed_opensNothing() {
    Deadline passed = Deadline.after(Duration.ZERO, new ManualTimeSource());
    assertThrows(
        SocketTimeoutException.class, () -> TCP.listen(new HostPort("127.0.0.1", 0), passed));
  }

  @Test
  void writeTimeout_ofAcceptedFlow_isMeasuredByTimeSource() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    Deadline deadline = Deadline.after(Duration.ofSeconds(30), time);
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0), deadline);
        Flow near = TCP.connect(reach(listener), soon());
        Flow accepted = listener.accept()) {
      accepted.writeTimeout(Duration.ofHours(1));
      Running<Void> writer =
          Running.start(ThreadKind.PLATFORM, () -> Loopback.writeForever(accepted));
      time.awaitTimers(1, Duration.ofSeconds(20));
      time.advance(Duration.ofHours(1));
      writer.failure(SocketTimeoutException.class);
      assertThat(accepted.isOpen()).isFalse();
      assertThat(near.isOpen()).isTrue();
    }
  }

  @Test
  void connect_toWildcard_usesLoopback() throws Exception {
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0));
        Flow near = TCP.connect(new HostPort("0.0.0.0", reach(listener).port()), soon())) {
      assertThat(near.info().remote()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void connect_deadlinePassed_connectsNothing() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0))) {
      for (HostPort to :
          List.of(reach(listener), new HostPort("localhost", reach(listener).port()))) {
        Deadline passed = Deadline.after(Duration.ZERO, time);
        assertThrows(SocketTimeoutException.class, () -> TCP.connect(to, passed));
      }
    }
  }

  @Test
  void connect_pendingInterrupt_connectsNothing() throws Exception {
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0))) {
      for (ThreadKind kind : ThreadKind.values()) {
        Running<Flow> connecting =
            Running.start(
                kind,
                () -> {
                  Thread.currentThread().interrupt();
                  return TCP.connect(reach(listener), soon());
                });

        connecting.failure(ClosedByInterruptException.class);
        assertThat(connecting.endedInterrupted()).isTrue();
      }
    }
  }

  @Test
  void connect_refusedOrRaced_leavesNoSocketOpen() throws Exception {
    Loopback.assumeIpv6();
    HostPort closedPort = new HostPort("twice.example", Loopback.freePort());
    TcpNetwork network = withAddresses("127.0.0.1", "::1");
    OpenSockets.assumeCountable();
    assertThrows(ConnectException.class, () -> network.connect(closedPort, soon()));
    long before = OpenSockets.count();

    for (int i = 0; i < 200; i++) {
      assertThrows(ConnectException.class, () -> network.connect(closedPort, soon()));
      assertThrows(
          ConnectException.class,
          () -> TCP.connect(new HostPort("127.0.0.1", closedPort.port()), soon()));
    }

    OpenSockets.awaitCount(before);
  }

  @Test
  void builder_invalidSettings_areRefused() {
    TcpNetwork.Builder builder = TcpNetwork.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.backlog(0));
    assertThrows(
        IllegalArgumentException.class, () -> builder.connectionAttemptDelay(Duration.ofMillis(9)));
  }

  private static TcpNetwork withAddresses(String... literals) {
    return TcpNetwork.builder()
        .nameResolver(
            host -> {
              InetAddress[] addresses = new InetAddress[literals.length];
              for (int i = 0; i < literals.length; i++) {
                addresses[i] = InetAddress.getByName(literals[i]);
              }
              return List.of(addresses);
            })
        .build();
  }
}
