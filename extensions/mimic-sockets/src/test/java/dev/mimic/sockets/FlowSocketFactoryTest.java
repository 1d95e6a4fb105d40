package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.FlowPipe;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.PeerGoneException;
import dev.mimic.ResolutionException;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is special to sockets over flows. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FlowSocketFactoryTest {

  /** Reaches nobody, and notes who was asked for. */
  private static final class Silent implements Network {
    private final Queue<HostPort> asked = new ConcurrentLinkedQueue<>();

    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      asked.add(to);
      FlowPipe pipe = FlowPipe.create();
      return deadline.bound(
          pipe.near(),
          near -> {
            int unused = near.inputStream().read();
            return near;
          });
    }

    @Override
    public FlowListener listen(HostPort at) throws IOException {
      throw new BindException("nobody listens here");
    }

    @Override
    public String describe(HostPort to) {
      return "silent(" + to + ")";
    }
  }

  private final Silent silent = new Silent();
  private final FlowSocketFactory toNobody =
      FlowSocketFactory.of(MimicResolver.builder().network(silent).build());
  private final MimicResolver memory =
      MimicResolver.builder().network(InMemoryNetwork.create()).build();

  private static InetSocketAddress server() {
    return InetSocketAddress.createUnresolved("server.example", 80);
  }

  @Test
  void aConnectWaitsNoLongerThanItsTimeOut() throws IOException {
    try (Socket socket = toNobody.createSocket()) {
      SocketTimeoutException late =
          assertThrows(SocketTimeoutException.class, () -> socket.connect(server(), 20));
      assertThat(late).hasMessageThat().contains("tcp://server.example:80 within 20 ms");
      assertThat(late).hasCauseThat().isInstanceOf(ResolutionException.class);
    }
  }

  @Test
  void aCloseEndsAConnect() throws Exception {
    Socket socket = toNobody.createSocket();
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
  void anInterruptEndsAConnect(ThreadKind threads) throws Exception {
    try (Socket socket = toNobody.createSocket()) {
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
    }
  }

  @Test
  void aHostIsAskedForByItsNameAndNeverLookedUp() throws IOException {
    InetAddress named = InetAddress.getByAddress("named.example", new byte[] {(byte) 192, 0, 2, 1});
    for (InetSocketAddress to :
        new InetSocketAddress[] {server(), new InetSocketAddress(named, 25)}) {
      try (Socket socket = toNobody.createSocket()) {
        assertThrows(SocketTimeoutException.class, () -> socket.connect(to, 1));
      }
    }
    assertThat(silent.asked)
        .containsExactly(new HostPort("server.example", 80), new HostPort("named.example", 25))
        .inOrder();
  }

  @Test
  void aRefusalKeepsTheResolversMessageAndCause() {
    ConnectException refused =
        assertThrows(
            ConnectException.class,
            () -> FlowSocketFactory.of(memory).createSocket("localhost", 1));
    assertThat(refused).hasMessageThat().startsWith("cannot connect to tcp://localhost:1: ");
    assertThat(refused).hasCauseThat().isInstanceOf(ResolutionException.class);
  }

  @Test
  void thereIsNoUrgentDataAndNoLocalAddressToChoose() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (Socket socket = FlowSockets.of(pipe.near())) {
      assertThat(assertThrows(SocketException.class, () -> socket.sendUrgentData(1)))
          .hasMessageThat()
          .isEqualTo("Urgent data not supported");
      assertThrows(SocketException.class, () -> socket.setOOBInline(true));
    }
    try (Socket socket = toNobody.createSocket()) {
      BindException chosen =
          assertThrows(BindException.class, () -> socket.bind(new InetSocketAddress(4000)));
      assertThat(chosen).hasMessageThat().contains("the network chooses the local address");
    }
  }

  @Test
  void aSocketOfAFlowIsConnectedAndItsResetHasTheFlowsCause() throws IOException {
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
  void aTimeOutThatWasSetBeforeTheConnectCounts() throws IOException {
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
  void aConnectionThatNobodyAcceptsAfterATimeOutIsClosedWithTheServer() throws IOException {
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
  void aPlaceIsReadFromWhatTheFlowTells() {
    assertThat(Place.parse("127.0.0.1:80").address().isLoopbackAddress()).isTrue();
    assertThat(Place.parse("[::1]:80")).isEqualTo(new Place("::1", 80));
    assertThat(Place.parse("server:80").address().toString()).isEqualTo("server/0.0.0.0");
    assertThat(Place.parse("/run/x.sock")).isEqualTo(new Place("/run/x.sock", 0));
    assertThat(Place.ofAddress("tcp://localhost:49152")).isEqualTo(new Place("localhost", 49152));
  }
}
