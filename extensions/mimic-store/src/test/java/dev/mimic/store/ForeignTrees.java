package dev.mimic.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.peers.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/**
 * A writer and a reader of raw trees on the branch main, for entries that no store would write.
 * Each char of a name holds a byte.
 */
final class ForeignTrees {
  /** A name that is not UTF-8, followed by the same name in both normal forms of Unicode. */
  static final String LATIN = "\u00e9t\u00e9";

  static final String NFC = bytes("\u00e9t\u00e9");
  static final String NFD = bytes("e\u0301te\u0301");

  private static final String[] NAMES = {
    LATIN, NFC, NFD, "a", "b", "a.b", "a-b", "con", "x:y", "x\\y", "new\nline", "\u00ff\u0001", " "
  };
  private static final String[] MODES = {"100644", "100644", "100755", "120000", "160000"};
  private static final String[] ODD_MODES = {"100664", "0100644", "100600"};

  private final Repository repository;
  private final Path folder;

  ForeignTrees(Repository repository) {
    this.repository = repository;
    this.folder = repository.getDirectory().toPath();
  }

  static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  /** The mode and the object of an entry. */
  record Node(String mode, ObjectId id) {}

  ObjectId blob(String text) throws IOException {
    return insert(Constants.OBJ_BLOB, text.getBytes(UTF_8));
  }

  private ObjectId insert(int type, byte[] raw) throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(type, raw);
      inserter.flush();
      return id;
    }
  }

  /** Writes a tree of these names, in Git's order. */
  ObjectId tree(Map<String, Node> nodes) throws IOException {
    SortedMap<String, String> sorted = new TreeMap<>();
    nodes.forEach((name, node) -> sorted.put(isFolder(node) ? name + "/" : name, name));
    StringBuilder raw = new StringBuilder();
    for (String name : sorted.values()) {
      raw.append(entry(name, requireNonNull(nodes.get(name))));
    }
    return rawTree(raw.toString());
  }

  private static boolean isFolder(Node node) {
    return node.mode().endsWith("40000");
  }

  static String entry(String name, Node node) {
    byte[] id = new byte[Constants.OBJECT_ID_LENGTH];
    node.id().copyRawTo(id, 0);
    return node.mode() + ' ' + name + '\0' + new String(id, ISO_8859_1);
  }

  ObjectId rawTree(String raw) throws IOException {
    return insert(Constants.OBJ_TREE, raw.getBytes(ISO_8859_1));
  }

  /**
   * Creates a random tree of folders and files.
   *
   * @param odd whether modes can be some that Git does not write
   */
  ObjectId random(Random random, int depth, boolean odd) throws IOException {
    Map<String, Node> nodes = new TreeMap<>();
    for (String name : NAMES) {
      int kind = random.nextInt(4);
      if (kind == 0 && depth > 0) {
        nodes.put(name, new Node(odd ? "040000" : "40000", random(random, depth - 1, odd)));
      } else if (kind > 1) {
        String[] modes = odd && random.nextBoolean() ? ODD_MODES : MODES;
        String mode = modes[random.nextInt(modes.length)];
        nodes.put(name, new Node(mode, blob(name + random.nextInt(3))));
      }
    }
    if (nodes.isEmpty() && !odd) {
      nodes.put("a", new Node("100644", blob("a")));
    }
    return tree(nodes);
  }

  /** Commits a tree on top of main. */
  void commit(ObjectId tree) throws IOException {
    Ref main = repository.exactRef("refs/heads/main");
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    if (main != null) {
      commit.setParentId(main.getObjectId());
    }
    commit.setAuthor(new PersonIdent("A", "a@b"));
    commit.setCommitter(new PersonIdent("A", "a@b"));
    commit.setMessage("foreign");
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = repository.updateRef("refs/heads/main");
      update.setNewObjectId(id);
      RefUpdate.Result unused = update.forceUpdate();
    }
  }

  ObjectId tip() throws IOException {
    return repository.exactRef("refs/heads/main").getObjectId();
  }

  /** Returns the raw entries of main by path: all that are not folders, and empty folders. */
  SortedMap<String, Node> entries() throws IOException {
    SortedMap<String, Node> found = new TreeMap<>();
    read(repository.parseCommit(tip()).getTree().getId(), "", found);
    return found;
  }

  private void read(ObjectId tree, String at, Map<String, Node> found) throws IOException {
    String raw = new String(repository.open(tree).getBytes(), ISO_8859_1);
    int next = 0;
    while (next < raw.length()) {
      int name = raw.indexOf(' ', next) + 1;
      int id = raw.indexOf('\0', name) + 1;
      Node node =
          new Node(
              raw.substring(next, name - 1),
              ObjectId.fromRaw(raw.substring(id, id + 20).getBytes(ISO_8859_1)));
      String path = at + raw.substring(name, id - 1);
      if (isFolder(node) && repository.open(node.id()).getSize() > 0) {
        read(node.id(), path + "/", found);
      } else {
        found.put(path, node);
      }
      next = id + 20;
    }
  }

  /** Returns the output of {@code git ls-tree -r -z} for main, as modes and ids by path. */
  SortedMap<String, String> listedByGit() throws IOException {
    Path out = Files.createTempFile(folder, "listed", ".txt");
    String unused = Programs.run(folder, "sh", "-c", "git ls-tree -r -z main >'" + out + "'");
    String all = new String(Files.readAllBytes(out), ISO_8859_1);
    Files.delete(out);
    SortedMap<String, String> listed = new TreeMap<>();
    for (String line : all.split("\0", -1)) {
      if (!line.isEmpty()) {
        int tab = line.indexOf('\t');
        listed.put(line.substring(tab + 1), line.substring(0, tab));
      }
    }
    return listed;
  }

  /** Returns the raw bytes of the root tree of main. */
  String rawRoot() throws IOException {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    raw.writeBytes(repository.open(repository.parseCommit(tip()).getTree().getId()).getBytes());
    return raw.toString(ISO_8859_1);
  }
}
