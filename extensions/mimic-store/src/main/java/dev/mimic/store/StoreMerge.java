package dev.mimic.store;

import dev.mimic.store.StoredTree.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Merges two trees key by key: who has changed a key since the base has it; a key that both have
 * changed, and not alike, is a conflict.
 */
final class StoreMerge {
  private final StoredTree base;
  private final StoredTree ours;
  private final StoredTree theirs;
  private final StoredTree merged = StoredTree.empty();
  private final List<String> conflicts = new ArrayList<>();

  private StoreMerge(StoredTree base, StoredTree ours, StoredTree theirs) {
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
  }

  static StoreMerge of(StoredTree base, StoredTree ours, StoredTree theirs) {
    StoreMerge merge = new StoreMerge(base, ours, theirs);
    SortedSet<String> keys = new TreeSet<>(ours.entries().keySet());
    keys.addAll(theirs.entries().keySet());
    keys.forEach(merge::merge);
    merge.takeOutCollisions();
    return merge;
  }

  /** Makes conflicts of keys that are at the same time a folder of others, and of those. */
  private void takeOutCollisions() {
    for (String key : List.copyOf(merged.entries().keySet())) {
      List<String> under = merged.under(key);
      if (!under.isEmpty()) {
        conflicts.add(key);
        conflicts.addAll(under);
        merged.entries().remove(key);
        merged.entries().keySet().removeAll(under);
      }
    }
  }

  /** Returns whether a key in conflict is a text on each side where it is. */
  boolean isOfTexts(String key) {
    return ours(key).stream().allMatch(Entry::isText)
        && theirs(key).stream().allMatch(Entry::isText);
  }

  private void merge(String key) {
    Optional<Entry> our = entry(ours, key);
    Optional<Entry> their = entry(theirs, key);
    if (our.equals(their) || their.equals(entry(base, key))) {
      our.ifPresent(entry -> merged.entries().put(key, entry));
    } else if (our.equals(entry(base, key))) {
      their.ifPresent(entry -> merged.entries().put(key, entry));
    } else {
      conflicts.add(key);
    }
  }

  private static Optional<Entry> entry(StoredTree tree, String key) {
    return Optional.ofNullable(tree.entries().get(key));
  }

  /** Returns what is merged, without the keys in conflict. */
  StoredTree merged() {
    return merged;
  }

  List<String> conflicts() {
    return conflicts;
  }

  Optional<Entry> ours(String key) {
    return entry(ours, key);
  }

  Optional<Entry> theirs(String key) {
    return entry(theirs, key);
  }

  /** Returns what text a key had, if there was one. */
  Optional<Entry> base(String key) {
    return base.text(key);
  }
}
