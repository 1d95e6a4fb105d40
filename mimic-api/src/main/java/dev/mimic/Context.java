package dev.mimic;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.mimic.Outcome.Explicit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The input of a resolution: typed values, and derivations that compute more values. Immutable and
 * thread-safe. {@code with} returns another context in constant time. The first look-up in a new
 * context takes time in proportion to its size.
 *
 * <p>An explicit value excludes derived ones, in any order of addition.
 */
public final class Context {
  private static final Context EMPTY =
      new Context(
          new Additions<>(new LinkedHashMap<>(), Context::withValues),
          new Additions<>(new LinkedHashMap<>(), Context::withDerivations));

  /** The values, in the order in which their keys were added. */
  private final Additions<Explicit, Map<Key<?>, Explicit>> values;

  /** The derivations of each key, in the order in which they are asked. */
  private final Additions<Derivation<?>, Map<Key<?>, List<Derivation<?>>>> derivations;

  private Context(
      Additions<Explicit, Map<Key<?>, Explicit>> values,
      Additions<Derivation<?>, Map<Key<?>, List<Derivation<?>>>> derivations) {
    this.values = values;
    this.derivations = derivations;
  }

  /**
   * A map, and the entries that were added to it one by one. The first look-up collects them into a
   * new map, so that n additions and a look-up take time in proportion to n. Racing threads collect
   * equal maps.
   */
  private static final class Additions<E, M> {
    private final BiFunction<M, Deque<E>, M> collector;
    private volatile State<E, M> state;

    private sealed interface State<E, M> {}

    private record Added<E, M>(Additions<E, M> to, E entry) implements State<E, M> {}

    private record Collected<E, M>(M map) implements State<E, M> {}

    Additions(M map, BiFunction<M, Deque<E>, M> collector) {
      this(new Collected<>(map), collector);
    }

    private Additions(State<E, M> state, BiFunction<M, Deque<E>, M> collector) {
      this.state = state;
      this.collector = collector;
    }

    Additions<E, M> with(E entry) {
      return new Additions<>(new Added<>(this, entry), collector);
    }

    /** Returns the map, which is never modified. */
    M map() {
      return state instanceof Collected<E, M> collected ? collected.map() : collect();
    }

    private M collect() {
      Deque<E> oldestFirst = new ArrayDeque<>();
      State<E, M> at = state;
      while (at instanceof Added<E, M> added) {
        oldestFirst.addFirst(added.entry());
        at = added.to().state;
      }
      M map = collector.apply(((Collected<E, M>) at).map(), oldestFirst);
      state = new Collected<>(map);
      return map;
    }
  }

  private static Map<Key<?>, Explicit> withValues(
      Map<Key<?>, Explicit> older, Deque<Explicit> oldestFirst) {
    Map<Key<?>, Explicit> all = new LinkedHashMap<>(older);
    oldestFirst.forEach(each -> all.put(each.key(), each));
    return all;
  }

  private static Map<Key<?>, List<Derivation<?>>> withDerivations(
      Map<Key<?>, List<Derivation<?>>> older, Deque<Derivation<?>> oldestFirst) {
    Map<Key<?>, List<Derivation<?>>> newer = new LinkedHashMap<>();
    for (Derivation<?> each : oldestFirst.reversed()) {
      newer.computeIfAbsent(each.key(), key -> new ArrayList<>()).add(each);
    }
    Map<Key<?>, List<Derivation<?>>> all = new LinkedHashMap<>(older);
    newer.forEach(
        (key, added) -> all.merge(key, inOrder(added, List.of()), (o, n) -> inOrder(n, o)));
    return all;
  }

  /**
   * Returns the derivations of one key in the order in which they are asked, each of them once: the
   * lower priority number first, and of equal ones the newer.
   */
  static List<Derivation<?>> inOrder(List<Derivation<?>> newer, List<Derivation<?>> older) {
    return Stream.concat(newer.stream(), older.stream())
        .distinct()
        .sorted(comparingInt(Derivation::priority)) // stable
        .toList();
  }

  /** Returns the empty context. */
  public static Context empty() {
    return EMPTY;
  }

  /** Returns this context with an explicit value, which replaces earlier ones of the key. */
  public <T> Context with(Key<T> key, T value) {
    requireNonNull(key, "key");
    requireNonNull(value, () -> "the value of " + key);
    return with(new Explicit(key, List.of(value)));
  }

  /** Returns this context with an explicit value that is secret, even if its key is not. */
  <T> Context withSecret(Key<T> key, T value) {
    return with(new Explicit(key, List.of(value), true));
  }

  /**
   * Returns this context with several explicit endpoints of one protocol, which replace earlier
   * ones of the key. They are connected to in this order until one succeeds. Only the key of an
   * endpoint can have several values.
   */
  public <T> Context withCandidates(Key<T> key, List<? extends T> inOrder) {
    requireNonNull(key, "key");
    if (inOrder.isEmpty()) {
      throw new IllegalArgumentException("candidates of %s must not be empty".formatted(key));
    }
    return with(new Explicit(key, List.copyOf(inOrder)));
  }

  private Context with(Explicit value) {
    return new Context(values.with(value), derivations);
  }

  /**
   * Returns this context with one more derivation; of those with the same priority, it is asked
   * before the ones already there.
   */
  public Context with(Derivation<?> derivation) {
    return new Context(values, derivations.with(requireNonNull(derivation, "derivation")));
  }

  /** Returns this context with all of {@code newer} added to it, as if after its own entries. */
  public Context merge(Context newer) {
    if (this == EMPTY) {
      return newer;
    }
    Context merged = this;
    for (List<Derivation<?>> ofKey : newer.derivations.map().values()) {
      for (Derivation<?> each : ofKey.reversed()) {
        merged = merged.with(each);
      }
    }
    for (Explicit each : newer.values()) {
      merged = merged.with(each);
    }
    return merged;
  }

  /** Returns the explicit value of the key, the first if it has several. Derives nothing. */
  @SuppressWarnings("unchecked") // with and withCandidates put nothing else under a Key<T>
  public <T> Optional<T> get(Key<T> key) {
    Explicit explicit = explicit(key);
    return explicit == null ? Optional.empty() : Optional.of((T) explicit.first());
  }

  /** Returns the explicit values of the key, or null. */
  @Nullable Explicit explicit(Key<?> key) {
    return values.map().get(key);
  }

  /** Returns all explicit values, in the order in which their keys were added. */
  Collection<Explicit> values() {
    return Collections.unmodifiableCollection(values.map().values());
  }

  /** Returns the derivations of the key, in the order in which they are asked. */
  List<Derivation<?>> derivations(Key<?> key) {
    return derivations.map().getOrDefault(key, List.of());
  }

  /**
   * Returns the keys that have explicit values. The values are not shown, since they can be secret.
   */
  @Override
  public String toString() {
    return values().stream().map(each -> each.key().name()).collect(joining(", ", "{", "}"));
  }
}
