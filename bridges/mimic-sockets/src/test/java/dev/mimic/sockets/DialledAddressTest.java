package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the targets of sockets, dialled by name and by address. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class DialledAddressTest {

  /** A network that accepts all targets and records them. */
  private static final class RecordingNetwork implements Network {
    private final List<HostPort> targets = new ArrayList<>();

    @Override
    public Flow connect(HostPort to, Deadline deadline) {
      targets.add(to);
      return FlowPipe.create().near();
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      targets.add(at);
      throw new BindException("cannot listen on a recording network");
    }

    @Override
    public String describe(HostPort to) {
      return "recording(" + to + ")";
    }
  }

  private final RecordingNetwork network = new RecordingNetwork();
  private final MimicResolver resolver = MimicResolver.builder().network(network).build();
  private final FlowSocketFactory factory = FlowSocketFactory.of(resolver);

  private void dial(InetSocketAddress to) throws IOException {
    try (Socket socket = factory.createSocket()) {
      socket.connect(to);
    }
  }

  private static InetAddress named(String name, String literal) throws UnknownHostException {
    return InetAddress.getByAddress(name, InetAddress.getByName(literal).getAddress());
  }

  @Test
  void connect_byAddress_ignoresItsName() throws IOException {
    dial(new InetSocketAddress(named("example.org", "192.0.2.7"), 80));
    dial(new InetSocketAddress(named("example.org", "2001:db8::7"), 80));
    factory.createSocket(named("example.org", "192.0.2.8"), 81).close();
    assertThat(network.targets)
        .containsExactly(
            new HostPort("192.0.2.7", 80),
            new HostPort("2001:db8::7", 80),
            new HostPort("192.0.2.8", 81))
        .inOrder();
  }

  @Test
  void connect_byUnspecifiedAddressWithName_usesName() throws IOException {
    dial(new InetSocketAddress(FlowSockets.byName("example.org"), 80));
    dial(new InetSocketAddress(named("example.org", "::"), 80));
    factory.createSocket(FlowSockets.byName("example.org"), 80).close();
    assertThat(network.targets.stream().distinct().toList())
        .containsExactly(new HostPort("example.org", 80));
    assertThat(network.targets).hasSize(3);
  }

  @Test
  void connect_byUnspecifiedAddress_usesAddress() throws IOException {
    dial(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 80));
    dial(new InetSocketAddress(InetAddress.getByName("::"), 80));
    dial(new InetSocketAddress(80));
    assertThat(network.targets.stream().map(HostPort::host).toList())
        .containsExactly("0.0.0.0", "::", "0.0.0.0");
  }

  @Test
  void connect_byName_leavesNameToResolver() throws IOException {
    dial(InetSocketAddress.createUnresolved("example.org", 80));
    factory.createSocket("example.org", 81).close();
    dial(InetSocketAddress.createUnresolved("[2001:db8::7]", 82));
    factory.createSocket("[::1]", 83).close();
    assertThat(network.targets)
        .containsExactly(
            new HostPort("example.org", 80),
            new HostPort("example.org", 81),
            new HostPort("2001:db8::7", 82),
            new HostPort("::1", 83))
        .inOrder();
  }

  @ParameterizedTest
  @MethodSource("invalidNames")
  void connect_byInvalidName_isUnknownHostAsInJdk(String name) throws IOException {
    for (SocketFactory each : List.of(SocketFactory.getDefault(), factory)) {
      assertThrows(UnknownHostException.class, () -> each.createSocket(name, 9));
      try (Socket socket = each.createSocket()) {
        assertThrows(
            UnknownHostException.class,
            () -> socket.connect(InetSocketAddress.createUnresolved(name, 9)));
      }
    }
    assertThat(network.targets).isEmpty();
  }

  static List<String> invalidNames() {
    return List.of(
        " ",
        "a b",
        "a..b",
        ".a",
        "a".repeat(64) + ".example",
        "abcdefg.".repeat(32) + "example",
        "user@server",
        "server:1",
        "ser%76er",
        "[::1",
        "::1]",
        "[server]",
        "[127.0.0.1]",
        "1.2.3.4.5",
        "256.1.1.1",
        "-a.example",
        "server\n",
        "a\0b");
  }

  @Test
  void connect_byEmptyName_isLoopbackOrUnknownAsInJdk() throws IOException {
    factory.createSocket("", 80).close();
    factory.createSocket((String) null, 81).close();
    assertThat(network.targets)
        .containsExactly(new HostPort("127.0.0.1", 80), new HostPort("127.0.0.1", 81))
        .inOrder();
    for (SocketFactory each : List.of(SocketFactory.getDefault(), factory)) {
      try (Socket socket = each.createSocket()) {
        assertThrows(
            UnknownHostException.class,
            () -> socket.connect(InetSocketAddress.createUnresolved("", 9)));
      }
    }
  }

  @Test
  void getInetAddress_dialledByAddress_isThatAddress() throws IOException {
    InetAddress named = named("example.org", "192.0.2.7");
    for (FlowSocketFactory each :
        List.of(factory, FlowSocketFactory.ofAddress(resolver, "tcp://fixed.example:7"))) {
      try (Socket socket = each.createSocket(named, 80)) {
        assertThat(socket.getInetAddress()).isSameInstanceAs(named);
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(new InetSocketAddress(named, 80));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void getInetAddress_dialledByName_isNeverUnspecified(SocketKind kind) throws IOException {
    SocketKind.Sockets sockets = kind.sockets();
    for (InetAddress address :
        List.of(FlowSockets.byName("localhost"), InetAddress.getByName("0.0.0.0"))) {
      try (ServerSocket listening = sockets.servers().createServerSocket(0);
          Socket socket = sockets.clients().createSocket()) {
        socket.connect(new InetSocketAddress(address, listening.getLocalPort()));
        assertThat(socket.getInetAddress().isAnyLocalAddress()).isFalse();
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isFalse();
        try (Socket accepted = listening.accept()) {
          assertThat(accepted.getInetAddress().isAnyLocalAddress()).isFalse();
          assertThat(accepted.getLocalAddress().isAnyLocalAddress()).isFalse();
        }
      }
    }
  }

  @Test
  void getInetAddress_dialledByName_hasNameAndAddress() throws IOException {
    try (Socket far = factory.createSocket("example.org", 80);
        Socket here = factory.createSocket("LocalHost", 80);
        Socket made = FlowSockets.of(FlowPipe.create().near())) {
      assertThat(far.getInetAddress().toString()).isEqualTo("example.org/192.0.2.1");
      assertThat(here.getInetAddress().toString()).isEqualTo("LocalHost/127.0.0.1");
      assertThat(made.getInetAddress().toString()).isEqualTo("far/127.0.0.1");
    }
  }

  @Test
  void addresses_inMemory_areThoseOfTheHosts() throws IOException {
    InMemoryNetwork memory = InMemoryNetwork.create();
    InMemoryHost server = memory.host("server");
    InetAddress ip = server.addresses().getFirst();
    MimicResolver client = MimicResolver.builder().network(memory.host("client")).build();
    Deadline soon = Deadline.after(Duration.ofSeconds(30), TimeSource.system());
    try (ServerSocket listening = FlowSockets.of(server.listen(new HostPort("server", 80), soon));
        Socket socket = FlowSocketFactory.of(client).createSocket("server", 80);
        Socket accepted = listening.accept()) {
      assertThat(socket.getInetAddress()).isEqualTo(ip);
      assertThat(socket.getInetAddress().getHostName()).isEqualTo("server");
      assertThat(accepted.getLocalAddress()).isEqualTo(ip);
      assertThat(accepted.getInetAddress()).isEqualTo(memory.host("client").addresses().getFirst());
      assertThat(accepted.getInetAddress().getHostName()).isEqualTo("client");
      assertThat(accepted.getRemoteSocketAddress()).isEqualTo(socket.getLocalSocketAddress());
    }
  }

  @Test
  void ofAddress_anyHostAndPort_connectsToFixedAddress() throws IOException {
    FlowSocketFactory fixed = FlowSocketFactory.ofAddress(resolver, "tcp://fixed.example:7");
    for (String dialled : List.of("example.org", "a name with spaces", "[::1]")) {
      try (Socket socket = fixed.createSocket(dialled, 80)) {
        assertThat(socket.getPort()).isEqualTo(80);
      }
    }
    assertThat(network.targets.stream().distinct().toList())
        .containsExactly(new HostPort("fixed.example", 7));
  }

  @Test
  void with_context_takesPrecedenceOverResolver() throws IOException {
    RecordingNetwork other = new RecordingNetwork();
    Context onOther = Context.empty().with(Network.BASE, other);
    factory.with(onOther).createSocket("example.org", 80).close();
    FlowSocketFactory.ofAddress(resolver, "tcp://fixed.example:7")
        .with(Context.empty().with(Network.BASE, network))
        .with(onOther)
        .createSocket("example.org", 80)
        .close();
    assertThrows(
        BindException.class,
        () -> FlowServerSocketFactory.of(resolver).with(onOther).createServerSocket(80));
    assertThat(network.targets).isEmpty();
    assertThat(other.targets)
        .containsExactly(
            new HostPort("example.org", 80),
            new HostPort("fixed.example", 7),
            new HostPort("0.0.0.0", 80))
        .inOrder();
  }

  @Test
  void ofScheme_unknownScheme_isRefused() {
    IOException refused =
        assertThrows(
            IOException.class,
            () -> FlowSocketFactory.ofScheme(resolver, "foo").createSocket("example.org", 80));
    assertThat(refused).hasMessageThat().contains("foo://example.org:80");
  }

  @Test
  void flow_ofFlowSocket_returnsItsFlow() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (Socket over = FlowSockets.of(pipe.near());
        Socket unconnected = factory.createSocket();
        Socket connected = factory.createSocket("example.org", 80);
        Socket foreign = new Socket()) {
      assertThat(FlowSockets.flow(over).orElseThrow()).isSameInstanceAs(pipe.near());
      assertThat(FlowSockets.flow(connected)).isPresent();
      assertThat(FlowSockets.flow(unconnected)).isEmpty();
      assertThat(FlowSockets.flow(foreign)).isEmpty();
    }
  }
}
