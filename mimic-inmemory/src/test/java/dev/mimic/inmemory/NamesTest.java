package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.inmemory.Pair.soon;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.testkit.Running;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of addresses, aliases and name look-ups. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // faults, listeners and captures act until the end of their blocks
class NamesTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network = InMemoryNetwork.builder().timeSource(time).build();
  private final InMemoryHost server = network.host("server");
  private final InMemoryHost client = network.host("client");

  private String remote(String host, int port) throws IOException {
    try (Flow flow = client.connect(new HostPort(host, port), soon())) {
      return requireNonNull(flow.info().attributes().get("remoteAddress"));
    }
  }

  @Test
  void addresses_assigned_areReachable() throws Exception {
    try (FlowListener listener = server.listen(new HostPort("0.0.0.0", 80))) {
      assertThat(remote("198.18.0.2", 80)).isEqualTo("198.18.0.2:80");
      assertThat(remote("2001:db8::2", 80)).isEqualTo("[2001:db8::2]:80");
      assertThat(remote("server", 80)).isEqualTo("198.18.0.2:80");
      assertThat(listener.address()).isEqualTo("tcp://server:80");
    }
  }

  @Test
  void address_given_isPreferred() throws Exception {
    server.address("10.1.2.3").address("fd00::1");
    assertThat(server.addresses().stream().map(Object::toString))
        .containsExactly("/fd00:0:0:0:0:0:0:1", "/10.1.2.3", "/198.18.0.2", "/2001:db8:0:0:0:0:0:2")
        .inOrder();
    try (FlowListener listener = server.listen(new HostPort("server", 80))) {
      assertThat(remote("server", 80)).isEqualTo("[fd00::1]:80");
    }
    assertThat(assertThrows(IllegalArgumentException.class, () -> client.address("10.1.2.3")))
        .hasMessageThat()
        .isEqualTo("10.1.2.3 is an address of the host server already");
    assertThrows(IllegalArgumentException.class, () -> client.address("not.an.address"));
  }

  @Test
  void alias_namesTheHost() throws Exception {
    server.alias("www.example.com");
    try (FlowListener listener = server.listen(new HostPort("www.example.com", 80))) {
      assertThat(remote("WWW.example.com", 80)).isEqualTo("198.18.0.2:80");
      assertThat(network.host("www.example.com")).isSameInstanceAs(server);
    }
    assertThrows(IllegalArgumentException.class, () -> client.alias("www.example.com"));
  }

  @Test
  void listen_onOneAddress_isReachedByItAlone() throws Exception {
    server.address("10.0.0.1").address("10.0.0.2");
    try (FlowListener one = server.listen(new HostPort("10.0.0.1", 80));
        FlowListener other = server.listen(new HostPort("10.0.0.2", 80))) {
      assertThat(one.address()).isEqualTo("tcp://10.0.0.1:80");
      assertThat(remote("10.0.0.1", 80)).isEqualTo("10.0.0.1:80");
      one.accept().close();
      assertThrows(ConnectException.class, () -> remote("198.18.0.2", 80));
      assertThrows(BindException.class, () -> server.listen(new HostPort("0.0.0.0", 80)));
      assertThrows(BindException.class, () -> server.listen(new HostPort("10.0.0.1", 80)));
      assertThrows(BindException.class, () -> client.listen(new HostPort("10.0.0.1", 80)));
      assertThat(remote("server", 80)).isEqualTo("10.0.0.2:80");
    }
  }

  @Test
  void connect_toAddressOfNoHost_hasNoRoute() {
    assertThat(assertThrows(NoRouteToHostException.class, () -> remote("192.0.2.1", 80)))
        .hasMessageThat()
        .isEqualTo("no host of this network has the address 192.0.2.1");
  }

  @Test
  void answer_changed_reachesTheOtherHost() throws Exception {
    InMemoryHost second = network.host("second");
    try (FlowListener first = server.listen(new HostPort("server", 80));
        FlowListener other = second.listen(new HostPort("second", 80))) {
      network.names().answer("db.example.com", "server");
      assertThat(remote("db.example.com", 80)).isEqualTo("198.18.0.2:80");
      network.names().answer("db.example.com", second.addresses().getFirst().getHostAddress());
      assertThat(remote("DB.example.com", 80)).isEqualTo("198.18.0.4:80");
      network.names().answer("db.example.com");
      assertThrows(UnknownHostException.class, () -> remote("db.example.com", 80));
      network.names().remove("db.example.com");
      assertThrows(UnknownHostException.class, () -> remote("db.example.com", 80));
    }
  }

  @Test
  void fail_unknownAndServerFailure_failAtOnce() throws Exception {
    try (FlowListener listener = server.listen(new HostPort("server", 80))) {
      Fault unknown = network.names().fail("server", NameFailure.UNKNOWN);
      assertThat(assertThrows(UnknownHostException.class, () -> remote("server", 80)))
          .hasMessageThat()
          .isEqualTo("server: the name does not exist");
      unknown.close();
      try (Fault failure = network.names().fail("server", NameFailure.SERVER_FAILURE)) {
        assertThat(assertThrows(UnknownHostException.class, () -> remote("server", 80)))
            .hasMessageThat()
            .isEqualTo("server: the name server has failed");
      }
      assertThat(remote("server", 80)).isEqualTo("198.18.0.2:80");
    }
  }

  @Test
  void fail_timeout_endsAfterTenSeconds() throws Exception {
    Fault fault = network.names().fail("server", NameFailure.TIMEOUT);
    Running<String> connect = Running.start(VIRTUAL, () -> remote("server", 80));
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofSeconds(10));
    assertThat(connect.failure(UnknownHostException.class))
        .hasMessageThat()
        .isEqualTo("server: no name server has answered within 10 s");
    fault.close();
  }

  @Test
  void fail_timeout_endsWithDeadlineOrFault() throws Exception {
    try (FlowListener listener = server.listen(new HostPort("server", 80))) {
      Fault fault = network.names().fail("server", NameFailure.TIMEOUT);
      Running<Flow> late =
          Running.start(
              VIRTUAL,
              () ->
                  client.connect(
                      new HostPort("server", 80), Deadline.after(Duration.ofSeconds(2), time)));
      time.awaitTimers(2, LONG);
      time.advance(Duration.ofSeconds(2));
      assertThat(late.failure(SocketTimeoutException.class))
          .hasMessageThat()
          .isEqualTo("the look-up of server was not answered before the deadline");
      Running<String> patient = Running.start(VIRTUAL, () -> remote("server", 80));
      time.awaitTimers(1, LONG);
      fault.close();
      assertThat(patient.result()).isEqualTo("198.18.0.2:80");
    }
  }

  @Test
  void delay_ofLookUp_takesItsTime() throws Exception {
    try (FlowListener listener = server.listen(new HostPort("server", 80))) {
      network.names().delay("server", Duration.ofSeconds(1));
      Running<String> connect = Running.start(VIRTUAL, () -> remote("server", 80));
      time.awaitTimers(1, LONG);
      time.advance(Duration.ofMillis(999));
      assertThat(connect.isDone()).isFalse();
      time.advance(Duration.ofMillis(1));
      assertThat(connect.result()).isEqualTo("198.18.0.2:80");
    }
  }

  @Test
  void connect_severalHosts_secondIsTriedAfter250Ms() throws Exception {
    InMemoryHost second = network.host("second");
    try (FlowListener first = server.listen(new HostPort("server", 80));
        FlowListener other = second.listen(new HostPort("second", 80))) {
      network.names().answer("service", "198.18.0.2", "198.18.0.4");
      network.inject(Faults.dropConnects().to("server"));
      Running<String> connect = Running.start(VIRTUAL, () -> remote("service", 80));
      time.awaitTimers(1, LONG);
      time.advance(Duration.ofMillis(250));
      assertThat(connect.result()).isEqualTo("198.18.0.4:80");
    }
  }

  @Test
  void connect_severalHosts_secondIsTriedAtARefusal() throws Exception {
    InMemoryHost second = network.host("second");
    try (FlowListener other = second.listen(new HostPort("second", 80))) {
      network.names().answer("service", "server", "second");
      assertThat(remote("service", 80)).isEqualTo("198.18.0.4:80");
    }
    assertThat(assertThrows(ConnectException.class, () -> remote("service", 80)))
        .hasMessageThat()
        .startsWith("connection refused by service:80 (198.18.0.2: connection refused:");
  }
}
