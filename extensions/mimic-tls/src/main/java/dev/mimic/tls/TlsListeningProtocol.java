package dev.mimic.tls;

import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.util.Objects.requireNonNull;

import dev.mimic.Address;
import dev.mimic.Derivation;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.ListeningProtocol;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import dev.mimic.Verdict;
import jakarta.inject.Inject;
import java.io.IOException;

/**
 * Listens for TLS on whatever {@link Network} the deployment has: for {@code tls://}, and for every
 * scheme that names {@link #ENDPOINT}. {@link TlsModule} contributes it.
 *
 * <p>A flow that is accepted shakes hands at its first read or write, or by {@link
 * TlsFlow#handshake}: a slow or silent client keeps nobody else waiting.
 */
public final class TlsListeningProtocol
    implements ListeningProtocol<TlsListeningProtocol.Endpoint> {

  /** Where to listen, without hops, and how; name it as the listening carrier of a scheme. */
  public static final Key<Endpoint> ENDPOINT = Key.of("tls.listen");

  private final TimeSource time;

  /**
   * A place on a network to listen at, and how to speak TLS there.
   *
   * @param network where
   * @param at the host and the port
   * @param server who it is, and which clients it serves
   * @param scheme what the address of the listener begins with
   */
  public record Endpoint(Network network, HostPort at, TlsServer server, String scheme) {
    /** Checks that nothing is missing. */
    public Endpoint {
      requireNonNull(network, "network");
      requireNonNull(at, "at");
      requireNonNull(server, "server");
      requireNonNull(scheme, "scheme");
    }
  }

  /** Makes the protocol, with the clock of the flows that it accepts. */
  @Inject
  public TlsListeningProtocol(TimeSource time) {
    this.time = requireNonNull(time, "time");
  }

  /** Returns the rule that makes the endpoint. */
  static Derivation<Endpoint> derivation() {
    return Derivation.of(
        ENDPOINT,
        required(Network.BASE),
        required(Address.HOST),
        required(Address.PORT),
        required(Tls.SERVER),
        withDefault(Address.SCHEME, "tls"),
        (network, host, port, server, scheme) ->
            Verdict.of(new Endpoint(network, new HostPort(host, port), server, scheme)));
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
  public FlowListener listen(Endpoint at) throws IOException {
    at.server().prepare();
    return new TlsListener(at.network().listen(at.at()), at.server(), at.scheme(), time);
  }
}
