package dev.mimic.tls.bouncycastle;

import static dev.mimic.testkit.ThreadKind.VIRTUAL;

import dev.mimic.testkit.Running;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;

/** A client flow and a server flow over a {@link Wire}, after their handshake. */
record ConnectedPair(Wire wire, TlsFlow client, TlsFlow server) implements AutoCloseable {

  static ConnectedPair open(Providers providers, TlsVersion version) throws Exception {
    return open(Wire.inMemory(), providers, version);
  }

  static ConnectedPair open(Wire wire, Providers providers, TlsVersion version) throws Exception {
    return open(wire, TestPeers.client(providers, version), TestPeers.server(providers, version));
  }

  static ConnectedPair open(Wire wire, TlsClient client, TlsServer server) throws Exception {
    TlsFlow far = wire.server(server);
    Running<TlsFlow> handshake =
        Running.start(
            VIRTUAL,
            () -> {
              far.handshake();
              return far;
            });
    return new ConnectedPair(wire, wire.client(client), handshake.result());
  }

  /** Closes the wire first, so that closing the flows does not wait for the peer. */
  @Override
  public void close() throws IOException {
    wire.close();
    client.close();
    server.close();
  }
}
