package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of properties of sockets over flows that the JDK's sockets do not share. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FlowSocketFactoryTest {

  /** A network whose connects block until they are ended. */
  private static final class BlockingNetwork implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      FlowPipe pipe = FlowPipe.create();
      return deadline.guard(
          pipe.near(),
          near -> {
            int unused = near.inputStream().read();
            return near;
          });
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new BindException("cannot listen on this network");
    }

    @Override
    public String describe(HostPort to) {
      return "blocking(" + to + ")";
    }
  }

  /** A network with one listener, which closes other resources before it returns the listener. */
  private record ClosingNetwork(FlowListener listener, List<Closeable> before) implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      throw new ConnectException("cannot connect on this network");
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      for (Closeable each : before) {
        each.close();
      }
      return listener;
    }

    @Override
    public String describe(HostPort to) {
      return "closing(" + to + ")";
    }
  }

  /** A listener without connections, which counts the calls of accept. */
  private static final class IdleListener implements FlowListener {
    private final AtomicInteger accepting = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public Flow accept() throws IOException {
      accepting.incrementAndGet();
      try {
        closed.await();
        throw new AsynchronousCloseException();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      }
    }

    @Override
    public String address() {
      return "tcp://idle:1";
    }

    @Override
    public void close() {
      closed.countDown();
    }

    boolean isClosed() {
      return closed.getCount() == 0;
    }
  }

  private final FlowSocketFactory blocking =
      FlowSocketFactory.of(MimicResolver.builder().network(new BlockingNetwork()).build());
  private final MimicResolver memory =
      MimicResolver.builder().network(InMemoryNetwork.create()).build();

  private static InetSocketAddress server() {
    return InetSocketAddress.createUnresolved("server.example", 80);
  }

  @Test
  void connect_afterTimeout_throws() throws IOException {
    try (Socket socket = blocking.createSocket()) {
      SocketTimeoutException late =
          assertThrows(SocketTimeoutException.class, () -> socket.connect(server(), 20));
      assertThat(late).hasMessageThat().contains("tcp://server.example:80 within 20 ms");
      assertThat(late).hasCauseThat().isInstanceOf(ResolutionException.class);
    }
  }

  @Test
  void close_duringConnect_endsIt() throws Exception {
    Socket socket = blocking.createSocket();
    Running<Boolean> connecting =
        Running.blocked(
            ThreadKind.PLATFORM,
            () -> {
              socket.connect(server());
              return true;
            });
    socket.close();
    assertThat(connecting.failure(SocketException.class))
        .hasMessageThat()
        .isEqualTo("Socket closed");
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_duringConnect_endsIt(ThreadKind threads) throws Exception {
    try (Socket socket = blocking.createSocket()) {
      Running<Boolean> connecting =
          Running.blocked(
              threads,
              () -> {
                socket.connect(server());
                return true;
              });
      connecting.interrupt();
      assertThat(connecting.failure(SocketException.class))
          .hasMessageThat()
          .isEqualTo("Closed by interrupt");
      assertThat(connecting.endedInterrupted()).isTrue();
      assertThat(socket.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user@server",
        "server:1/path",
        "server/path",
        "server?a",
        "server#a",
        "a\\server",
        "ser%76er",
        "a server",
        "server\n",
        "ser[ver"
      })
  void host_withSpecialCharacters_isUnknown(String host) throws IOException {
    UnknownHostException unknown =
        assertThrows(
            UnknownHostException.class, () -> FlowSocketFactory.of(memory).createSocket(host, 80));
    assertThat(unknown).hasMessageThat().contains("must be a name or an IP address");
    InetAddress named = FlowSockets.byName(host);
    assertThrows(
        UnknownHostException.class,
        () -> FlowServerSocketFactory.of(memory).createServerSocket(80, 1, named));
  }

  @Test
  void toAddress_ofIpv6WithZone_keepsZone() throws IOException {
    assertThat(new SocketEndpoint("fe80::1%eth0", 80).toAddress("tcp"))
        .isEqualTo("tcp://[fe80::1%eth0]:80");
  }

  @Test
  void connect_refused_keepsResolversMessageAndCause() {
    ConnectException refused =
        assertThrows(
            ConnectException.class,
            () -> FlowSocketFactory.of(memory).createSocket("localhost", 1));
    assertThat(refused).hasMessageThat().startsWith("cannot connect to tcp://localhost:1: ");
    assertThat(refused).hasCauseThat().isInstanceOf(ResolutionException.class);
  }

  @Test
  void urgentDataAndBind_areRefused() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (Socket socket = FlowSockets.of(pipe.near())) {
      assertThat(assertThrows(SocketException.class, () -> socket.sendUrgentData(1)))
          .hasMessageThat()
          .isEqualTo("Urgent data not supported");
    }
    try (Socket socket = blocking.createSocket()) {
      BindException chosen =
          assertThrows(BindException.class, () -> socket.bind(new InetSocketAddress(4000)));
      assertThat(chosen).hasMessageThat().contains("the network chooses the local address");
    }
  }

  @Test
  void reset_ofSocketOverFlow_hasFlowsCause() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (Socket socket = FlowSockets.of(pipe.near())) {
      assertThat(socket.isConnected()).isTrue();
      assertThat(socket.getInetAddress()).isNotNull();
      pipe.far().reset();
      SocketException reset =
          assertThrows(SocketException.class, () -> socket.getInputStream().read());
      assertThat(reset).hasCauseThat().isInstanceOf(PeerGoneException.class);
    }
    assertThat(pipe.near().isOpen()).isFalse();
  }

  @Test
  void close_ofWrappedPipeWithLingerZero_resets() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    Socket socket = FlowSockets.of(new ForwardingFlow(pipe.near()) {});
    socket.setSoLinger(true, 0);
    socket.close();
    assertThrows(PeerGoneException.class, () -> pipe.far().read(ByteBuffer.allocate(1)));
    assertThat(pipe.near().isOpen()).isFalse();
  }

  @Test
  void soTimeout_setBeforeConnect_applies() throws IOException {
    try (ServerSocket listening = FlowSockets.of(memory.listen("tcp://server:0"));
        Socket socket = FlowSocketFactory.of(memory).createSocket()) {
      assertThat(listening.isBound()).isTrue();
      assertThat(listening.getInetAddress().getHostName()).isEqualTo("server");
      socket.setSoTimeout(10);
      socket.connect(InetSocketAddress.createUnresolved("server", listening.getLocalPort()));
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
    }
  }

  @Test
  void close_afterAcceptTimeout_closesUnacceptedConnection() throws IOException {
    try (Socket socket = FlowSocketFactory.of(memory).createSocket()) {
      ServerSocket listening = FlowServerSocketFactory.of(memory).createServerSocket(8080);
      listening.setSoTimeout(10);
      assertThrows(SocketTimeoutException.class, listening::accept);
      socket.connect(InetSocketAddress.createUnresolved("localhost", 8080));
      listening.close();
      try {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      } catch (SocketException reset) {
        assertThat(reset).hasMessageThat().startsWith("Connection reset");
      }
    }
  }

  @Test
  void accept_timedOutRepeatedly_leavesOneAcceptRunning() throws Exception {
    IdleListener listener = new IdleListener();
    try (ServerSocket listening = FlowSockets.of(listener)) {
      listening.setSoTimeout(10);
      List<Running<Socket>> all =
          Stream.generate(() -> Running.start(ThreadKind.VIRTUAL, listening::accept))
              .limit(5)
              .toList();
      all.forEach(each -> each.failure(SocketTimeoutException.class));
      assertThat(listener.accepting.get()).isEqualTo(1);
    }
  }

  @Test
  void accept_byManyThreads_servesEach() throws Exception {
    try (ServerSocket listening = FlowSockets.of(memory.listen("tcp://server:80"))) {
      List<Running<Socket>> all = new ArrayList<>();
      for (int timeout : new int[] {0, 20_000, 0, 20_000}) {
        listening.setSoTimeout(timeout);
        all.add(Running.blocked(ThreadKind.VIRTUAL, listening::accept));
      }
      for (Running<Socket> unused : all) {
        FlowSocketFactory.of(memory).createSocket("server", 80).close();
      }
      for (Running<Socket> each : all) {
        each.result().close();
      }
    }
  }

  @Test
  void bind_returningAfterClose_closesListener() throws Exception {
    IdleListener listener = new IdleListener();
    List<Closeable> closedBefore = new ArrayList<>();
    Network network = new ClosingNetwork(listener, closedBefore);
    ServerSocket socket =
        FlowServerSocketFactory.of(MimicResolver.builder().network(network).build())
            .createServerSocket();
    closedBefore.add(socket);
    InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
    assertThrows(SocketException.class, () -> socket.bind(here));
    assertThat(listener.isClosed()).isTrue();
  }

  @Test
  void acceptTimeout_inMemory_usesClockOfNetwork() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    MimicResolver resolver =
        MimicResolver.builder()
            .network(InMemoryNetwork.create(time).host("server"))
            .timeSource(time)
            .build();
    try (ServerSocket server = FlowServerSocketFactory.of(resolver).createServerSocket(80)) {
      server.setSoTimeout(20);
      Running<Socket> accepting = Running.blocked(ThreadKind.VIRTUAL, server::accept);
      time.awaitTimers(1, Duration.ofSeconds(20));
      time.advance(Duration.ofMillis(19));
      assertThat(time.timers()).isEqualTo(1); // regardless of the system clock
      assertThat(accepting.isDone()).isFalse();
      time.advance(Duration.ofMillis(1));
      assertThat(accepting.failure(SocketTimeoutException.class))
          .hasMessageThat()
          .isEqualTo("Accept timed out");
      Running<Socket> again = Running.blocked(ThreadKind.VIRTUAL, server::accept);
      try (Flow flow = resolver.resolve("tcp://server:80");
          Socket accepted = again.result()) {
        assertThat(accepted.isConnected()).isTrue();
        assertThat(flow.isOpen()).isTrue();
      }
      assertThat(time.timers()).isEqualTo(0);
    }
  }

  @Test
  void soTimeout_ofSocketOverFlow_defaultsToZero() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    FlowPipe pipe = FlowPipe.builder().timeSource(time).build();
    pipe.near().readTimeout(Duration.ofMillis(1));
    try (Socket socket = FlowSockets.of(pipe.near())) {
      assertThat(socket.getSoTimeout()).isEqualTo(0);
      Running<Integer> reading =
          Running.blocked(ThreadKind.VIRTUAL, () -> socket.getInputStream().read());
      assertThat(time.timers()).isEqualTo(0);
      pipe.far().write(ByteBuffer.wrap(new byte[] {7}));
      assertThat(reading.result()).isEqualTo(7);
    }
  }

  @Test
  void parse_ofFlowAddresses_returnsHostAndPort() {
    assertThat(SocketEndpoint.parse("127.0.0.1:80").address().isLoopbackAddress()).isTrue();
    assertThat(SocketEndpoint.parse("[::1]:80")).isEqualTo(new SocketEndpoint("::1", 80));
    assertThat(SocketEndpoint.parse("server:80").address().toString())
        .isEqualTo("server/192.0.2.1");
    assertThat(SocketEndpoint.parse("/run/x.sock")).isEqualTo(new SocketEndpoint("/run/x.sock", 0));
    assertThat(SocketEndpoint.ofAddress("tcp://localhost:49152"))
        .isEqualTo(new SocketEndpoint("localhost", 49152));
  }
}
