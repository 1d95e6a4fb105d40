package dev.mimic.proxy;

import dev.mimic.Network;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.util.Optional;

/** The contract of proxies with {@link TestConnectServer}, in memory. */
final class InMemoryConnectTest extends ProxyContract {
  private final InMemoryNetwork network = InMemoryNetwork.create();

  @Override
  Network network() {
    return network;
  }

  @Override
  RunningProxy start(Optional<ProxyCredentials> required) throws IOException {
    return new TestConnectServer(network, required);
  }

  @Override
  ProxyKind kind() {
    return ProxyKind.HTTP;
  }
}
