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

/**
 * A plain stream to a host and a port of whatever {@link Network} the deployment has: the carrier
 * of {@code tcp://}, and of every scheme whose bytes need no more.
 *
 * <p>{@link ResolverBuilder#network} registers it, with the scheme {@code tcp} and the rule that
 * makes its endpoint from the network, the host and the port.
 */
public final class PlainProtocol
    implements Protocol<PlainProtocol.Endpoint>, ListeningProtocol<PlainProtocol.Endpoint> {

  /** Where to connect to; name it as the carrier of a plain scheme. */
  public static final Key<Endpoint> ENDPOINT = Key.of("plain.endpoint");

  /** Where to listen, without hops; name it as the listening carrier of a plain scheme. */
  public static final Key<Endpoint> LISTEN = Key.of("plain.listen");

  /**
   * A place on a network.
   *
   * @param network what reaches it
   * @param at the host and the port
   * @param scheme what the address of a listener begins with
   */
  public record Endpoint(Network network, HostPort at, String scheme) {
    /** Checks that nothing is missing. */
    public Endpoint {
      requireNonNull(network, "network");
      requireNonNull(at, "at");
      requireNonNull(scheme, "scheme");
    }
  }

  /** Returns the rules that make the network of its base and hops, and the endpoint of that. */
  static List<Derivation<?>> derivations() {
    return List.of(
        // Hops that a module wants to derive and cannot must not become a direct connection.
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
                new Endpoint(
                    in.get(on), new HostPort(in.get(host), in.get(port)), in.get(scheme))));
  }

  private static Network through(Network base, List<Network.Hop> hops) {
    Network network = base;
    for (Network.Hop hop : hops) {
      network = hop.through(network);
    }
    return network;
  }

  /** Makes the protocol; it holds nothing. */
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

  /** Returns false: nothing is encrypted, and the peer is anybody. */
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

  /** A network's listener, under the scheme that was asked for. */
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
