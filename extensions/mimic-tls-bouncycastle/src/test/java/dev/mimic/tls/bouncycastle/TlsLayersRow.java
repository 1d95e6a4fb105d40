package dev.mimic.tls.bouncycastle;

import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowListener;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.FlowContract;
import dev.mimic.testkit.FlowPair;
import dev.mimic.testkit.Running;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;

/** The flow contract over nested layers of TLS on a network in memory. */
@NoReset
abstract class TlsLayersRow extends FlowContract {
  private static final HostPort PEER = new HostPort("localhost", 1);

  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.create()).build();
  private final TlsClient client;
  private final TlsServer server;
  private final int layers;

  TlsLayersRow(Providers providers, int layers) {
    this.client =
        TlsClient.builder(providers.client()).trust(Certificates.trust(TlsRow.AUTHORITY)).build();
    this.server =
        TlsServer.builder(providers.server(), Certificates.identity(TlsRow.AUTHORITY, "localhost"))
            .build();
    this.layers = layers;
  }

  @Override
  protected final FlowPair open() throws Exception {
    try (FlowListener listener = resolver.listen("tcp://localhost:0")) {
      FlowPair pair = new FlowPair(resolver.resolve(listener.address()), listener.accept());
      for (int i = 0; i < layers; i++) {
        pair = over(pair);
      }
      return pair;
    }
  }

  private FlowPair over(FlowPair below) throws Exception {
    TlsFlow accepted = Tls.upgrade(below.far(), server);
    Running<Void> welcome =
        Running.start(
            kind(),
            () -> {
              accepted.handshake();
              return null;
            });
    TlsFlow connected = Tls.upgrade(below.near(), client, PEER, TlsRow.soon());
    welcome.result();
    return new FlowPair(connected, accepted);
  }

  // A quarter of the default, which is slow over TLS. The flow below is tested with the default.
  @Override
  public int manyBytes() {
    return super.manyBytes() / 4;
  }

  @Override
  public int manyPairs() {
    return super.manyPairs() / 4;
  }
}
