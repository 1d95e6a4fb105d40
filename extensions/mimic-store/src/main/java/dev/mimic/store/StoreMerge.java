package dev.mimic.store;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Sets;
import dev.mimic.store.TreeObjects.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A three-way merge of trees, entry by entry. An entry that only one side has changed since the
 * base is taken from that side, with its mode and the bytes of its name. An entry that both sides
 * have changed differently is a conflict. So are a file and a folder of the same name. Folders that
 * only one side has changed are not read.
 */
final class StoreMerge {
  private final TreeObjects objects;
  private final List<StoreKey> conflicts = new ArrayList<>();

  private StoreMerge(TreeObjects objects) {
    this.objects = objects;
  }

  /**
   * The result of a merge.
   *
   * @param tree the merged entries, without the paths in conflict
   */
  record Result(StoredTree tree, List<StoreKey> conflicts) {}

  /** Merges trees of the same {@link TreeObjects}. */
  static Result of(StoredTree base, StoredTree ours, StoredTree theirs) throws IOException {
    StoreMerge merge = new StoreMerge(ours.objects());
    ObjectId merged = merge.merge(StoreKey.ROOT, base.id(), ours.id(), theirs.id());
    return new Result(
        new StoredTree(ours.objects(), merged), merge.conflicts.stream().sorted().toList());
  }

  private ObjectId merge(StoreKey at, ObjectId base, ObjectId ours, ObjectId theirs)
      throws IOException {
    Optional<ObjectId> simple = pick(base, ours, theirs);
    if (simple.isPresent()) {
      return simple.orElseThrow();
    }
    if (at.names().size() >= StoredTree.MAX_DEPTH) {
      throw new StoreException(
          "%s is nested too deeply to be merged by this store: merge it with git".formatted(at));
    }
    ListMultimap<String, Entry> ofBase = byName(base);
    ListMultimap<String, Entry> ofOurs = byName(ours);
    ListMultimap<String, Entry> ofTheirs = byName(theirs);
    List<Entry> merged = new ArrayList<>(objects.read(ours)); // keeps their order
    for (String name : Sets.union(ofOurs.keySet(), ofTheirs.keySet())) {
      List<Entry> before = ofOurs.get(name);
      List<Entry> after = merge(at.child(name), ofBase.get(name), before, ofTheirs.get(name));
      if (!after.equals(before)) {
        merged.removeAll(before);
        after.forEach(entry -> StoredTree.insert(merged, entry));
      }
    }
    return objects.make(merged);
  }

  private ListMultimap<String, Entry> byName(ObjectId tree) throws IOException {
    return Multimaps.index(objects.read(tree), Entry::name);
  }

  /** Merges the entries of one name: a file, a folder, or duplicates that others have committed. */
  private List<Entry> merge(StoreKey at, List<Entry> base, List<Entry> ours, List<Entry> theirs)
      throws IOException {
    Optional<List<Entry>> simple = pick(base, ours, theirs);
    if (simple.isPresent()) {
      return simple.orElseThrow();
    }
    Optional<List<Entry>> files = pick(files(base), files(ours), files(theirs));
    if (files.isEmpty()) {
      conflicts.add(at);
    }
    List<Entry> merged = new ArrayList<>(files.orElse(List.of()));
    List<Entry> folders = folders(at, folders(base), folders(ours), folders(theirs));
    if (!merged.isEmpty() && !folders.isEmpty()) {
      conflicts.add(at);
      for (Entry folder : folders) {
        new StoredTree(objects, folder.id()).addFiles(at, conflicts);
      }
      return List.of();
    }
    merged.addAll(folders);
    return merged;
  }

  private List<Entry> folders(StoreKey at, List<Entry> base, List<Entry> ours, List<Entry> theirs)
      throws IOException {
    Optional<List<Entry>> simple = pick(base, ours, theirs);
    if (simple.isPresent()) {
      return simple.orElseThrow();
    }
    if (base.size() > 1 || ours.size() > 1 || theirs.size() > 1) {
      conflicts.add(at);
      return List.of();
    }
    StoredTree merged =
        new StoredTree(objects, merge(at, folder(base), folder(ours), folder(theirs)));
    if (merged.entries().isEmpty()) {
      return List.of();
    }
    Entry like = ours.isEmpty() ? theirs.getFirst() : ours.getFirst();
    return List.of(new Entry(like.mode(), like.name(), merged.id()));
  }

  private ObjectId folder(List<Entry> folders) {
    return folders.isEmpty() ? StoredTree.empty(objects).id() : folders.getFirst().id();
  }

  private static List<Entry> files(List<Entry> entries) {
    return entries.stream().filter(entry -> !entry.isFolder()).toList();
  }

  private static List<Entry> folders(List<Entry> entries) {
    return entries.stream().filter(Entry::isFolder).toList();
  }

  /** Returns the value of the side that has changed it, or empty if both have, differently. */
  private static <T> Optional<T> pick(T base, T ours, T theirs) {
    if (ours.equals(theirs) || theirs.equals(base)) {
      return Optional.of(ours);
    }
    return ours.equals(base) ? Optional.of(theirs) : Optional.empty();
  }
}
