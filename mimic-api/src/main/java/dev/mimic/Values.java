package dev.mimic;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The explicit values in a {@link Context}. Immutable: {@code with} returns others, in next to
 * constant time.
 *
 * <p>The newest few are a chain, which is the quickest to add to and to look through; when there
 * are more, they go into a map.
 */
final class Values {
  static final Values NONE = new Values();

  private static final int MAX_RECENT = 8;

  private final KeyMap<Outcome.Explicit> older;
  private final Outcome.@Nullable Explicit newest; // null if there are none
  private final @Nullable Values before; // the others of the chain; null if there are none
  private final int places; // how many keys have had a value
  private @Nullable KeyMap<Outcome.Explicit> all; // each thread that is first makes an equal one

  private Values() {
    this.older = KeyMap.empty();
    this.newest = null;
    this.before = null;
    this.places = 0;
  }

  private Values(Outcome.Explicit newest, Values others) {
    boolean isFull = others.recent() == MAX_RECENT;
    this.older = isFull ? others.all() : others.older;
    this.newest = newest;
    this.before = isFull || others.newest == null ? null : others;
    this.places = Math.max(others.places, newest.place() + 1);
  }

  /** Returns these with another one, in place of the one that its key had. */
  Values with(Outcome.Explicit explicit) {
    return new Values(explicit, this);
  }

  /** Returns how long the chain is. */
  private int recent() {
    int count = 0;
    for (Values at = this; at != null && at.newest != null; at = at.before) {
      count++;
    }
    return count;
  }

  /** Returns a map of them all; it is kept, for many may be made of one that is ready. */
  private KeyMap<Outcome.Explicit> all() {
    KeyMap<Outcome.Explicit> known = all;
    if (known == null) {
      known = older;
      for (Outcome.Explicit each : newestFirst().reversed()) {
        known = known.with(each.key(), each);
      }
      all = known;
    }
    return known;
  }

  private List<Outcome.Explicit> newestFirst() {
    List<Outcome.Explicit> chain = new ArrayList<>(MAX_RECENT);
    for (Values at = this; at != null && at.newest != null; at = at.before) {
      chain.add(at.newest);
    }
    return chain;
  }

  /** Returns what the key has, or null. */
  Outcome.@Nullable Explicit get(Key<?> key) {
    for (Values at = this; at != null; at = at.before) {
      Outcome.Explicit each = at.newest;
      if (each != null && each.key() == key) {
        return each;
      }
    }
    return older.isEmpty() ? null : older.get(key);
  }

  /** Returns the place of the key among those that have had values: behind them if it has none. */
  int placeOf(Key<?> key) {
    Outcome.Explicit known = get(key);
    return known == null ? places : known.place();
  }

  /** Calls back with each of them, in no order. */
  void forEach(Consumer<Outcome.Explicit> action) {
    for (Values at = this; at != null; at = at.before) {
      acceptUnlessReplaced(at.newest, action);
    }
    older.forEach((key, each) -> acceptUnlessReplaced(each, action));
  }

  private void acceptUnlessReplaced(
      Outcome.@Nullable Explicit explicit, Consumer<Outcome.Explicit> action) {
    if (explicit != null && get(explicit.key()) == explicit) {
      action.accept(explicit);
    }
  }

  /** Returns all of them, in the order in which their keys were added. */
  List<Outcome.Explicit> inOrder() {
    List<Outcome.Explicit> all = new ArrayList<>(places);
    forEach(all::add);
    all.sort(comparingInt(Outcome.Explicit::place));
    return all;
  }
}
