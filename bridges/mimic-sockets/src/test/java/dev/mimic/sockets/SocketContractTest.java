package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.sockets.SocketKind.Connection;
import dev.mimic.sockets.SocketKind.Sockets;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of the contract of sockets, which pass with the JDK's sockets and with ours. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class SocketContractTest {
  private static final int SHORT_MILLIS = 20;

  @ParameterizedTest
  @EnumSource
  void megabytes_inBothDirections_arriveComplete(SocketKind kind) throws Exception {
    byte[] sent = new byte[3 << 20];
    new Random(1).nextBytes(sent);
    try (Connection connection = kind.sockets().connect()) {
      Running<Long> echoing =
          Running.start(
              ThreadKind.VIRTUAL,
              () -> {
                Socket server = connection.server();
                long count = server.getInputStream().transferTo(server.getOutputStream());
                server.shutdownOutput();
                return count;
              });
      Running<byte[]> reading =
          Running.start(
              ThreadKind.PLATFORM, () -> connection.client().getInputStream().readAllBytes());
      connection.client().getOutputStream().write(sent);
      connection.client().shutdownOutput();
      assertThat(Arrays.equals(reading.result(), sent)).isTrue();
      assertThat(echoing.result()).isEqualTo(sent.length);
      assertThat(connection.client().isOutputShutdown()).isTrue();
      assertThrows(SocketException.class, connection.client()::getOutputStream);
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_afterTimeout_throwsAndSocketStaysUsable(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      Socket client = connection.client();
      client.setSoTimeout(SHORT_MILLIS);
      assertThat(client.getSoTimeout()).isEqualTo(SHORT_MILLIS);
      InputStream in = client.getInputStream();
      assertThrows(SocketTimeoutException.class, in::read);
      connection.server().getOutputStream().write('x');
      client.setSoTimeout(0);
      assertThat(in.read()).isEqualTo((int) 'x');
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_duringRead_wakesReader(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      InputStream in = connection.client().getInputStream();
      Running<Integer> reading = Running.blocked(ThreadKind.VIRTUAL, in::read);
      connection.client().close();
      SocketException closed = reading.failure(SocketException.class);
      assertThat(closed).hasMessageThat().isEqualTo("Socket closed");
      assertThat(connection.server().getInputStream().read()).isEqualTo(-1);
      SocketException again = assertThrows(SocketException.class, in::read);
      assertThat(again).hasMessageThat().isEqualTo("Socket closed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofReadingVirtualThread_closesSocket(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      InputStream in = connection.client().getInputStream();
      Running<Integer> reading = Running.blocked(ThreadKind.VIRTUAL, in::read);
      reading.interrupt();
      SocketException closed = reading.failure(SocketException.class);
      assertThat(closed).hasMessageThat().isEqualTo("Closed by interrupt");
      assertThat(reading.endedInterrupted()).isTrue();
      assertThat(connection.client().isClosed()).isTrue();
      assertThat(connection.server().getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shutdownInput_thenRead_isEndOfStream(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      InputStream in = connection.client().getInputStream();
      connection.client().shutdownInput();
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.available()).isEqualTo(0); // the JDK's TLS calls it before closing
      assertThat(connection.client().isInputShutdown()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shutdownOutput_thenWrite_fails(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      OutputStream out = connection.client().getOutputStream();
      connection.client().shutdownOutput();
      assertThrows(SocketException.class, () -> out.write('x'));
      connection.server().getOutputStream().write('y');
      assertThat(connection.client().getInputStream().read()).isEqualTo((int) 'y');
    }
  }

  @ParameterizedTest
  @EnumSource
  void reset_byPeer_isReported(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      InputStream in = connection.client().getInputStream();
      connection.client().getOutputStream().write(new byte[100]);
      assertThat(connection.server().getInputStream().read()).isEqualTo(0);
      connection.server().setSoLinger(true, 0); // the JDK's socket would otherwise end in order
      connection.server().close(); // with 99 bytes unread
      SocketException reset = assertThrows(SocketException.class, in::read);
      assertThat(reset).hasMessageThat().startsWith("Connection reset");
    }
  }

  @ParameterizedTest
  @EnumSource
  void available_returnsBytesThatCanBeRead(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      InputStream in = connection.client().getInputStream();
      assertThat(in.available()).isEqualTo(0);
      connection.server().getOutputStream().write("hello".getBytes(US_ASCII));
      assertThat(in.read()).isEqualTo((int) 'h');
      assertThat(in.available()).isEqualTo(4);
      assertThat(in.readNBytes(4)).hasLength(4);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIX") // which has no ports
  void addresses_ofBothSides_match(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      Socket client = connection.client();
      Socket server = connection.server();
      assertThat(client.getInetAddress().getHostName()).isEqualTo("localhost");
      assertThat(client.getPort()).isEqualTo(server.getLocalPort());
      assertThat(server.getPort()).isEqualTo(client.getLocalPort());
      assertThat(server.getInetAddress()).isNotNull();
      assertThat(client.getLocalAddress()).isNotNull();
      assertThat(client.getRemoteSocketAddress().toString()).startsWith("localhost/");
      assertThat(client.isConnected() && client.isBound() && server.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void options_set_areReturned(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      Socket client = connection.client();
      client.setTcpNoDelay(true);
      client.setKeepAlive(true);
      client.setSoLinger(true, 3);
      client.setReuseAddress(true);
      client.setTrafficClass(8);
      client.setReceiveBufferSize(20_000);
      client.setSendBufferSize(20_000);
      assertThat(client.getTcpNoDelay()).isTrue();
      assertThat(client.getKeepAlive()).isTrue();
      assertThat(client.getSoLinger()).isEqualTo(3);
      assertThat(client.getReuseAddress()).isTrue();
      assertThat(client.getReceiveBufferSize()).isAtLeast(20_000);
      client.setSoLinger(false, 0);
      assertThat(client.getSoLinger()).isEqualTo(-1);
      Socket unused = client.setOption(StandardSocketOptions.TCP_NODELAY, false);
      assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
      assertThat(client.supportedOptions()).contains(StandardSocketOptions.SO_KEEPALIVE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void connect_withoutListener_isRefused(SocketKind kind) throws IOException {
    Sockets sockets = kind.sockets();
    int port;
    try (ServerSocket listening = sockets.listen()) {
      port = listening.getLocalPort();
    }
    try (Socket client = sockets.clients().createSocket()) {
      assertThrows(ConnectException.class, () -> client.connect(sockets.at("localhost", port)));
    }
    assertThrows(ConnectException.class, () -> sockets.clients().createSocket("localhost", port));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIX") // which has one address
  void connect_toUnknownHost_fails(SocketKind kind) throws IOException {
    Sockets sockets = kind.sockets();
    try (Socket client = sockets.clients().createSocket()) {
      assertThrows(
          UnknownHostException.class, () -> client.connect(sockets.at("nowhere.invalid", 1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void operations_withoutConnection_fail(SocketKind kind) throws IOException {
    Sockets sockets = kind.sockets();
    Socket client = sockets.clients().createSocket();
    assertThat(client.isConnected()).isFalse();
    assertThat(client.getPort()).isEqualTo(0);
    assertThrows(SocketException.class, client::getInputStream);
    assertThrows(SocketException.class, client::shutdownOutput);
    client.close();
    client.close();
    assertThrows(SocketException.class, () -> client.connect(sockets.at("localhost", 1)));
    assertThrows(SocketException.class, client::getInputStream);
  }

  @ParameterizedTest
  @EnumSource
  void connect_secondTime_fails(SocketKind kind) throws IOException {
    Sockets sockets = kind.sockets();
    try (Connection connection = sockets.connect()) {
      assertThrows(
          SocketException.class, () -> connection.client().connect(sockets.at("localhost", 1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void accept_afterTimeout_throwsAndNextAccepts(SocketKind kind) throws IOException {
    Sockets sockets = kind.sockets();
    try (ServerSocket listening = sockets.listen();
        Socket client = sockets.clients().createSocket()) {
      listening.setSoTimeout(SHORT_MILLIS);
      assertThrows(SocketTimeoutException.class, listening::accept);
      assertThrows(SocketTimeoutException.class, listening::accept);
      client.connect(sockets.at("localhost", listening.getLocalPort()));
      listening.setSoTimeout(0);
      try (Socket server = listening.accept()) {
        server.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo((int) 'x');
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_duringAccept_wakesAcceptor(SocketKind kind) throws Exception {
    for (int timeout : new int[] {0, 20_000}) {
      ServerSocket listening = kind.sockets().listen();
      listening.setSoTimeout(timeout);
      assertThat(listening.isBound()).isTrue();
      Running<Socket> accepting = Running.blocked(ThreadKind.VIRTUAL, listening::accept);
      listening.close();
      assertThat(accepting.failure(SocketException.class))
          .hasMessageThat()
          .isEqualTo("Socket closed");
      assertThrows(SocketException.class, listening::accept);
    }
  }

  /** A connection can arrive just when the listener is closed. */
  @ParameterizedTest
  @EnumSource
  void close_duringConnect_leavesNoConnectionOpen(SocketKind kind) throws Exception {
    Sockets sockets = kind.sockets();
    for (int round = 0; round < 500; round++) {
      ServerSocket listening = sockets.listen();
      try (Socket client = sockets.clients().createSocket()) {
        Running<Boolean> accepting =
            Running.start(
                ThreadKind.VIRTUAL,
                () -> {
                  listening.accept().close();
                  return true;
                });
        client.connect(sockets.at("localhost", listening.getLocalPort()), 10_000);
        client.setSoTimeout(10_000);
        listening.close();
        try {
          assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
          assertThat(e).hasMessageThat().containsMatch("(?i)reset|gone");
        }
        assertThat(accepting.failure().orElseGet(SocketException::new))
            .isInstanceOf(SocketException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofAcceptingVirtualThread_closesServerSocket(SocketKind kind) throws Exception {
    for (int timeout : new int[] {0, 20_000}) {
      ServerSocket listening = kind.sockets().listen();
      listening.setSoTimeout(timeout);
      Running<Socket> accepting = Running.blocked(ThreadKind.VIRTUAL, listening::accept);
      accepting.interrupt();
      assertThat(accepting.failure(SocketException.class))
          .hasMessageThat()
          .isEqualTo("Closed by interrupt");
      assertThat(accepting.endedInterrupted()).isTrue();
      assertThat(listening.isClosed()).isTrue();
      assertThrows(SocketException.class, listening::accept);
    }
  }
}
