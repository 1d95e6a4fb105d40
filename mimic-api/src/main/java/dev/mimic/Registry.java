package dev.mimic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a resolver was built with, arranged for being asked. Immutable once made. Lists are in the
 * order in which their elements are tried: the lower priority first, of equal ones the later
 * registered.
 */
final class Registry {
  private final List<Sourced<Protocol<?>>> protocols;
  private final Map<Key<?>, List<Sourced<Protocol<?>>>> protocolsByEndpoint = new HashMap<>();
  private final List<Sourced<Protocol<?>>> protocolsWithOwnEndpoint = new ArrayList<>();
  private final List<Sourced<ListeningProtocol<?>>> listeningProtocols;
  private final Map<String, Sourced<Scheme>> schemes = new LinkedHashMap<>();
  private final List<Sourced<Derivation<?>>> derivations;
  private final Map<Derivation<?>, String> derivationSources = new HashMap<>();
  private final Map<Key<?>, String> valueSources = new LinkedHashMap<>();
  private final Context base;

  Registry(
      List<Sourced<Protocol<?>>> protocols,
      List<Sourced<ListeningProtocol<?>>> listeningProtocols,
      List<Sourced<Scheme>> schemes,
      List<Sourced<Derivation<?>>> derivations,
      List<Sourced<Key<?>>> values,
      Context base) {
    this.protocols = laterFirst(protocols);
    this.protocols.sort(Comparator.comparingInt(each -> each.what().priority()));
    for (Sourced<Protocol<?>> each : this.protocols) {
      protocolsByEndpoint
          .computeIfAbsent(each.what().endpointKey(), key -> new ArrayList<>())
          .add(each);
    }
    this.listeningProtocols = laterFirst(listeningProtocols);
    schemes.forEach(each -> this.schemes.put(each.what().name(), each));
    this.derivations = List.copyOf(derivations);
    derivations.forEach(each -> derivationSources.put(each.what(), each.source()));
    values.forEach(each -> valueSources.put(each.what(), each.source()));
    this.base = base;
    base.forEachKey(key -> protocolsWithOwnEndpoint.addAll(protocols(key)));
  }

  private static <T> List<Sourced<T>> laterFirst(List<Sourced<T>> inOrder) {
    List<Sourced<T>> reversed = new ArrayList<>(inOrder);
    Collections.reverse(reversed);
    return reversed;
  }

  List<Sourced<Protocol<?>>> protocols() {
    return Collections.unmodifiableList(protocols);
  }

  /** Returns the protocols with this endpoint, in order. */
  List<Sourced<Protocol<?>>> protocols(Key<?> endpoint) {
    return protocolsByEndpoint.getOrDefault(endpoint, List.of());
  }

  /** Returns whether the values of this key are some protocol's, which alone may show them. */
  boolean isEndpoint(Key<?> key) {
    return protocolsByEndpoint.containsKey(key) || listeningProtocol(key).isPresent();
  }

  /** Returns the protocols whose endpoint has a value, here or in the context, in order. */
  List<Sourced<Protocol<?>>> protocolsWithEndpoint(Context context) {
    Given given = new Given();
    context.forEachKey(given);
    return given.found.size() < 2 ? given.found : inOrder(given.found);
  }

  /** Gathers protocols by their endpoints; makes no list where there is only one. */
  private final class Given implements Consumer<Key<?>> {
    private List<Sourced<Protocol<?>>> found = protocolsWithOwnEndpoint;
    private boolean copied;

    @Override
    public void accept(Key<?> key) {
      List<Sourced<Protocol<?>>> more = protocols(key);
      if (more.isEmpty() || found.isEmpty()) {
        found = more.isEmpty() ? found : more;
        return;
      }
      if (!copied) {
        found = new ArrayList<>(found);
        copied = true;
      }
      found.addAll(more);
    }
  }

  private List<Sourced<Protocol<?>>> inOrder(List<Sourced<Protocol<?>>> found) {
    Set<Sourced<Protocol<?>>> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
    chosen.addAll(found);
    return protocols.stream().filter(chosen::contains).toList();
  }

  List<Sourced<ListeningProtocol<?>>> listeningProtocols() {
    return Collections.unmodifiableList(listeningProtocols);
  }

  /** Returns the protocol that listens by this key. */
  Optional<Sourced<ListeningProtocol<?>>> listeningProtocol(Key<?> key) {
    return listeningProtocols.stream().filter(each -> each.what().listenKey() == key).findFirst();
  }

  Collection<Sourced<Scheme>> schemes() {
    return Collections.unmodifiableCollection(schemes.values());
  }

  /** Returns the scheme of this name, or null. */
  @Nullable Scheme scheme(String name) {
    Sourced<Scheme> known = schemes.get(name);
    return known == null ? null : known.what();
  }

  /** Returns the derivations as they were registered. */
  List<Sourced<Derivation<?>>> derivations() {
    return derivations;
  }

  /** Returns who contributed this derivation; who called, if nobody did. */
  String sourceOf(Derivation<?> derivation) {
    return derivationSources.getOrDefault(derivation, "the caller");
  }

  /** Returns who contributed the explicit value of this key. */
  String sourceOf(Key<?> key) {
    return valueSources.getOrDefault(key, "the resolver");
  }

  /** Returns the keys that have explicit values. */
  Set<Key<?>> valueKeys() {
    return Collections.unmodifiableSet(valueSources.keySet());
  }

  /** Returns the context that every resolution starts from. */
  Context base() {
    return base;
  }
}
