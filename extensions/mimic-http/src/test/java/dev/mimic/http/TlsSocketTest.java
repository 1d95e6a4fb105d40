package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.testkit.ThreadKind.PLATFORM;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.sockets.FlowSockets;
import dev.mimic.testkit.Running;
import dev.mimic.tls.TlsFlow;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TlsSocketTest {
  private final MimicResolver resolver =
      Transport.resolver(new InMemoryModule(InMemoryNetwork.create()));

  private static Void handshake(TlsSocket socket) throws Exception {
    socket.startHandshake();
    return null;
  }

  @Test
  void startHandshake_inTwoThreads_notifiesListenersOnce() throws Exception {
    try (FlowListener listener = resolver.listen("tls://localhost:0")) {
      HostPort peer = new HostPort("localhost", URI.create(listener.address()).getPort());
      Flow below = resolver.resolve("tcp://" + peer);
      AtomicInteger completed = new AtomicInteger();
      try (TlsSocket socket =
              new TlsSocket(
                  new TlsSocketFactory(resolver, Context.empty()),
                  FlowSockets.of(below),
                  below,
                  peer);
          Flow accepted = listener.accept()) {
        socket.addHandshakeCompletedListener(event -> completed.incrementAndGet());
        Running<Void> first = Running.blocked(PLATFORM, () -> handshake(socket));
        Running<Void> second = Running.blocked(PLATFORM, () -> handshake(socket));
        accepted.find(TlsFlow.class).orElseThrow().handshake();
        first.result();
        second.result();
        handshake(socket);
        assertThat(completed.get()).isEqualTo(1);
      }
    }
  }
}
