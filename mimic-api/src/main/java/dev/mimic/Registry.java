package dev.mimic;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;

/**
 * The protocols, schemes, derivations and values of a resolver. Immutable once made. Lists are in
 * the order in which their elements are tried: the lower priority first, of equal ones the later
 * registered.
 */
final class Registry {
  private final List<Contribution<Protocol<?>>> protocols;
  private final Map<Key<?>, List<Contribution<Protocol<?>>>> protocolsByEndpoint = new HashMap<>();
  private final List<Contribution<Protocol<?>>> protocolsWithOwnEndpoint = new ArrayList<>();
  private final List<Contribution<ListeningProtocol<?>>> listeningProtocols;
  private final Map<Key<?>, Contribution<ListeningProtocol<?>>> listeningByKey = new HashMap<>();
  private final Map<String, Contribution<Scheme>> schemes = new LinkedHashMap<>();
  private final List<Contribution<Derivation<?>>> derivations;
  private final Map<Derivation<?>, String> derivationSources = new HashMap<>();
  private final Map<Key<?>, String> valueSources = new LinkedHashMap<>();
  private final Context base;

  /**
   * A contribution of a module, the application or the resolver itself.
   *
   * @param source the name of the contributor
   */
  record Contribution<T>(T what, String source) {
    Contribution {
      requireNonNull(what, "what");
      requireNonNull(source, "source");
    }
  }

  Registry(
      List<Contribution<Protocol<?>>> protocols,
      List<Contribution<ListeningProtocol<?>>> listeningProtocols,
      List<Contribution<Scheme>> schemes,
      List<Contribution<Derivation<?>>> derivations,
      List<Contribution<Key<?>>> values,
      Context base) {
    this.protocols = laterFirst(protocols);
    this.protocols.sort(Comparator.comparingInt(each -> each.what().priority()));
    for (Contribution<Protocol<?>> each : this.protocols) {
      protocolsByEndpoint
          .computeIfAbsent(each.what().endpointKey(), key -> new ArrayList<>())
          .add(each);
    }
    this.listeningProtocols = laterFirst(listeningProtocols);
    this.listeningProtocols.forEach(
        each -> listeningByKey.putIfAbsent(each.what().listenKey(), each));
    schemes.forEach(each -> this.schemes.put(each.what().name(), each));
    this.derivations = List.copyOf(derivations);
    derivations.forEach(each -> derivationSources.put(each.what(), each.source()));
    values.forEach(each -> valueSources.put(each.what(), each.source()));
    this.base = base;
    base.values().forEach(each -> protocolsWithOwnEndpoint.addAll(protocols(each.key())));
  }

  private static <T> List<Contribution<T>> laterFirst(List<Contribution<T>> inOrder) {
    List<Contribution<T>> reversed = new ArrayList<>(inOrder);
    Collections.reverse(reversed);
    return reversed;
  }

  List<Contribution<Protocol<?>>> protocols() {
    return Collections.unmodifiableList(protocols);
  }

  /** Returns the protocols with this endpoint, in order. */
  List<Contribution<Protocol<?>>> protocols(Key<?> endpoint) {
    return protocolsByEndpoint.getOrDefault(endpoint, List.of());
  }

  /** Returns whether the values of this key are endpoints, which only their protocol shows. */
  boolean isEndpoint(Key<?> key) {
    return protocolsByEndpoint.containsKey(key) || listeningProtocol(key).isPresent();
  }

  /** Returns the protocols whose endpoint has a value, here or in the context, in order. */
  List<Contribution<Protocol<?>>> protocolsWithEndpoint(Context context) {
    List<Contribution<Protocol<?>>> found = new ArrayList<>(protocolsWithOwnEndpoint);
    context.values().forEach(each -> found.addAll(protocols(each.key())));
    if (found.size() < 2) {
      return found;
    }
    Set<Contribution<Protocol<?>>> once = Collections.newSetFromMap(new IdentityHashMap<>());
    once.addAll(found);
    return protocols.stream().filter(once::contains).toList();
  }

  List<Contribution<ListeningProtocol<?>>> listeningProtocols() {
    return Collections.unmodifiableList(listeningProtocols);
  }

  /** Returns the protocol that listens by this key. */
  Optional<Contribution<ListeningProtocol<?>>> listeningProtocol(Key<?> key) {
    return Optional.ofNullable(listeningByKey.get(key));
  }

  Collection<Contribution<Scheme>> schemes() {
    return Collections.unmodifiableCollection(schemes.values());
  }

  /** Returns the scheme of this name, or null. */
  @Nullable Scheme scheme(String name) {
    Contribution<Scheme> known = schemes.get(name);
    return known == null ? null : known.what();
  }

  /** Returns the derivations as they were registered. */
  List<Contribution<Derivation<?>>> derivations() {
    return derivations;
  }

  /** Returns the contributor of this derivation: the caller, unless it was registered here. */
  String sourceOf(Derivation<?> derivation) {
    return derivationSources.getOrDefault(derivation, "the caller");
  }

  /** Returns the contributor of the explicit value of this key. */
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
