package dev.mimic.git;

import dev.mimic.git.StoredTree.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Merges two trees key by key: who has changed a key since the base has it; a key that both have
 * changed, and not alike, is a conflict. Where there are several bases, a key is unchanged on a
 * side if it is as it was in all of them.
 */
final class StoreMerge {
  private final List<StoredTree> bases;
  private final StoredTree ours;
  private final StoredTree theirs;
  private final StoredTree merged = StoredTree.empty();
  private final List<String> conflicts = new ArrayList<>();

  private StoreMerge(List<StoredTree> bases, StoredTree ours, StoredTree theirs) {
    this.bases = bases;
    this.ours = ours;
    this.theirs = theirs;
  }

  static StoreMerge of(List<StoredTree> bases, StoredTree ours, StoredTree theirs) {
    StoreMerge merge = new StoreMerge(bases, ours, theirs);
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
    if (our.equals(their) || isUnchanged(key, their)) {
      our.ifPresent(entry -> merged.entries().put(key, entry));
    } else if (isUnchanged(key, our)) {
      their.ifPresent(entry -> merged.entries().put(key, entry));
    } else {
      conflicts.add(key);
    }
  }

  private boolean isUnchanged(String key, Optional<Entry> entry) {
    // Without a common base, a key that is on one side only is new there.
    return bases.isEmpty()
        ? entry.isEmpty()
        : bases.stream().allMatch(base -> Objects.equals(entry(base, key), entry));
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

  /** Returns what a key was, where all bases agree about it. */
  Optional<Entry> base(String key) {
    List<Optional<Entry>> all = bases.stream().map(base -> entry(base, key)).distinct().toList();
    return all.size() == 1 ? all.getFirst().filter(Entry::isText) : Optional.empty();
  }
}
