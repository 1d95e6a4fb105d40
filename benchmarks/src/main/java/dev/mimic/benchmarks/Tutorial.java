package dev.mimic.benchmarks;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.ResolverBuilder;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import java.time.Duration;
import java.util.List;

/**
 * The shape of most programs: a clear and a secure protocol, each with a scheme, and a few
 * derivations that make their endpoints of the host, the port and what a client trusts.
 */
final class Tutorial {
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Key<String> TRUST = Key.of("trust");
  private static final Key<String> IDENTITY = Key.of("identity");
  private static final Key<Client> CLIENT = Key.of("client");

  final StubProtocol<HostPort> clear = StubProtocol.clear("clear");
  final StubProtocol<Secured> secure = StubProtocol.secure("secure");
  final Context base;
  final MimicResolver resolver;

  /** The credentials and the trust of a client. */
  record Client(String trust, boolean hasIdentity) {}

  /** The endpoint of the secure protocol: a host and port, and the client's credentials. */
  record Secured(HostPort at, Client client) {}

  private Tutorial(Place place) {
    ResolverBuilder builder =
        MimicResolver.builder()
            .protocol(clear)
            .protocol(secure)
            .scheme(Scheme.of("http", clear.endpointKey()).withDefaultPort(80))
            .scheme(Scheme.of("https", secure.endpointKey()).withDefaultPort(443));
    this.base = place.add(derivations(), builder, Context.empty());
    this.resolver = builder.build();
  }

  static Tutorial in(Place place) {
    return new Tutorial(place);
  }

  private List<Derivation<?>> derivations() {
    return List.of(
        Derivation.of(
            clear.endpointKey(),
            required(Address.HOST),
            required(Address.PORT),
            (host, port) -> Verdict.of(new HostPort(host, port))),
        Derivation.of(
            CLIENT,
            withDefault(TRUST, "the platform"),
            optional(IDENTITY),
            (trust, identity) -> Verdict.of(new Client(trust, identity.isPresent()))),
        Derivation.of(
            secure.endpointKey(),
            required(Address.HOST),
            required(Address.PORT),
            required(CLIENT),
            (host, port, client) -> Verdict.of(new Secured(new HostPort(host, port), client))));
  }

  /** Throws unless the last connection was to this place. */
  void check(String host, int port) {
    secure.check(new Secured(new HostPort(host, port), new Client("the platform", false)));
  }
}
