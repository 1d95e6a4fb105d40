package dev.mimic.store;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.util.List;
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
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
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

  /** Reads a commit. */
  static StoredTree of(Repository repository, AnyObjectId commit) throws IOException {
    StoredTree read = empty();
    try (RevWalk commits = new RevWalk(repository);
        TreeWalk walk = new TreeWalk(commits.getObjectReader())) {
      walk.setRecursive(true);
      int unused = walk.addTree(commits.parseCommit(commit).getTree());
      while (walk.next()) {
        read.entries.put(walk.getPathString(), new Entry(walk.getFileMode(), walk.getObjectId(0)));
      }
    }
    return read;
  }

  Optional<Entry> text(String key) {
    return Optional.ofNullable(entries.get(key)).filter(Entry::isText);
  }

  /** Sets a text; what is executable stays so. */
  void put(String key, ObjectId text) throws StoreException {
    requireNothingElse(key);
    FileMode mode = text(key).map(Entry::mode).orElse(FileMode.REGULAR_FILE);
    entries.put(key, new Entry(mode, text));
  }

  /** Removes a text, if it is there. */
  void remove(String key) throws StoreException {
    requireNothingElse(key);
    entries.remove(key);
  }

  private void requireNothingElse(String key) throws StoreException {
    if (entries.containsKey(key) && text(key).isEmpty()) {
      throw new StoreException(
          "%s is a link or a module in the repository: use another key".formatted(key));
    }
  }

  StoredTree copy() {
    return new StoredTree(new TreeMap<>(entries));
  }

  /** Returns the keys that have this one for a folder. */
  List<String> under(String key) {
    return List.copyOf(entries.subMap(key + "/", key + "0").keySet()); // 0 comes after /
  }

  /** Checks that no key is at the same time a folder of others, which Git cannot keep. */
  void check() throws StoreException {
    for (String key : entries.keySet()) {
      List<String> under = under(key);
      if (!under.isEmpty()) {
        throw new StoreException(
            "%s cannot have a text, for there is %s: use other keys"
                .formatted(key, under.getFirst()));
      }
    }
  }

  ObjectId write(ObjectInserter inserter) throws IOException {
    DirCache index = DirCache.newInCore();
    DirCacheBuilder builder = index.builder();
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      DirCacheEntry entry = entry(each.getKey());
      entry.setFileMode(each.getValue().mode());
      entry.setObjectId(each.getValue().id());
      builder.add(entry);
    }
    builder.finish();
    return index.writeTree(inserter);
  }

  private static DirCacheEntry entry(String path) throws StoreException {
    try {
      return new DirCacheEntry(path);
    } catch (InvalidPathException e) {
      throw new StoreException("what others have stored has a path that is not safe: " + path, e);
    }
  }

  /** Checks that a key can be a path in any repository. */
  static String checkKey(String key) {
    try {
      // Not in one line, it would break those of messages and lists.
      DirCacheEntry unused = new DirCacheEntry(CharMatcher.javaIsoControl().replaceFrom(key, "//"));
      return key;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "key (%s) must be words with / between them, and none of them . or .. or .git"
              .formatted(key),
          e);
    }
  }
}
