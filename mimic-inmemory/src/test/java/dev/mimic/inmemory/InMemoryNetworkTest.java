package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.Running;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of names, ports and messages of a network in memory. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InMemoryNetworkTest {
  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final InMemoryHost server = network.host("server");
  private final InMemoryHost client = network.host("client");

  static HostPort at(String host, int port) {
    return new HostPort(host, port);
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30), TimeSource.system());
  }

  private static String roundTrip(Network from, HostPort to, FlowListener listener)
      throws IOException {
    try (Flow flow = from.connect(to, soon());
        Flow accepted = listener.accept()) {
      flow.write(ByteBuffer.wrap("ping".getBytes(US_ASCII)));
      String ping = read(accepted);
      accepted.write(ByteBuffer.wrap("pong".getBytes(US_ASCII)));
      return ping + read(flow);
    }
  }

  static String read(Flow flow) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(100);
    return flow.read(dst) < 0 ? "<end>" : US_ASCII.decode(dst.flip()).toString();
  }

  @Test
  void connect_toOtherHost_reachesIt() throws Exception {
    FlowListener listener = server.listen(at("server", 80));
    assertThat(roundTrip(client, at("server", 80), listener)).isEqualTo("pingpong");
  }

  @Test
  void names_areNotCaseSensitive() throws Exception {
    assertThat(network.host("SERVER")).isSameInstanceAs(server);
    FlowListener listener = server.listen(at("Server", 80));
    assertThat(roundTrip(client, at("sErVeR", 80), listener)).isEqualTo("pingpong");
    assertThat(server.name()).isEqualTo("server");
  }

  @Test
  void loopbackAndWildcardNames_referToTheHostItself() throws Exception {
    FlowListener servers = server.listen(at("localhost", 80));
    FlowListener clients = client.listen(at("127.0.0.1", 80));
    String[] names = {"localhost", "LOCALHOST", "127.0.0.1", "::1", "0.0.0.0", "::"};
    for (String itself : names) {
      assertThat(roundTrip(server, at(itself, 80), servers)).isEqualTo("pingpong");
      assertThat(roundTrip(client, at(itself, 80), clients)).isEqualTo("pingpong");
    }
  }

  @Test
  void network_connectsFromLocalhostAndListensOnAnyHost() throws Exception {
    FlowListener far = network.listen(at("somewhere.else", 80));
    assertThat(roundTrip(network, at("somewhere.else", 80), far)).isEqualTo("pingpong");
    FlowListener near = network.listen(at("0.0.0.0", 0));
    int port = Integer.parseInt(near.address().substring("tcp://localhost:".length()));
    assertThat(roundTrip(network, at("127.0.0.1", port), near)).isEqualTo("pingpong");
    try (Flow flow = network.connect(at("somewhere.else", 80), soon())) {
      assertThat(flow.info().local()).startsWith("localhost:");
    }
  }

  @Test
  void networks_two_shareNothing() throws Exception {
    server.listen(at("server", 80));
    InMemoryNetwork other = InMemoryNetwork.create();
    assertThrows(UnknownHostException.class, () -> other.connect(at("server", 80), soon()));
    other.listen(at("server", 80));
  }

  @Test
  void info_namesBothEnds() throws Exception {
    FlowListener listener = server.listen(at("::", 80));
    try (Flow first = client.connect(at("server", 80), soon());
        Flow second = client.connect(at("server", 80), soon());
        Flow accepted = listener.accept()) {
      assertThat(first.info())
          .isEqualTo(
              FlowInfo.of("inmemory", "client:49152", "server:80")
                  .with("localAddress", "198.18.0.3:49152")
                  .with("remoteAddress", "198.18.0.2:80"));
      assertThat(accepted.info())
          .isEqualTo(
              FlowInfo.of("inmemory", "server:80", "client:49152")
                  .with("localAddress", "198.18.0.2:80")
                  .with("remoteAddress", "198.18.0.3:49152"));
      assertThat(second.info().local()).isEqualTo("client:49153");
      assertThat(first.info().toString()).isEqualTo("inmemory(server:80)");
      assertThat(first.find(FlowPipe.End.class)).isPresent();
    }
    assertThat(client.describe(at("server", 80))).isEqualTo("inmemory(server:80)");
    assertThat(network.describe(at("server", 80))).isEqualTo("inmemory(server:80)");
  }

  @Test
  void sourcePorts_afterTheLast_startAgain() throws Exception {
    server.listen(at("server", 80), 20_000);
    String last = "";
    for (int i = 49_152; i <= 65_535; i++) {
      last = client.connect(at("server", 80), soon()).info().local();
    }
    assertThat(last).isEqualTo("client:65535");
    assertThat(client.connect(at("server", 80), soon()).info().local()).isEqualTo("client:49152");
  }

  @Test
  void connect_toUnknownHost_listsKnownHosts() {
    assertThat(
            assertThrows(UnknownHostException.class, () -> client.connect(at("servr", 80), soon())))
        .hasMessageThat()
        .isEqualTo(
            "no host is called \"servr\" in this network: its hosts are client, localhost, server");
  }

  @Test
  void connect_toUnknownHostOfMany_listsFirstEight() {
    for (int i = 10; i < 30; i++) {
      network.host("host" + i);
    }
    assertThat(assertThrows(UnknownHostException.class, () -> client.connect(at("x", 80), soon())))
        .hasMessageThat()
        .endsWith(
            "its hosts are client, host10, host11, host12, host13, host14, host15, host16"
                + " and 15 more");
  }

  @Test
  void connect_toHostWithoutListener_isRefused() {
    assertThat(assertThrows(ConnectException.class, () -> client.connect(at("server", 80), soon())))
        .hasMessageThat()
        .isEqualTo(
            "connection refused: no listener on server:80"
                + " (server has no listener: listen before you connect)");
  }

  @Test
  void connect_toWrongPort_listsOpenPorts() throws Exception {
    server.listen(at("server", 8080));
    server.listen(at("server", 443));
    assertThat(assertThrows(ConnectException.class, () -> client.connect(at("server", 80), soon())))
        .hasMessageThat()
        .isEqualTo(
            "connection refused: no listener on server:80 (server listens on port 443, 8080)");
  }

  @Test
  void connect_toPortZero_isRefused() throws Exception {
    server.listen(at("server", 0));
    assertThat(assertThrows(ConnectException.class, () -> client.connect(at("server", 0), soon())))
        .hasMessageThat()
        .startsWith("port 0 is for listening");
  }

  @Test
  void connect_afterDeadline_failsWithoutEffect() throws Exception {
    server.listen(at("server", 80), 1);
    Deadline passed = Deadline.after(Duration.ZERO, new ManualTimeSource());
    assertThat(
            assertThrows(
                SocketTimeoutException.class, () -> client.connect(at("server", 80), passed)))
        .hasMessageThat()
        .isEqualTo("no time is left to connect to server:80");
    try (Flow flow = client.connect(at("server", 80), soon())) { // the queue of one is empty
      assertThat(flow.info().local()).isEqualTo("client:49152");
    }
  }

  @Test
  void connect_withPendingInterrupt_failsWithoutEffect() throws Exception {
    server.listen(at("server", 80), 1);
    Running<Flow> connect =
        Running.start(
            VIRTUAL,
            () -> {
              Thread.currentThread().interrupt();
              return client.connect(at("server", 80), soon());
            });
    connect.failure(ClosedByInterruptException.class);
    assertThat(connect.endedInterrupted()).isTrue();
    client.connect(at("server", 80), soon()).close();
  }

  @Test
  void connect_withPendingInterruptToPortZero_reportsInterrupt() {
    Running<Flow> connect =
        Running.start(
            VIRTUAL,
            () -> {
              Thread.currentThread().interrupt();
              return client.connect(at("server", 0), soon());
            });
    connect.failure(ClosedByInterruptException.class);
  }

  @Test
  void listen_withPendingInterrupt_failsWithoutEffect() throws Exception {
    for (Network each : new Network[] {network, server}) {
      Running<FlowListener> listen =
          Running.start(
              VIRTUAL,
              () -> {
                Thread.currentThread().interrupt();
                return each.listen(at("server", 80));
              });
      listen.failure(ClosedByInterruptException.class);
      assertThat(listen.endedInterrupted()).isTrue();
    }
    server.listen(at("server", 80)).close();
  }

  @Test
  void read_afterPeerReset_namesThePeer() throws Exception {
    FlowListener listener = server.listen(at("server", 80));
    try (Flow flow = client.connect(at("server", 80), soon())) {
      flow.write(ByteBuffer.allocate(1));
      listener.accept().close(); // with input unread
      assertThat(assertThrows(PeerGoneException.class, () -> read(flow)))
          .hasMessageThat()
          .isEqualTo("inmemory(server:80) is gone: reset by the peer");
    }
  }

  @Test
  void connect_withoutWaiting_startsNoTimer() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    FlowListener listener = server.listen(at("server", 80));
    client.connect(at("server", 80), Deadline.after(Duration.ofSeconds(1), time)).close();
    listener.accept().close();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void readTimeout_usesClockOfNetwork() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    InMemoryNetwork timed = InMemoryNetwork.create(time);
    FlowListener listener = timed.listen(at("server", 80));
    try (Flow flow = timed.connect(at("server", 80), soon());
        Flow accepted = listener.accept()) {
      accepted.readTimeout(Duration.ofSeconds(5));
      Running<String> reader = Running.start(VIRTUAL, () -> read(accepted));
      time.awaitTimers(1, Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(5));
      assertThat(reader.failure(SocketTimeoutException.class))
          .hasMessageThat()
          .isEqualTo("inmemory(localhost:49152): nothing to read within 5 s");
      assertThat(flow.isOpen()).isTrue();
    }
  }

  @Test
  void listen_onPortZero_selectsFreePort() throws Exception {
    server.listen(at("server", 49_153));
    assertThat(server.listen(at("server", 0)).address()).isEqualTo("tcp://server:49152");
    assertThat(server.listen(at("server", 0)).address()).isEqualTo("tcp://server:49154");
  }

  @Test
  void listen_withoutFreePort_fails() throws Exception {
    for (int i = 49_152; i <= 65_535; i++) {
      server.listen(at("server", 0));
    }
    assertThat(assertThrows(BindException.class, () -> server.listen(at("server", 0))))
        .hasMessageThat()
        .isEqualTo("ports 49152 to 65535 of server are all in use: close a listener");
    server.listen(at("server", 80));
  }

  @Test
  void listen_onUsedPort_fails() throws Exception {
    server.listen(at("server", 80));
    client.listen(at("client", 80));
    assertThat(assertThrows(BindException.class, () -> server.listen(at("0.0.0.0", 80))))
        .hasMessageThat()
        .isEqualTo("server:80 is in use: close its listener first, or listen on port 0");
  }

  @Test
  void listen_onNameOfOtherHost_fails() {
    assertThat(assertThrows(BindException.class, () -> server.listen(at("client", 80))))
        .hasMessageThat()
        .isEqualTo("cannot listen on client from host server: use server, localhost or 0.0.0.0");
  }

  @Test
  void address_ofListener_canBeConnectedTo() throws Exception {
    assertThat(server.listen(at("0.0.0.0", 80)).address()).isEqualTo("tcp://server:80");
    assertThat(server.listen(at("::", 81)).address()).isEqualTo("tcp://server:81");
    assertThat(server.listen(at("localhost", 82)).address()).isEqualTo("tcp://server:82");
    assertThat(network.listen(at("2001:db8::1", 83)).address()).isEqualTo("tcp://[2001:db8::1]:83");
  }

  @Test
  void host_withLoopbackOrWildcardName_throws() {
    for (String name : new String[] {"", " ", "127.0.0.1", "::1", "0.0.0.0", "::"}) {
      assertThrows(IllegalArgumentException.class, () -> network.host(name));
    }
    assertThat(network.host("localhost").name()).isEqualTo("localhost");
  }

  @Test
  void toString_isShort() {
    assertThat(network.toString()).isEqualTo("InMemoryNetwork[client, localhost, server]");
    assertThat(server.toString()).isEqualTo("InMemoryHost[server]");
  }
}
