package dev.mimic;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableList;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Typed values, and the derivations that make more of them: what a resolution starts from.
 * Immutable; {@code with} returns another context, in constant time, and that keeps the one it was
 * made from. The first look at a context takes time in proportion to what was added to it.
 *
 * <p>An explicit value excludes derived ones, in whatever order they were added.
 */
public final class Context {
  private static final Context EMPTY = new Context(null, null);

  /** What one {@code with} added. */
  private sealed interface Entry {}

  private record Values(Key<?> key, List<?> candidates) implements Entry {}

  private record Rule(Derivation<?> derivation) implements Entry {}

  /**
   * What the entries come to.
   *
   * @param values the candidates of each key, in order
   * @param derivations those of each key, in the order in which they are asked
   */
  record Index(Map<Key<?>, List<?>> values, Map<Key<?>, List<Derivation<?>>> derivations) {}

  private final @Nullable Context older;
  private final @Nullable Entry entry;

  // Made when first needed. Every thread makes an equal one, and a record is published safely.
  private @Nullable Index index;

  private Context(@Nullable Context older, @Nullable Entry entry) {
    this.older = older;
    this.entry = entry;
  }

  /** Returns the context that holds nothing. */
  public static Context empty() {
    return EMPTY;
  }

  /** Returns this context with an explicit value, in place of those that the key had. */
  public <T> Context with(Key<T> key, T value) {
    requireNonNull(key, "key");
    requireNonNull(value, () -> "the value of " + key);
    return new Context(this, new Values(key, List.of(value)));
  }

  /**
   * Returns this context with several explicit endpoints of one protocol, in place of those that
   * the key had. They are connected to in this order until one succeeds; only an endpoint's key can
   * have several.
   */
  public <T> Context withCandidates(Key<T> key, List<? extends T> inOrder) {
    requireNonNull(key, "key");
    if (inOrder.isEmpty()) {
      throw new IllegalArgumentException("candidates of %s must not be empty".formatted(key));
    }
    return new Context(this, new Values(key, List.copyOf(inOrder)));
  }

  /**
   * Returns this context with one more derivation; of those with the same priority, it is asked
   * before the ones already there.
   */
  public Context with(Derivation<?> derivation) {
    return new Context(this, new Rule(requireNonNull(derivation, "derivation")));
  }

  /** Returns this context with all of {@code newer} added to it, as if after what is here. */
  public Context merge(Context newer) {
    if (this == EMPTY) {
      return newer;
    }
    Context merged = this;
    for (Entry each : newer.entries()) {
      merged = new Context(merged, each);
    }
    return merged;
  }

  /** Returns the explicit value of the key, the first if it has several. Derives nothing. */
  public <T> Optional<T> get(Key<T> key) {
    List<T> candidates = candidates(key);
    return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.getFirst());
  }

  /** Returns the explicit values of the key, in order. */
  @SuppressWarnings("unchecked") // with and withCandidates put nothing else under a Key<T>
  <T> List<T> candidates(Key<T> key) {
    return (List<T>) index().values().getOrDefault(key, List.of());
  }

  Index index() {
    Index known = index;
    if (known == null) {
      known = makeIndex();
      index = known;
    }
    return known;
  }

  private Index makeIndex() {
    Map<Key<?>, List<?>> values = new LinkedHashMap<>();
    Map<Key<?>, SequencedSet<Derivation<?>>> rules = new LinkedHashMap<>();
    for (Entry each : entries()) {
      switch (each) {
        case Values v -> values.put(v.key(), v.candidates());
        case Rule r ->
            rules
                .computeIfAbsent(r.derivation().key(), key -> new LinkedHashSet<>())
                .addLast(r.derivation()); // the same one again: there once, as the latest
      }
    }
    Map<Key<?>, List<Derivation<?>>> derivations = new HashMap<>();
    rules.forEach(
        (key, ofKey) ->
            derivations.put(
                key,
                ofKey.reversed().stream() // later first; the sort is stable
                    .sorted(Comparator.comparingInt(Derivation::priority))
                    .collect(toUnmodifiableList())));
    return new Index(values, derivations);
  }

  /** Returns what was added, the oldest first. */
  private Iterable<Entry> entries() {
    Deque<Entry> oldestFirst = new ArrayDeque<>();
    for (Context at = this; at != null; at = at.older) {
      if (at.entry != null) {
        oldestFirst.addFirst(at.entry);
      }
    }
    return oldestFirst;
  }

  /** Returns the keys that have explicit values; the values may be anything, and are not shown. */
  @Override
  public String toString() {
    return index().values().keySet().stream().map(Key::name).collect(joining(", ", "{", "}"));
  }
}
