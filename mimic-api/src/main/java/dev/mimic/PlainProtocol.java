package dev.mimic;

import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of a plain stream to a host and a port on the deployment's {@link Network}. It
 * carries {@code tcp://} and every other scheme without a layer of its own.
 *
 * <p>{@link ResolverBuilder#network} registers it, with the scheme {@code tcp} and the derivation
 * of its endpoint from the network, the host and the port.
 */
public final class PlainProtocol
    implements Protocol<PlainProtocol.Endpoint>, ListeningProtocol<PlainProtocol.Endpoint> {

  /** The endpoint to connect to. Name this key as the carrier of a plain scheme. */
  public static final Key<Endpoint> ENDPOINT = Key.of("plain.endpoint");

  /**
   * The endpoint to listen at, without hops. Name this key as the listening carrier of a plain
   * scheme.
   */
  public static final Key<Endpoint> LISTEN = Key.of("plain.listen");

  /** A host and a port on a network. Immutable. */
  public static final class Endpoint {
    private final Network network;
    private final HostPort at;
    private final String scheme;

    private Endpoint(Network network, HostPort at, String scheme) {
      this.network = requireNonNull(network, "network");
      this.at = requireNonNull(at, "at");
      this.scheme = requireNonNull(scheme, "scheme");
    }

    /** Returns an endpoint; the scheme begins the address of a listener. */
    public static Endpoint of(Network network, HostPort at, String scheme) {
      return new Endpoint(network, at, scheme);
    }

    /** Returns the network that reaches it. */
    public Network network() {
      return network;
    }

    /** Returns the host and the port. */
    public HostPort at() {
      return at;
    }

    /** Returns the scheme that the address of a listener begins with. */
    public String scheme() {
      return scheme;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Endpoint that
          && network.equals(that.network)
          && at.equals(that.at)
          && scheme.equals(that.scheme);
    }

    @Override
    public int hashCode() {
      return Objects.hash(network, at, scheme);
    }

    @Override
    public String toString() {
      return "Endpoint[network=%s, at=%s, scheme=%s]".formatted(network, at, scheme);
    }
  }

  /** Returns the derivations of the network from its base and hops, and of the endpoints. */
  static List<Derivation<?>> derivations() {
    return List.of(
        // Hops that cannot be derived must not become a direct connection.
        Derivation.of(
            Network.KEY,
            required(Network.BASE),
            Derivation.withDefaultUnlessTried(Network.HOPS, List.of()),
            (base, hops) -> Verdict.of(through(base, hops))),
        endpoint(ENDPOINT, Network.KEY),
        endpoint(LISTEN, Network.BASE));
  }

  private static Derivation<Endpoint> endpoint(Key<Endpoint> key, Key<Network> network) {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(key);
    Input<Network> on = endpoint.input(required(network));
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(required(Address.PORT));
    Input<String> scheme = endpoint.input(withDefault(Address.SCHEME, "tcp"));
    return endpoint.build(
        in ->
            Verdict.of(
                Endpoint.of(in.get(on), new HostPort(in.get(host), in.get(port)), in.get(scheme))));
  }

  private static Network through(Network base, List<Network.Hop> hops) {
    Network network = base;
    for (Network.Hop hop : hops) {
      network = hop.through(network);
    }
    return network;
  }

  /** Creates the protocol, which is stateless. */
  public PlainProtocol() {}

  /** Returns {@code plain}. */
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  @Override
  public Key<Endpoint> listenKey() {
    return LISTEN;
  }

  /** Returns false: nothing is encrypted, and the peer is not authenticated. */
  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public String describe(Endpoint endpoint) {
    return endpoint.network().describe(endpoint.at());
  }

  @Override
  public Flow connect(Endpoint endpoint, Deadline deadline) throws IOException {
    return endpoint.network().connect(endpoint.at(), deadline);
  }

  @Override
  public FlowListener listen(Endpoint at, Deadline deadline) throws IOException {
    FlowListener listener = at.network().listen(at.at(), deadline);
    return at.scheme().equals("tcp") ? listener : new Renamed(listener, at.scheme());
  }

  /** A network's listener whose address has another scheme. */
  private record Renamed(FlowListener below, String scheme) implements FlowListener {
    @Override
    public Flow accept() throws IOException {
      return below.accept();
    }

    @Override
    public String address() {
      return scheme + below.address().substring("tcp".length());
    }

    @Override
    public TimeSource timeSource() {
      return below.timeSource();
    }

    @Override
    public void close() throws IOException {
      below.close();
    }
  }
}
