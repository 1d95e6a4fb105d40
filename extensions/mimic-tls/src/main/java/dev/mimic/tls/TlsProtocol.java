package dev.mimic.tls;

import static dev.mimic.Derivation.required;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that connects by TLS over the deployment's {@link Network}. It carries {@code tls://}
 * and every scheme that names {@link #ENDPOINT}. {@link TlsModule} contributes it.
 */
public final class TlsProtocol implements Protocol<TlsProtocol.Endpoint> {

  /** The endpoint to connect to. Name this key as the carrier of a scheme over TLS. */
  public static final Key<Endpoint> ENDPOINT = Key.of("tls.endpoint");

  /** A host and port on a network, and the TLS configuration to connect with. Immutable. */
  public static final class Endpoint {
    private final Network network;
    private final HostPort at;
    private final TlsClient client;

    private Endpoint(Network network, HostPort at, TlsClient client) {
      this.network = requireNonNull(network, "network");
      this.at = requireNonNull(at, "at");
      this.client = requireNonNull(client, "client");
    }

    /** Returns an endpoint. */
    public static Endpoint of(Network network, HostPort at, TlsClient client) {
      return new Endpoint(network, at, client);
    }

    /** Returns the network that reaches the host. */
    public Network network() {
      return network;
    }

    /** Returns the host and the port. */
    public HostPort at() {
      return at;
    }

    /** Returns the TLS configuration. */
    public TlsClient client() {
      return client;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Endpoint that
          && network.equals(that.network)
          && at.equals(that.at)
          && client.equals(that.client);
    }

    @Override
    public int hashCode() {
      return Objects.hash(network, at, client);
    }

    @Override
    public String toString() {
      return "Endpoint[network=%s, at=%s, client=%s]".formatted(network, at, client);
    }
  }

  /** Creates the protocol, which is stateless. */
  public TlsProtocol() {}

  /** Returns the derivation of {@link #ENDPOINT}. */
  static Derivation<Endpoint> derivation() {
    Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
    Input<Network> network = endpoint.input(required(Network.KEY));
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(required(Address.PORT));
    Input<TlsClient> client = endpoint.input(required(Tls.CLIENT));
    return endpoint.build(
        in ->
            Verdict.of(
                Endpoint.of(
                    in.get(network), new HostPort(in.get(host), in.get(port)), in.get(client))));
  }

  /** Returns {@code tls}. */
  @Override
  public String name() {
    return "tls";
  }

  @Override
  public Key<Endpoint> endpointKey() {
    return ENDPOINT;
  }

  /** Returns true. */
  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public String describe(Endpoint endpoint) {
    return "tls(" + endpoint.network().describe(endpoint.at()) + ")";
  }

  @Override
  public Flow connect(Endpoint endpoint, Deadline deadline) throws IOException {
    try {
      return connect(endpoint, endpoint.client(), deadline);
    } catch (SSLHandshakeException e) {
      Optional<TlsClient> other = endpoint.client().withoutRefusedName(endpoint.at(), e);
      if (other.isEmpty()) {
        throw e;
      }
      return connect(endpoint, other.get(), deadline);
    }
  }

  private static Flow connect(Endpoint endpoint, TlsClient client, Deadline deadline)
      throws IOException {
    Flow below = endpoint.network().connect(endpoint.at(), deadline);
    return client.over(below, endpoint.at(), deadline);
  }
}
