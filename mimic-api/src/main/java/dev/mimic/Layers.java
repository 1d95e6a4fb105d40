package dev.mimic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The contexts that a resolution starts from, the newest first: the caller's, the address's, and
 * the resolver's own.
 */
final class Layers {
  private final Registry registry;
  private final List<Layer> newestFirst;

  private record Layer(Context.Index index, Optional<String> source) {}

  Layers(Registry registry, Optional<Context> address, Context caller) {
    this.registry = registry;
    this.newestFirst = new ArrayList<>(3);
    newestFirst.add(new Layer(caller.index(), Optional.of("the caller")));
    address.ifPresent(
        parsed -> newestFirst.add(new Layer(parsed.index(), Optional.of("the address"))));
    newestFirst.add(new Layer(registry.base().index(), Optional.empty()));
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
    List<Derivation<?>> found = List.of();
    boolean merged = false;
    for (Layer layer : newestFirst) {
      List<Derivation<?>> here = layer.index().derivations().getOrDefault(key, List.of());
      if (found.isEmpty()) {
        found = here;
      } else if (!here.isEmpty()) {
        found = new ArrayList<>(found);
        found.addAll(here);
        merged = true;
      }
    }
    if (merged) {
      found.sort(Comparator.comparingInt(Derivation::priority)); // stable: the newer layer first
    }
    return found;
  }
}
