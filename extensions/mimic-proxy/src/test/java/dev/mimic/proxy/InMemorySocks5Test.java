package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.util.Optional;

/** All in memory. */
final class InMemorySocks5Test extends ProxyLines {
  private final InMemoryNetwork network = InMemoryNetwork.create();

  @Override
  Network network() {
    return network;
  }

  @Override
  Running start(Optional<ProxyCredentials> wanted) throws IOException {
    TestSocks5Server server = new TestSocks5Server(network, wanted);
    return new Running() {
      @Override
      public HostPort at() {
        return server.at();
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  @Override
  ProxyKind kind() {
    return ProxyKind.SOCKS5;
  }
}
