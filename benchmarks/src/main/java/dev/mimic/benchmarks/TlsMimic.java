package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsListeningProtocol;
import dev.mimic.tls.TlsProtocol;
import dev.mimic.tls.TlsProvider;
import dev.mimic.tls.TlsServer;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSession;

/** Mimic, with the JDK's provider, over any of its networks. */
final class TlsMimic implements TlsStack {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Network network;
  private final TlsContent content;
  private final TlsClient client;
  private final TlsServer server;
  private final TlsThreads threads = new TlsThreads();
  private final List<FlowListener> listeners = new ArrayList<>();

  TlsMimic(Network network, TlsCredentials credentials, TlsContent content) {
    this.network = network;
    this.content = content;
    List<String> suites = List.of(TlsCredentials.SUITE);
    Set<TlsVersion> versions = Set.of(TlsVersion.TLS_1_3);
    this.client =
        TlsClient.builder(TlsProvider.jsse())
            .trust(credentials.trust())
            .versions(versions)
            .cipherSuites(suites)
            .build();
    this.server =
        TlsServer.builder(TlsProvider.jsse(), credentials.identity())
            .versions(versions)
            .cipherSuites(suites)
            .build();
  }

  @Override
  public int serve(TlsServing serving) throws IOException {
    HostPort anyPort = new HostPort(TlsCredentials.HOST, 0);
    FlowListener listener =
        new TlsListeningProtocol(TimeSource.system())
            .listen(
                TlsListeningProtocol.Endpoint.of(network, anyPort, server, "tls"),
                Deadline.after(Duration.ofSeconds(10), TimeSource.system()));
    listeners.add(listener);
    threads.serve(
        () -> {
          Flow flow = listener.accept();
          return () -> end(flow);
        },
        serving,
        content);
    return port(listener);
  }

  static int port(FlowListener listener) {
    String address = listener.address();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1).replace("/", ""));
  }

  private TlsEnd end(Flow flow) throws IOException {
    Optional<TlsFlow> tls = flow.find(TlsFlow.class);
    if (tls.isPresent()) {
      tls.get().handshake();
    }
    return new TlsChannelEnd(flow, () -> flow.find(SSLSession.class).orElseThrow(), content);
  }

  @Override
  public TlsEnd connect(int port) throws IOException {
    HostPort at = new HostPort(TlsCredentials.HOST, port);
    return end(new TlsProtocol().connect(TlsProtocol.Endpoint.of(network, at, client), limit()));
  }

  private static Deadline limit() {
    return Deadline.after(LIMIT, TimeSource.system());
  }

  @Override
  public TlsEnd over(Flow below) throws IOException {
    return end(
        Tls.upgrade(
            below, client, new HostPort(TlsCredentials.HOST, TlsCredentials.ANY_PORT), limit()));
  }

  @Override
  public void close() throws IOException {
    for (FlowListener listener : listeners) {
      listener.close();
    }
    threads.join();
  }
}
