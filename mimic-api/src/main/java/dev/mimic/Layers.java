package dev.mimic;

import static java.util.stream.Collectors.toUnmodifiableList;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The contexts that a resolution starts from, the newest first: the caller's, the address's, and
 * the resolver's own; and last, the default port of the scheme.
 */
final class Layers {
  private final Registry registry;
  private final List<Layer> newestFirst;
  private final Optional<String> schemeName;
  private final Optional<Scheme> scheme;

  private record Layer(Context.Index index, Optional<String> source) {}

  Layers(Registry registry, Optional<Context> address, Context caller) {
    this.registry = registry;
    this.newestFirst = new ArrayList<>(3);
    newestFirst.add(new Layer(caller.index(), Optional.of("the caller")));
    address.ifPresent(
        parsed -> newestFirst.add(new Layer(parsed.index(), Optional.of("the address"))));
    newestFirst.add(new Layer(registry.base().index(), Optional.empty()));
    this.schemeName =
        explicit(Address.SCHEME)
            .map(each -> ((String) each.candidates().getFirst()).toLowerCase(Locale.ROOT));
    this.scheme = schemeName.flatMap(registry::scheme).map(Sourced::what);
    scheme
        .filter(known -> known.defaultPort().isPresent())
        .filter(known -> explicit(Address.PORT).isEmpty())
        .filter(known -> derivations(Address.PORT).isEmpty()) // they know better than a default
        .map(known -> Context.empty().with(Address.PORT, known.defaultPort().getAsInt()))
        .ifPresent(port -> newestFirst.add(new Layer(port.index(), Optional.of("the scheme"))));
  }

  /** Returns the name of the scheme, in lower case, if there is one. */
  Optional<String> schemeName() {
    return schemeName;
  }

  /** Returns the scheme, if there is one and it is known here. */
  Optional<Scheme> scheme() {
    return scheme;
  }

  /** Returns the explicit values of the key, if it has any. */
  Optional<Outcome.Explicit> explicit(Key<?> key) {
    for (Layer layer : newestFirst) {
      List<?> candidates = layer.index().values().get(key);
      if (candidates != null) {
        String source = layer.source().orElseGet(() -> registry.sourceOf(key));
        return Optional.of(new Outcome.Explicit(key, candidates, source));
      }
    }
    return Optional.empty();
  }

  /** Returns the protocols that have an explicit endpoint, in order. */
  List<Sourced<Protocol<?>>> protocolsWithEndpoint() {
    List<Key<?>> keys = new ArrayList<>();
    newestFirst.forEach(layer -> keys.addAll(layer.index().values().keySet()));
    return registry.protocols(keys);
  }

  /** Returns the key's derivations, in the order in which they are asked. */
  List<Derivation<?>> derivations(Key<?> key) {
    List<List<Derivation<?>>> found = new ArrayList<>(1);
    for (Layer layer : newestFirst) {
      List<Derivation<?>> here = layer.index().derivations().get(key);
      if (here != null) {
        found.add(here);
      }
    }
    return switch (found.size()) {
      case 0 -> List.of();
      case 1 -> found.getFirst();
      default ->
          found.stream()
              .flatMap(List::stream)
              .distinct()
              .sorted(Comparator.comparingInt(Derivation::priority)) // stable: newer layer first
              .collect(toUnmodifiableList());
    };
  }
}
