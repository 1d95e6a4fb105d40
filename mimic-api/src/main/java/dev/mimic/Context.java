package dev.mimic;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Typed values, and the derivations that make more of them: what a resolution starts from.
 * Immutable; {@code with} returns another context, in next to constant time, which shares with this
 * one almost all that both hold.
 *
 * <p>An explicit value excludes derived ones, in whatever order they were added.
 */
public final class Context {
  private static final Context EMPTY = new Context(Values.NONE, Rules.NONE);

  private final Values values;
  private final Rules rules;

  private Context(Values values, Rules rules) {
    this.values = values;
    this.rules = rules;
  }

  /** Returns the context that holds nothing. */
  public static Context empty() {
    return EMPTY;
  }

  /** Returns this context with an explicit value, in place of those that the key had. */
  public <T> Context with(Key<T> key, T value) {
    requireNonNull(key, "key");
    requireNonNull(value, () -> "the value of " + key);
    return with(new Outcome.One(key, value, values.placeOf(key)));
  }

  /** Returns this context with an explicit value that is never shown, whatever its key. */
  <T> Context withSecret(Key<T> key, T value) {
    return with(new Outcome.One(key, value, values.placeOf(key), true));
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
    List<T> candidates = List.copyOf(inOrder);
    return candidates.size() == 1
        ? with(key, candidates.getFirst())
        : with(new Outcome.Several(key, candidates, values.placeOf(key)));
  }

  private Context with(Outcome.Explicit explicit) {
    return new Context(values.with(explicit), rules);
  }

  /**
   * Returns this context with one more derivation; of those with the same priority, it is asked
   * before the ones already there.
   */
  public Context with(Derivation<?> derivation) {
    return new Context(values, rules.with(requireNonNull(derivation, "derivation")));
  }

  /** Returns this context with all of {@code newer} added to it, as if after what is here. */
  public Context merge(Context newer) {
    if (this == EMPTY) {
      return newer;
    }
    Context merged = new Context(values, rules.merge(newer.rules));
    for (Outcome.Explicit each : newer.values()) {
      merged = merged.with(each.at(merged.values.placeOf(each.key())));
    }
    return merged;
  }

  /** Returns the explicit value of the key, the first if it has several. Derives nothing. */
  @SuppressWarnings("unchecked") // with and withCandidates put nothing else under a Key<T>
  public <T> Optional<T> get(Key<T> key) {
    Outcome.Explicit explicit = values.get(key);
    return explicit == null ? Optional.empty() : Optional.of((T) explicit.first());
  }

  /** Returns what was put here under the key, or null. */
  Outcome.@Nullable Explicit explicit(Key<?> key) {
    return values.get(key);
  }

  /** Returns the derivations. */
  Rules rules() {
    return rules;
  }

  /** Calls back with each key that has an explicit value, in no order. */
  void forEachKey(Consumer<Key<?>> action) {
    values.forEach(each -> action.accept(each.key()));
  }

  /** Returns all explicit values, in the order in which their keys were added. */
  List<Outcome.Explicit> values() {
    return values.inOrder();
  }

  /** Returns the keys that have explicit values; the values may be anything, and are not shown. */
  @Override
  public String toString() {
    return values().stream().map(each -> each.key().name()).collect(joining(", ", "{", "}"));
  }
}
