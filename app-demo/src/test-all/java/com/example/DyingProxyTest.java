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
import dev.mimic.proxy.Socks5Proxy;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("try") // a fault lasts while it is open
class DyingProxyTest {
  private static final HostPort PROXY = new HostPort("proxy", 1080);

  enum Kind {
    /** CONNECT of HTTP (RFC 9110, section 9.3.6). */
    HTTP {
      @Override
      Network.Hop hop() {
        return HttpProxy.at(PROXY);
      }

      @Override
      String readTarget(Flow client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          int next = client.inputStream().read();
          if (next < 0) {
            throw new EOFException("the client has closed within its request");
          }
          head.append((char) next);
        }
        return head.toString().split(" ", 3)[1];
      }

      @Override
      void answer(Flow client, boolean connected) throws IOException {
        String status = connected ? "200 Connected" : "502 Bad Gateway";
        client.write(US_ASCII.encode("HTTP/1.1 %s\r\n\r\n".formatted(status)));
      }
    },

    /** SOCKS5 (RFC 1928), with targets that are names. */
    SOCKS5 {
      @Override
      Network.Hop hop() {
        return Socks5Proxy.at(PROXY);
      }

      @Override
      String readTarget(Flow client) throws IOException {
        DataInputStream in = new DataInputStream(client.inputStream());
        in.skipNBytes(1); // the version
        in.skipNBytes(in.readUnsignedByte()); // the methods of authentication
        client.write(ByteBuffer.wrap(new byte[] {5, 0})); // none is needed
        in.skipNBytes(4); // the version, CONNECT, a reserved byte, and the type of the address
        String host = new String(in.readNBytes(in.readUnsignedByte()), US_ASCII);
        return host + ":" + in.readUnsignedShort();
      }

      @Override
      void answer(Flow client, boolean connected) throws IOException {
        int reply = connected ? 0 : 4; // the host cannot be reached
        client.write(ByteBuffer.wrap(new byte[] {5, (byte) reply, 0, 1, 0, 0, 0, 0, 0, 0}));
      }
    };

    abstract Network.Hop hop();

    /** Returns the host and port that the client asks for. */
    abstract String readTarget(Flow client) throws IOException;

    abstract void answer(Flow client, boolean connected) throws IOException;
  }

  private final InMemoryNetwork network = InMemoryNetwork.create();

  private MimicResolver resolver(String host) {
    return MimicResolver.builder().network(network.host(host)).build();
  }

  private MimicResolver proxied(Kind kind) {
    return resolver("client").with(Network.HOPS, List.of(kind.hop()));
  }

  private FlowServer serveEcho() throws IOException {
    return FlowServer.serve(
        resolver("server").listen("tcp://server:7"),
        flow -> flow.inputStream().transferTo(flow.outputStream()));
  }

  private FlowServer serveProxy(Kind kind) throws IOException {
    MimicResolver own = resolver("proxy");
    return FlowServer.serve(own.listen("tcp://" + PROXY), flow -> relay(flow, own, kind));
  }

  private static void relay(Flow client, MimicResolver resolver, Kind kind) throws Exception {
    try (Flow server = resolver.resolve("tcp://" + kind.readTarget(client))) {
      kind.answer(client, true);
      Thread back = Thread.ofVirtual().start(() -> copyBack(server, client));
      client.inputStream().transferTo(server.outputStream());
      server.shutdownOutput();
      back.join();
    } catch (ResolutionException e) {
      kind.answer(client, false);
    }
  }

  private static void copyBack(Flow server, Flow client) {
    try (client) { // a client without its server has to notice
      server.inputStream().transferTo(client.outputStream());
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  @ParameterizedTest
  @EnumSource
  void proxy_thatStops_endsFlowAndRefusesNext(Kind kind) throws IOException {
    MimicResolver proxied = proxied(kind);
    try (FlowServer server = serveEcho()) {
      try (FlowServer proxy = serveProxy(kind);
          Flow flow = proxied.resolve(server.address())) {
        flow.write(US_ASCII.encode("x"));
        assertThat(flow.inputStream().read()).isEqualTo((int) 'x');

        network.host("proxy").stop();
        assertThat(flow.inputStream().read()).isEqualTo(-1);
        Exception failure =
            assertThrows(ResolutionException.class, () -> proxied.resolve(server.address()));
        assertThat(failure).hasMessageThat().contains("no listener on proxy:1080");
      }
      try (FlowServer restarted = serveProxy(kind);
          Flow flow = proxied.resolve(server.address())) {
        assertThat(restarted.address()).isEqualTo("tcp://proxy:1080");
        assertThat(flow.isOpen()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void proxy_thatDiesWhileItAnswers_failsConnect(Kind kind) throws IOException {
    try (FlowServer server = serveEcho();
        FlowServer proxy = serveProxy(kind);
        Fault fault = network.inject(Faults.resetAfter(10).from("proxy").to("client"))) {
      assertThat(proxy.address()).isEqualTo("tcp://proxy:1080");
      Exception failure =
          assertThrows(ResolutionException.class, () -> proxied(kind).resolve(server.address()));
      assertThat(failure).hasMessageThat().contains("before it answered CONNECT server:7");
    }
  }

  @ParameterizedTest
  @EnumSource
  void proxy_thatRefuses_failsConnect(Kind kind) throws IOException {
    try (FlowServer proxy = serveProxy(kind)) {
      assertThat(proxy.address()).isEqualTo("tcp://proxy:1080");
      Exception failure =
          assertThrows(ResolutionException.class, () -> proxied(kind).resolve("tcp://nowhere:7"));
      assertThat(failure)
          .hasMessageThat()
          .contains("proxy proxy:1080 could not connect to nowhere:7");
    }
  }
}
