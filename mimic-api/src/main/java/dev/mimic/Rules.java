package dev.mimic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The derivations in a {@link Context}. Immutable: {@code with} returns others, in next to constant
 * time. What they come to is worked out once, when they are first asked for, in time in proportion
 * to their number; contexts that differ only in their values share it.
 */
final class Rules {
  static final Rules NONE = new Rules(KeyMap.empty());

  private final KeyMap<Added> byKey;
  private volatile @Nullable RuleGraph graph; // each thread that is first makes an equal one

  /** The derivations of one key: the newest, and those that were added before it. */
  private record Added(Derivation<?> newest, @Nullable Added older) {}

  private Rules(KeyMap<Added> byKey) {
    this.byKey = byKey;
  }

  /** Returns these and one more. */
  Rules with(Derivation<?> derivation) {
    Key<?> key = derivation.key();
    return new Rules(byKey.with(key, new Added(derivation, byKey.get(key))));
  }

  /** Returns these, and then the newer ones. */
  Rules merge(Rules newer) {
    List<Derivation<?>> all = new ArrayList<>();
    newer.byKey.forEach((key, added) -> all.addAll(newestFirst(added).reversed()));
    Rules merged = this;
    for (Derivation<?> each : all) {
      merged = merged.with(each);
    }
    return merged;
  }

  private static List<Derivation<?>> newestFirst(Added added) {
    List<Derivation<?>> all = new ArrayList<>();
    for (Added at = added; at != null; at = at.older()) {
      all.add(at.newest());
    }
    return all;
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** Returns whether the key has derivations. */
  boolean has(Key<?> key) {
    return byKey.get(key) != null;
  }

  RuleGraph graph() {
    RuleGraph known = graph;
    if (known == null) {
      List<List<Derivation<?>>> all = new ArrayList<>();
      byKey.forEach((key, added) -> all.add(newestFirst(added)));
      known = new RuleGraph(all);
      graph = known;
    }
    return known;
  }
}
