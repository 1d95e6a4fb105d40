package dev.mimic.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Comparator.comparing;
import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;
import static org.eclipse.jgit.lib.Constants.OBJ_TREE;

import com.google.common.base.CharMatcher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * The trees of a repository, and new trees that stay in memory until a commit needs them.
 *
 * <p>The tree readers and writers of JGit normalize modes, order and encodings. Those of this class
 * keep each entry unchanged, so that a store does not alter the entries of others. Not thread-safe.
 */
final class TreeObjects {
  private static final int MAX_TREE_BYTES = 1 << 28;
  private static final CharMatcher OCTAL = CharMatcher.inRange('0', '7');
  private static final int MAX_MODE_DIGITS = 8;

  /**
   * An entry of a tree. Each char of the strings holds a byte, because the encoding of a name is
   * unknown. The mode is a string because it can have more leading zeros than Git writes.
   */
  record Entry(String mode, String name, ObjectId id) {
    static final String FILE = "100644";
    static final String FOLDER = "40000";

    /** Git's order, in which a folder is sorted as if its name ended in a slash. */
    static final Comparator<Entry> ORDER =
        comparing(entry -> entry.isFolder() ? entry.name + "/" : entry.name);

    boolean isText() {
      return type() == FileMode.TYPE_FILE;
    }

    boolean isFolder() {
      return type() == FileMode.TYPE_TREE;
    }

    private int type() {
      return Integer.parseInt(mode, 8) & FileMode.TYPE_MASK;
    }
  }

  private final Repository repository;
  private final Map<ObjectId, byte[]> made = new HashMap<>();

  TreeObjects(Repository repository) {
    this.repository = repository;
  }

  StoredTree ofCommit(AnyObjectId commit) throws IOException {
    return new StoredTree(this, repository.parseCommit(commit).getTree().copy());
  }

  /** Returns the entries of a tree in stored order. */
  List<Entry> read(ObjectId tree) throws IOException {
    byte[] raw = made.get(tree);
    return parse(
        tree, raw == null ? repository.open(tree, OBJ_TREE).getCachedBytes(MAX_TREE_BYTES) : raw);
  }

  private static List<Entry> parse(ObjectId tree, byte[] raw) throws StoreException {
    List<Entry> entries = new ArrayList<>();
    int next = 0;
    while (next < raw.length) {
      int name = RawParseUtils.next(raw, next, ' ');
      int id = RawParseUtils.next(raw, name, '\0');
      String mode = new String(raw, next, name - 1 - next, ISO_8859_1);
      if (id + OBJECT_ID_LENGTH > raw.length || !isMode(mode)) {
        throw new StoreException("the tree %s is damaged: run git fsck".formatted(tree.name()));
      }
      entries.add(
          new Entry(
              mode, new String(raw, name, id - 1 - name, ISO_8859_1), ObjectId.fromRaw(raw, id)));
      next = id + OBJECT_ID_LENGTH;
    }
    return entries;
  }

  private static boolean isMode(String text) {
    return !text.isEmpty() && text.length() <= MAX_MODE_DIGITS && OCTAL.matchesAllOf(text);
  }

  /** Creates a tree of these entries in memory. */
  ObjectId make(List<Entry> entries) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    byte[] id = new byte[OBJECT_ID_LENGTH];
    for (Entry entry : entries) {
      raw.writeBytes((entry.mode() + ' ' + entry.name() + '\0').getBytes(ISO_8859_1));
      entry.id().copyRawTo(id, 0);
      raw.writeBytes(id);
    }
    byte[] bytes = raw.toByteArray();
    try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
      ObjectId tree = formatter.idFor(OBJ_TREE, bytes);
      made.put(tree, bytes);
      return tree;
    }
  }

  /** Writes a tree and its subtrees, except those that are already in the repository. */
  void write(ObjectId tree, ObjectInserter inserter) throws IOException {
    byte[] raw = made.get(tree);
    if (raw == null) {
      return;
    }
    for (Entry entry : parse(tree, raw)) {
      if (entry.isFolder()) {
        write(entry.id(), inserter);
      }
    }
    ObjectId unused = inserter.insert(OBJ_TREE, raw);
  }
}
