package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.proxy.HttpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // a fault lasts while it is open
class DyingProxyTest {
  private static final HostPort PROXY = new HostPort("proxy", 3128);

  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final MimicResolver proxied =
      resolver("client").with(Network.HOPS, List.of(HttpProxy.at(PROXY)));

  private MimicResolver resolver(String host) {
    return MimicResolver.builder().network(network.host(host)).build();
  }

  private FlowServer serveProxy() throws IOException {
    MimicResolver own = resolver("proxy");
    return FlowServer.serve(own.listen("tcp://proxy:3128"), flow -> relay(flow, own));
  }

  /** A proxy for CONNECT (RFC 9110, section 9.3.6). */
  private static void relay(Flow client, MimicResolver resolver) throws Exception {
    String target = readHead(client.inputStream()).split(" ", 3)[1];
    try (Flow server = resolver.resolve("tcp://" + target)) {
      client.write(US_ASCII.encode("HTTP/1.1 200 Connected\r\n\r\n"));
      Thread back = Thread.ofVirtual().start(() -> copy(server, client));
      copy(client, server);
      back.join();
    }
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client has left");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void copy(Flow from, Flow to) {
    try {
      from.inputStream().transferTo(to.outputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One of them has gone; the other direction ends too.
    }
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  @Test
  void proxy_thatStops_endsFlowAndRefusesNext() throws IOException {
    try (FlowServer server =
        FlowServer.serve(
            resolver("server").listen("tcp://server:7"),
            flow -> flow.inputStream().transferTo(flow.outputStream()))) {
      try (FlowServer proxy = serveProxy();
          Flow flow = proxied.resolve(server.address())) {
        flow.write(US_ASCII.encode("x"));
        assertThat(flow.inputStream().read()).isEqualTo((int) 'x');

        network.host("proxy").stop();
        assertThat(flow.inputStream().read()).isEqualTo(-1);
        Exception failure =
            assertThrows(ResolutionException.class, () -> proxied.resolve(server.address()));
        assertThat(failure).hasMessageThat().contains("no listener on proxy:3128");
      }
      try (FlowServer restarted = serveProxy();
          Flow flow = proxied.resolve(server.address())) {
        assertThat(restarted.address()).isEqualTo("tcp://proxy:3128");
        assertThat(flow.isOpen()).isTrue();
      }
    }
  }

  @Test
  void proxy_thatDiesWhileItAnswers_failsConnect() throws IOException {
    try (FlowServer server =
            FlowServer.serve(resolver("server").listen("tcp://server:7"), f -> {});
        FlowServer proxy = serveProxy();
        Fault fault = network.inject(Faults.resetAfter(10).from("proxy").to("client"))) {
      assertThat(proxy.address()).isEqualTo("tcp://proxy:3128");
      assertThrows(ResolutionException.class, () -> proxied.resolve(server.address()));
    }
  }
}
