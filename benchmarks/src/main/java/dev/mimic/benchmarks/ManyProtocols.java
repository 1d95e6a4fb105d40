package dev.mimic.benchmarks;

import static dev.mimic.Derivation.required;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.ResolverBuilder;
import dev.mimic.Scheme;
import dev.mimic.Verdict;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A resolver of many protocols, each with a scheme and a derivation; one of them is wanted. */
final class ManyProtocols {
  private static final HostPort PLACE = new HostPort("example.org", 4343);

  private final StubProtocol<HostPort> wanted;
  private final String scheme;
  private final MimicResolver resolver;

  ManyProtocols(int count) {
    List<StubProtocol<HostPort>> all = new ArrayList<>();
    ResolverBuilder builder = MimicResolver.builder();
    for (int i = 0; i < count; i++) {
      StubProtocol<HostPort> each = StubProtocol.clear("protocol" + i);
      all.add(each);
      builder
          .protocol(each)
          .scheme(Scheme.of("scheme" + i, each.endpointKey()))
          .derivation(endpoint(each.endpointKey()));
    }
    this.wanted = all.get(count / 2);
    this.scheme = "scheme" + count / 2;
    this.resolver = builder.build();
  }

  private static Derivation<HostPort> endpoint(Key<HostPort> key) {
    return Derivation.of(
        key,
        required(Address.HOST),
        required(Address.PORT),
        (host, port) -> Verdict.of(new HostPort(host, port)));
  }

  /** Resolves a context that holds the endpoint. */
  Flow resolveExplicit() throws IOException {
    return resolver
        .withTimeout(Tutorial.TIMEOUT)
        .resolve(Context.empty().with(wanted.endpointKey(), PLACE));
  }

  /** Resolves a context that holds the scheme. */
  Flow resolveScheme() throws IOException {
    Context context =
        Context.empty()
            .with(Address.SCHEME, scheme)
            .with(Address.HOST, PLACE.host())
            .with(Address.PORT, PLACE.port());
    return resolver.withTimeout(Tutorial.TIMEOUT).resolve(context);
  }

  void check() {
    wanted.check(PLACE);
  }
}
