package dev.mimic.proxy;

import dev.mimic.Network;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.util.Optional;

/** The contract of proxies with {@link TestSocks5Server}, in memory. */
final class InMemorySocks5Test extends ProxyContract {
  private final InMemoryNetwork network = InMemoryNetwork.create();

  @Override
  Network network() {
    return network;
  }

  @Override
  RunningProxy start(Optional<ProxyCredentials> required) throws IOException {
    return new TestSocks5Server(network, required);
  }

  @Override
  ProxyKind kind() {
    return ProxyKind.SOCKS5;
  }
}
