package dev.mimic.tls.bouncycastle;

import dev.mimic.FlowPipe;
import dev.mimic.HostPort;
import dev.mimic.testkit.FlowContract;
import dev.mimic.testkit.FlowPair;
import dev.mimic.testkit.Running;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsProvider;
import dev.mimic.tls.TlsServer;

/** The contract over TLS over TLS over a pipe in memory. */
@NoReset
abstract class TlsOverTlsRow extends FlowContract {
  private static final HostPort PEER = new HostPort("127.0.0.1", 1);

  private final TlsClient client;
  private final TlsServer server;

  TlsOverTlsRow(TlsProvider provider) {
    this.client = TlsClient.builder(provider).trust(TlsRow.AUTHORITY.trust()).build();
    this.server =
        TlsServer.builder(provider, TlsRow.AUTHORITY.identity("localhost", "127.0.0.1")).build();
  }

  @Override
  protected final FlowPair open() throws Exception {
    return over(over(FlowPair.of(FlowPipe.create())));
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
}
