package dev.mimic.tls;

import static dev.mimic.Derivation.required;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Deadline;
import dev.mimic.Derivation;
import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Verdict;
import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/**
 * TLS to a host and a port of whatever {@link Network} the deployment has: the carrier of {@code
 * tls://}, and of every scheme that names {@link #ENDPOINT}. {@link TlsModule} contributes it.
 */
public final class TlsProtocol implements Protocol<TlsProtocol.Endpoint> {

  /** Where to connect to, and how; name it as the carrier of a scheme over TLS. */
  public static final Key<Endpoint> ENDPOINT = Key.of("tls.endpoint");

  /**
   * A place on a network, and how to speak TLS to it.
   *
   * @param network what reaches it
   * @param at the host and the port
   * @param client whom to trust, and what to offer
   */
  public record Endpoint(Network network, HostPort at, TlsClient client) {
    /** Checks that nothing is missing. */
    public Endpoint {
      requireNonNull(network, "network");
      requireNonNull(at, "at");
      requireNonNull(client, "client");
    }
  }

  /** Makes the protocol; it holds nothing. */
  public TlsProtocol() {}

  /** Returns the rule that makes the endpoint. */
  static Derivation<Endpoint> derivation() {
    return Derivation.of(
        ENDPOINT,
        required(Network.KEY),
        required(Address.HOST),
        required(Address.PORT),
        required(Tls.CLIENT),
        (network, host, port, client) ->
            Verdict.of(new Endpoint(network, new HostPort(host, port), client)));
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
