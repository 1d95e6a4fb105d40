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
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/**
 * A protocol that connects by TLS over the deployment's {@link Network}. It carries {@code tls://}
 * and every scheme that names {@link #ENDPOINT}. {@link TlsModule} contributes it.
 */
public final class TlsProtocol implements Protocol<TlsProtocol.Endpoint> {

  /** The endpoint to connect to. Name this key as the carrier of a scheme over TLS. */
  public static final Key<Endpoint> ENDPOINT = Key.of("tls.endpoint");

  /**
   * A host and port on a network, and the TLS configuration to connect with.
   *
   * @param network the network that reaches the host
   * @param at the host and the port
   * @param client the TLS configuration
   */
  public record Endpoint(Network network, HostPort at, TlsClient client) {
    /** Checks that no component is null. */
    public Endpoint {
      requireNonNull(network, "network");
      requireNonNull(at, "at");
      requireNonNull(client, "client");
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
                new Endpoint(
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
