package dev.mimic.git;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.InvalidPathException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * What a commit holds: a blob for each path. Links and modules are kept as they are found; only
 * files are texts. Not thread-safe.
 */
record StoredTree(SortedMap<String, Entry> entries) {

  record Entry(FileMode mode, ObjectId id) {
    boolean isText() {
      return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
    }
  }

  static StoredTree empty() {
    return new StoredTree(new TreeMap<>());
  }

  static StoredTree read(ObjectReader reader, AnyObjectId tree) throws IOException {
    StoredTree read = empty();
    try (TreeWalk walk = new TreeWalk(reader)) {
      walk.setRecursive(true);
      int unused = walk.addTree(tree);
      while (walk.next()) {
        read.entries.put(walk.getPathString(), new Entry(walk.getFileMode(), walk.getObjectId(0)));
      }
    }
    return read;
  }

  Optional<Entry> text(String key) {
    return Optional.ofNullable(entries.get(key)).filter(Entry::isText);
  }

  /** Sets a text, or removes it if there is none. */
  void put(String key, Optional<ObjectId> text) {
    text.ifPresentOrElse(
        id -> entries.put(key, new Entry(FileMode.REGULAR_FILE, id)), () -> entries.remove(key));
  }

  StoredTree copy() {
    return new StoredTree(new TreeMap<>(entries));
  }

  /** Checks that no key is at the same time a folder of others, which Git cannot keep. */
  void check() throws GitException {
    for (String key : entries.keySet()) {
      SortedMap<String, Entry> under = entries.subMap(key + "/", key + "0"); // 0 comes after /
      if (!under.isEmpty()) {
        throw new GitException(
            "%s cannot have a text, for there is %s: use other keys"
                .formatted(key, under.firstKey()));
      }
    }
  }

  ObjectId write(ObjectInserter inserter) throws IOException {
    DirCache index = DirCache.newInCore();
    DirCacheBuilder builder = index.builder();
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      DirCacheEntry entry = new DirCacheEntry(each.getKey());
      entry.setFileMode(each.getValue().mode());
      entry.setObjectId(each.getValue().id());
      builder.add(entry);
    }
    builder.finish();
    return index.writeTree(inserter);
  }

  /** Checks that a key can be a path in any repository. */
  static String checkKey(String key) {
    try {
      DirCacheEntry unused = new DirCacheEntry(key);
      return key;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "key (%s) must be words with / between them, and none of them . or .. or .git"
              .formatted(key),
          e);
    }
  }
}
