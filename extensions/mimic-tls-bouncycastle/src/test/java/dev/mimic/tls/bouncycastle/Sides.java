package dev.mimic.tls.bouncycastle;

import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;

/** The two sides of a wire, which have shaken hands. */
record Sides(Wire wire, TlsFlow client, TlsFlow server) implements AutoCloseable {

  static Sides open(Providers providers, TlsVersion version) throws Exception {
    return open(Wire.inMemory(), providers, version);
  }

  static Sides open(Wire wire, Providers providers, TlsVersion version) throws Exception {
    return open(wire, Parties.client(providers, version), Parties.server(providers, version));
  }

  static Sides open(Wire wire, TlsClient client, TlsServer server) throws Exception {
    TlsFlow far = wire.server(server);
    Running<TlsFlow> shaking =
        Running.start(
            () -> {
              far.handshake();
              return far;
            });
    return new Sides(wire, wire.client(client), shaking.result());
  }

  /** Closes what lies between them first: it is not to take time. */
  @Override
  public void close() throws IOException {
    wire.close();
    client.close();
    server.close();
  }
}
