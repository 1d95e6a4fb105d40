package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.flow.Flow;
import dev.mimic.sockets.SocketKind.Connection;
import dev.mimic.sockets.SocketKind.Sockets;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that compare the results of the JDK's sockets and ours in the same states. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class JdkComparisonTest {

  /** A query of a socket, which returns a result or throws. */
  private interface Query<S> {
    Object run(S socket) throws Exception;
  }

  private static final Map<String, Query<Socket>> STATE = new LinkedHashMap<>();
  private static final Map<String, Query<Socket>> OPTIONS = new LinkedHashMap<>();
  private static final Map<String, Query<ServerSocket>> SERVER = new LinkedHashMap<>();

  static {
    STATE.put("isBound", Socket::isBound);
    STATE.put("isConnected", Socket::isConnected);
    STATE.put("isClosed", Socket::isClosed);
    STATE.put("isInputShutdown", Socket::isInputShutdown);
    STATE.put("isOutputShutdown", Socket::isOutputShutdown);
    STATE.put("getChannel", Socket::getChannel);
    STATE.put("getInetAddress", Socket::getInetAddress);
    STATE.put("hasRemote", s -> s.getRemoteSocketAddress() != null);
    STATE.put("hasPort", s -> s.getPort() > 0);
    STATE.put("hasLocalPort", s -> s.getLocalPort() > 0);
    STATE.put("noLocalPort", s -> s.getLocalPort() < 0);
    STATE.put("getLocalAddress", s -> s.getLocalAddress().getHostAddress());
    STATE.put("hasLocal", s -> s.getLocalSocketAddress() != null);
    STATE.put("toString", s -> s.toString().replaceAll("port=\\d+", "port=N"));
    STATE.put("getInputStream", s -> s.getInputStream() != null);
    STATE.put("getOutputStream", s -> s.getOutputStream() != null);
    STATE.put("shutdownInput", s -> done(s::shutdownInput));
    STATE.put("shutdownInput again", s -> done(s::shutdownInput));
    STATE.put("getInputStream after shutdown", s -> s.getInputStream() != null);
    STATE.put("shutdownOutput", s -> done(s::shutdownOutput));
    STATE.put("shutdownOutput again", s -> done(s::shutdownOutput));
    STATE.put("getOutputStream after shutdown", s -> s.getOutputStream() != null);
    STATE.put(
        "connect again",
        s -> done(() -> s.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9))));
    STATE.put("connect, null", s -> done(() -> s.connect(null)));
    STATE.put("connect, timeout -1", s -> done(() -> s.connect(new InetSocketAddress(9), -1)));
    STATE.put("bind again", s -> done(() -> s.bind(null)));

    OPTIONS.put("setTcpNoDelay", s -> done(() -> s.setTcpNoDelay(false)));
    OPTIONS.put("getTcpNoDelay", Socket::getTcpNoDelay);
    OPTIONS.put("setTcpNoDelay, on", s -> done(() -> s.setTcpNoDelay(true)));
    OPTIONS.put("getTcpNoDelay, on", Socket::getTcpNoDelay);
    OPTIONS.put("getKeepAlive", Socket::getKeepAlive);
    OPTIONS.put("setKeepAlive", s -> done(() -> s.setKeepAlive(true)));
    OPTIONS.put("getKeepAlive, on", Socket::getKeepAlive);
    OPTIONS.put("getSoLinger", Socket::getSoLinger);
    OPTIONS.put("setSoLinger", s -> done(() -> s.setSoLinger(true, 3)));
    OPTIONS.put("getSoLinger, 3", Socket::getSoLinger);
    OPTIONS.put("setSoLinger, 70000", s -> done(() -> s.setSoLinger(true, 70_000)));
    OPTIONS.put("setSoLinger, -1", s -> done(() -> s.setSoLinger(true, -1)));
    OPTIONS.put("setSoLinger, off", s -> done(() -> s.setSoLinger(false, 0)));
    OPTIONS.put("getSoLinger, off", Socket::getSoLinger);
    OPTIONS.put("getTrafficClass", Socket::getTrafficClass);
    OPTIONS.put("setTrafficClass", s -> done(() -> s.setTrafficClass(8)));
    OPTIONS.put("getTrafficClass, 8", Socket::getTrafficClass);
    OPTIONS.put("setTrafficClass, 256", s -> done(() -> s.setTrafficClass(256)));
    OPTIONS.put("setReceiveBufferSize", s -> done(() -> s.setReceiveBufferSize(20_000)));
    OPTIONS.put("getReceiveBufferSize", s -> s.getReceiveBufferSize() >= 20_000);
    OPTIONS.put("setReceiveBufferSize, 0", s -> done(() -> s.setReceiveBufferSize(0)));
    OPTIONS.put("setSendBufferSize", s -> done(() -> s.setSendBufferSize(20_000)));
    OPTIONS.put("getSendBufferSize", s -> s.getSendBufferSize() >= 20_000);
    OPTIONS.put("setSendBufferSize, 0", s -> done(() -> s.setSendBufferSize(0)));
    OPTIONS.put("getOOBInline", Socket::getOOBInline);
    OPTIONS.put("setOOBInline", s -> done(() -> s.setOOBInline(true)));
    OPTIONS.put("getOOBInline, on", Socket::getOOBInline);
    OPTIONS.put("getReuseAddress", Socket::getReuseAddress);
    OPTIONS.put("setReuseAddress", s -> done(() -> s.setReuseAddress(true)));
    OPTIONS.put("getReuseAddress, on", Socket::getReuseAddress);
    OPTIONS.put("getSoTimeout", Socket::getSoTimeout);
    OPTIONS.put("setSoTimeout", s -> done(() -> s.setSoTimeout(1)));
    OPTIONS.put("getSoTimeout, 1", Socket::getSoTimeout);
    OPTIONS.put("setSoTimeout, -1", s -> done(() -> s.setSoTimeout(-1)));
    OPTIONS.put("setPerformance", s -> done(() -> s.setPerformancePreferences(1, 2, 3)));
    OPTIONS.put("KEEPIDLE", s -> s.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
    OPTIONS.put(
        "KEEPIDLE, 60", s -> s.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60).isClosed());
    OPTIONS.put("KEEPIDLE, set", s -> s.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
    OPTIONS.put("KEEPCOUNT", s -> s.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
    OPTIONS.put("KEEPINTERVAL", s -> s.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
    OPTIONS.put("SO_LINGER", s -> s.getOption(StandardSocketOptions.SO_LINGER));
    OPTIONS.put("SO_REUSEPORT", s -> s.getOption(StandardSocketOptions.SO_REUSEPORT));
    OPTIONS.put("IP_MULTICAST_TTL", s -> s.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
    OPTIONS.put("null", s -> s.setOption(StandardSocketOptions.SO_KEEPALIVE, null).isClosed());

    SERVER.put("isBound", ServerSocket::isBound);
    SERVER.put("isClosed", ServerSocket::isClosed);
    SERVER.put("getInetAddress", ServerSocket::getInetAddress);
    SERVER.put("hasLocal", s -> s.getLocalSocketAddress() != null);
    SERVER.put("hasLocalPort", s -> s.getLocalPort() > 0);
    SERVER.put("toString", s -> s.toString().replaceAll("port=\\d+", "port=N"));
    SERVER.put("getChannel", ServerSocket::getChannel);
    SERVER.put("getSoTimeout", ServerSocket::getSoTimeout);
    SERVER.put("setSoTimeout", s -> done(() -> s.setSoTimeout(1)));
    SERVER.put("getSoTimeout, 1", ServerSocket::getSoTimeout);
    SERVER.put("setSoTimeout, -1", s -> done(() -> s.setSoTimeout(-1)));
    SERVER.put("accept", s -> done(s::accept));
    SERVER.put("getReuseAddress", ServerSocket::getReuseAddress);
    SERVER.put("setReuseAddress", s -> done(() -> s.setReuseAddress(false)));
    SERVER.put("getReuseAddress, off", ServerSocket::getReuseAddress);
    SERVER.put("setReceiveBufferSize", s -> done(() -> s.setReceiveBufferSize(20_000)));
    SERVER.put("getReceiveBufferSize", s -> s.getReceiveBufferSize() >= 20_000);
    SERVER.put("setReceiveBufferSize, 0", s -> done(() -> s.setReceiveBufferSize(0)));
    SERVER.put("KEEPIDLE", s -> s.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
    SERVER.put("SO_LINGER", s -> s.getOption(StandardSocketOptions.SO_LINGER));
    SERVER.put("bind again", s -> done(() -> s.bind(new InetSocketAddress(0))));
  }

  /** An action whose result is compared. */
  private interface Step {
    Object run() throws Exception;
  }

  /** An action without a result. */
  private interface VoidStep {
    void run() throws Exception;
  }

  private static Object done(VoidStep step) throws Exception {
    step.run();
    return "done";
  }

  /** Returns each result, or the class of the exception. */
  private static <S> List<String> answers(Map<String, Query<S>> queries, S socket) {
    List<String> answers = new ArrayList<>();
    queries.forEach((name, query) -> answers.add(name + ": " + answer(() -> query.run(socket))));
    return answers;
  }

  private static String answer(Step step) {
    try {
      return String.valueOf(step.run());
    } catch (Exception e) {
      return e.getClass().getName();
    }
  }

  private static void assertSame(SocketKind kind, List<String> ours, List<String> theirs) {
    assertWithMessage("%s", kind).that(ours).containsExactlyElementsIn(theirs).inOrder();
  }

  private static List<String> connected(SocketKind kind) throws Exception {
    List<String> answers = new ArrayList<>();
    try (Connection connection = kind.sockets().connect()) {
      answers.addAll(answers(OPTIONS, connection.client()));
      List<String> accepted = answers(OPTIONS, connection.server());
      accepted.removeIf(
          a -> a.startsWith("getReuseAddress: ")); // inherited from the listener by the kernel only
      answers.addAll(accepted);
      answers.addAll(answers(STATE, connection.client()));
      connection.client().close();
      answers.addAll(answers(STATE, connection.client()));
      answers.addAll(answers(OPTIONS, connection.client()));
    }
    return answers;
  }

  private static List<String> unconnected(SocketKind kind) throws Exception {
    List<String> answers = new ArrayList<>();
    try (Socket socket = kind.sockets().clients().createSocket()) {
      answers.addAll(answers(OPTIONS, socket));
      answers.add(answer(socket::isBound));
      answers.add(answer(socket::isConnected));
      answers.add(answer(socket::getInetAddress));
      answers.add(answer(socket::getLocalAddress));
      answers.add(answer(socket::getLocalPort));
      answers.add(answer(socket::getPort));
      answers.add(answer(socket::getRemoteSocketAddress));
      answers.add(answer(socket::getLocalSocketAddress));
      answers.add(answer(socket::toString));
      answers.add(answer(() -> done(() -> socket.sendUrgentData(1))));
      answers.add(answer(() -> done(socket::shutdownInput)));
      answers.add(answer(socket::getOutputStream));
      answers.add(answer(() -> done(() -> socket.bind(null))));
      answers.add(answer(socket::isBound));
      answers.add(answer(socket::getLocalAddress));
      answers.add(answer(() -> done(socket::close)));
      answers.add(
          answer(
              () ->
                  done(
                      () ->
                          socket.connect(
                              new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)))));
      answers.add(answer(() -> done(() -> socket.bind(null))));
      answers.addAll(answers(OPTIONS, socket));
    }
    return answers;
  }

  private static List<String> listening(SocketKind kind, String host) throws Exception {
    List<String> answers = new ArrayList<>();
    try (ServerSocket socket = kind.sockets().servers().createServerSocket()) {
      answers.add(answer(socket::getInetAddress));
      answers.add(answer(socket::getLocalPort));
      answers.add(answer(socket::getLocalSocketAddress));
      answers.add(answer(socket::toString));
      answers.add(answer(socket::accept));
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
      answers.addAll(answers(SERVER, socket));
      answers.add(answer(() -> done(socket::close)));
      answers.addAll(answers(SERVER, socket));
    }
    return answers;
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "TCP"})
  void connectedSocket_anyQuery_matchesJdk(SocketKind kind) throws Exception {
    List<String> ours = connected(kind);
    ours.replaceAll(JdkComparisonTest::withoutLiteralName);
    assertSame(kind, ours, connected(SocketKind.JDK));
  }

  /** Removes a name that equals the address; ours have it because of the missing reverse lookup. */
  private static String withoutLiteralName(String answer) {
    return answer.replace("127.0.0.1/127.0.0.1", "/127.0.0.1");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
  void unconnectedSocket_anyQuery_matchesJdk(SocketKind kind) throws Exception {
    assertSame(kind, unconnected(kind), unconnected(SocketKind.JDK));
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "TCP"})
  void serverSocket_anyQuery_matchesJdk(SocketKind kind) throws Exception {
    for (String host : List.of("0.0.0.0", "::", "127.0.0.1", "::1", "localhost")) {
      assertSame(kind, listening(kind, host), listening(SocketKind.JDK, host));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "TCP", "MEMORY"})
  void close_withLingerZero_resets(SocketKind kind) throws Exception {
    for (boolean early : new boolean[] {true, false}) {
      Sockets sockets = kind.sockets();
      Socket client = sockets.clients().createSocket();
      if (early) {
        client.setSoLinger(true, 0);
      }
      try (Connection connection = sockets.connect(client)) {
        if (!early) {
          client.setSoLinger(true, 0);
        }
        client.close();
        InputStream in = connection.server().getInputStream();
        SocketException reset = assertThrows(SocketException.class, in::read);
        assertThat(reset).hasMessageThat().startsWith("Connection reset");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK") // blocks for the linger time
  void close_withLongLinger_doesNotBlock(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      Socket client = connection.client();
      client.setSoLinger(true, 60);
      Running<Void> writing =
          Running.blocked(
              ThreadKind.PLATFORM,
              () -> {
                client.getOutputStream().write(new byte[32 << 20]);
                return null;
              });
      Running<String> closing =
          Running.start(
              ThreadKind.PLATFORM,
              () -> {
                client.close();
                return "closed";
              });
      assertThat(closing.result()).isEqualTo("closed"); // within the timeout of Running
      writing.failure(SocketException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "TCP"})
  void urgentData_overTcp_isDiscardedOrInline(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      Socket from = connection.client();
      Socket to = connection.server();
      InputStream in = to.getInputStream();
      from.sendUrgentData('u');
      from.getOutputStream().write('a');
      assertThat(in.read()).isEqualTo((int) 'a');
      to.setOOBInline(true);
      from.sendUrgentData('v');
      from.getOutputStream().write('b');
      assertThat(in.readNBytes(2)).isEqualTo(new byte[] {'v', 'b'});
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "UNIX"})
  void urgentData_overOtherTransports_isRefused(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect()) {
      SocketException refused =
          assertThrows(SocketException.class, () -> connection.client().sendUrgentData(1));
      assertThat(refused).hasMessageThat().isEqualTo("Urgent data not supported");
    }
  }

  @Test
  void options_overTcp_areSetInKernel() throws Exception {
    Sockets sockets = SocketKind.TCP.sockets();
    Socket early = sockets.clients().createSocket();
    early.setKeepAlive(true);
    early.setTcpNoDelay(false);
    early.setSoLinger(true, 0);
    Socket unused = early.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 77);
    try (Connection connection = sockets.connect(early)) {
      assertKernelHas(channel(connection.client()), true, false, 77);
      Socket late = connection.server();
      assertKernelHas(channel(late), false, true, 7200);
      late.setKeepAlive(true);
      late.setTcpNoDelay(false);
      late.setSoLinger(true, 0);
      Socket same = late.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 78);
      assertThat(same).isSameInstanceAs(late);
      assertKernelHas(channel(late), true, false, 78);
    }
  }

  private static SocketChannel channel(Socket socket) {
    Flow flow = FlowSockets.flow(socket).orElseThrow();
    return flow.find(SocketChannel.class).orElseThrow();
  }

  private static void assertKernelHas(
      SocketChannel channel, boolean keepAlive, boolean noDelay, int idle) throws IOException {
    assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isEqualTo(keepAlive);
    assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isEqualTo(noDelay);
    assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(keepAlive ? 0 : -1);
    assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(idle);
  }

  @ParameterizedTest
  @EnumSource
  void supportedOptions_includeThoseOfJdk(SocketKind kind) throws Exception {
    try (Connection connection = kind.sockets().connect();
        ServerSocket listening = kind.sockets().listen();
        Socket plain = new Socket();
        ServerSocket plainServer = new ServerSocket()) {
      assertThat(connection.client().supportedOptions())
          .containsAtLeastElementsIn(
              plain.supportedOptions().stream()
                  .filter(o -> !o.equals(ExtendedSocketOptions.SO_INCOMING_NAPI_ID))
                  .toList());
      assertThat(listening.supportedOptions())
          .containsAtLeastElementsIn(
              plainServer.supportedOptions().stream()
                  .filter(o -> !o.equals(ExtendedSocketOptions.SO_INCOMING_NAPI_ID))
                  .toList());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIX")
  void connect_withTimeoutZero_hasNoTimeout(SocketKind kind) throws Exception {
    Sockets sockets = kind.sockets();
    try (ServerSocket listening = sockets.listen();
        Socket client = sockets.clients().createSocket()) {
      client.connect(sockets.at("localhost", listening.getLocalPort()), 0);
      assertThat(client.isConnected()).isTrue();
      client.setSoTimeout(1);
      assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
    }
  }
}
