package dev.mimic.tls;

import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.ListeningProtocol;
import dev.mimic.Network;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that listens for TLS on the deployment's {@link Network}. It serves {@code tls://} and
 * every scheme that names {@link #ENDPOINT}. {@link TlsModule} contributes it.
 *
 * <p>An accepted flow performs its handshake at its first read or write, or by {@link
 * TlsFlow#handshake}. Therefore a slow or silent client does not delay other clients.
 */
public final class TlsListeningProtocol
    implements ListeningProtocol<TlsListeningProtocol.Endpoint> {

  /**
   * The endpoint to listen at, without hops. Name this key as the listening carrier of a scheme.
   */
  public static final Key<Endpoint> ENDPOINT = Key.of("tls.listen");

  private final TimeSource time;

  /**
   * A host and port on a network to listen at, and the TLS configuration of the server. Immutable.
   */
  public static final class Endpoint {
    private final Network network;
    private final HostPort at;
    private final TlsServer server;
    private final String scheme;

    private Endpoint(Network network, HostPort at, TlsServer server, String scheme) {
      this.network = requireNonNull(network, "network");
      this.at = requireNonNull(at, "at");
      this.server = requireNonNull(server, "server");
      this.scheme = requireNonNull(scheme, "scheme");
    }

    /** Returns an endpoint; the scheme begins the address of the listener. */
    public static Endpoint of(Network network, HostPort at, TlsServer server, String scheme) {
      return new Endpoint(network, at, server, scheme);
    }

    /** Returns the network to listen on. */
    public Network network() {
      return network;
    }

    /** Returns the host and the port. */
    public HostPort at() {
      return at;
    }

    /** Returns the TLS configuration. */
    public TlsServer server() {
      return server;
    }

    /** Returns the scheme of the listener's address. */
    public String scheme() {
      return scheme;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Endpoint that
          && network.equals(that.network)
          && at.equals(that.at)
          && server.equals(that.server)
          && scheme.equals(that.scheme);
    }

    @Override
    public int hashCode() {
      return Objects.hash(network, at, server, scheme);
    }

    @Override
    public String toString() {
      return "Endpoint[network=%s, at=%s, server=%s, scheme=%s]"
          .formatted(network, at, server, scheme);
    }
  }

  /** Creates the protocol with the time source of the flows that it accepts. */
  @Inject
  public TlsListeningProtocol(TimeSource time) {
    this.time = requireNonNull(time, "time");
  }

  /** Returns the derivation of {@link #ENDPOINT}. */
  static Derivation<Endpoint> derivation() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
    Input<Network> network = endpoint.input(required(Network.BASE));
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(required(Address.PORT));
    Input<TlsServer> server = endpoint.input(required(Tls.SERVER));
    Input<String> scheme = endpoint.input(withDefault(Address.SCHEME, "tls"));
    return endpoint.build(
        in ->
            Verdict.of(
                Endpoint.of(
                    in.get(network),
                    new HostPort(in.get(host), in.get(port)),
                    in.get(server),
                    in.get(scheme))));
  }

  /** Returns {@code tls}. */
  @Override
  public String name() {
    return "tls";
  }

  @Override
  public Key<Endpoint> listenKey() {
    return ENDPOINT;
  }

  @Override
  public String describe(Endpoint at) {
    return "tls(" + at.network().describe(at.at()) + ")";
  }

  @Override
  public FlowListener listen(Endpoint at, Deadline deadline) throws IOException {
    at.server().prepare();
    return new Listener(at.network().listen(at.at(), deadline), at.server(), at.scheme(), time);
  }

  /**
   * A listener whose accepted flows speak TLS.
   *
   * @param scheme the scheme of its address
   */
  private record Listener(FlowListener below, TlsServer server, String scheme, TimeSource time)
      implements FlowListener {
    @Override
    public Flow accept() throws IOException {
      return server.over(below.accept(), time);
    }

    @Override
    public String address() {
      String lower = below.address();
      return scheme + lower.substring(lower.indexOf(':'));
    }

    @Override
    public TimeSource timeSource() {
      return time;
    }

    @Override
    public void close() throws IOException {
      below.close();
    }

    /** Returns {@link #address}. */
    @Override
    public String toString() {
      return address();
    }
  }
}
