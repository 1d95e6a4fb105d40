package dev.mimic.store;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.store.ForeignTrees.LATIN;
import static dev.mimic.store.ForeignTrees.NFC;
import static dev.mimic.store.ForeignTrees.NFD;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.git.GitClient;
import dev.mimic.git.GitModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.peers.Programs;
import dev.mimic.store.ForeignTrees.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores on trees with names and modes that a store would not write. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class ForeignTreeTest {
  private static final GitClient CLIENT =
      GitClient.of(
          Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new GitModule())
              .getInstance(MimicResolver.class));

  @TempDir private Path folder;
  private Repository oneRepository;
  private Repository twoRepository;
  private ForeignTrees one;
  private ForeignTrees two;
  private GitStore ours;
  private GitStore theirs;

  ForeignTreeTest() {}

  @BeforeEach
  void open() throws IOException {
    oneRepository = repository("one");
    twoRepository = repository("two");
    one = new ForeignTrees(oneRepository);
    two = new ForeignTrees(twoRepository);
    ours = GitStore.of(oneRepository, "main");
    theirs = GitStore.of(twoRepository, "main");
  }

  private Repository repository(String name) throws IOException {
    Repository repository =
        new FileRepositoryBuilder().setGitDir(folder.resolve(name).toFile()).setBare().build();
    repository.create(true);
    return repository;
  }

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
    oneRepository.close();
    twoRepository.close();
  }

  private void pull() throws IOException {
    boolean unused = ours.pull(CLIENT, folder.resolve("two").toString());
  }

  private Map<String, Node> nodes() throws IOException {
    Map<String, Node> nodes = new TreeMap<>();
    nodes.put(LATIN, new Node("100644", one.blob("latin")));
    nodes.put(NFC, new Node("100644", one.blob("nfc")));
    nodes.put(NFD, new Node("100644", one.blob("nfd")));
    nodes.put("run", new Node("100755", one.blob("run")));
    nodes.put("link", new Node("120000", one.blob("run")));
    nodes.put("module", new Node("160000", one.blob("commit")));
    return nodes;
  }

  @Test
  void set_besideOddNamesAndModes_keepsThem() throws Exception {
    Map<String, Node> nodes = nodes();
    nodes.put("folder", new Node("40000", one.tree(nodes)));
    one.commit(one.tree(nodes));
    SortedMap<String, String> before = one.listedByGit();

    ours.set("folder/new", "1");
    ours.set("zz", "2");
    ours.set("folder/run", "changed");
    ours.remove("zz");

    SortedMap<String, String> after = one.listedByGit();
    assertThat(after.remove("folder/new")).startsWith("100644 blob");
    assertThat(after.put("folder/run", before.get("folder/run"))).startsWith("100755 blob");
    assertThat(after).isEqualTo(before);
    assertFsck();
  }

  @Test
  void set_besideForbiddenEntries_keepsThem() throws Exception {
    ObjectId blob = one.blob("x");
    ObjectId empty = one.tree(Map.of());
    List<String> odd =
        List.of(
            ForeignTrees.entry("twice", new Node("100644", blob)),
            ForeignTrees.entry("twice", new Node("100755", one.blob("y"))),
            ForeignTrees.entry("group", new Node("100664", blob)),
            ForeignTrees.entry("zeros", new Node("0100644", blob)),
            ForeignTrees.entry(".git", new Node("100644", blob)),
            ForeignTrees.entry("a/b", new Node("100644", blob)),
            ForeignTrees.entry("", new Node("100644", blob)),
            ForeignTrees.entry("none", new Node("040000", empty)),
            ForeignTrees.entry(
                "a", new Node("40000", one.tree(Map.of("b", new Node("100644", blob))))));
    one.commit(one.rawTree(String.join("", odd)));

    ours.set("m", "1");
    ours.set("m", "2");

    String raw = one.rawRoot();
    for (String each : odd) {
      assertThat(raw).contains(each);
    }
    assertThat(ours.keys()).containsExactly(".git", "a/b", "group", "m", "zeros");
    assertThrows(StoreException.class, () -> ours.set("twice", "1"));
    assertThrows(StoreException.class, () -> ours.remove("twice"));
  }

  @Test
  void keys_foreignNames_canBeReadAndRemoved() throws Exception {
    Map<String, Node> nodes = nodes();
    for (String name : List.of("a\\.git", ".git", "git~1", "con", "x:y", "a\nb", "..", "t ")) {
      nodes.put(name, new Node("100644", one.blob("text")));
    }
    String deep = "d/".repeat(600) + "d";
    one.commit(one.tree(nodes));
    List<String> keys = ours.keys();
    assertThat(keys).containsAtLeast("\u00e9t\u00e9", "e\u0301te\u0301", "a\nb", "..", ".git");
    assertThat(keys).hasSize(11);

    for (String key : keys) {
      assertWithMessage(key).that(ours.get(key)).isPresent();
      ours.remove(key);
      assertWithMessage(key).that(ours.get(key)).isEmpty();
    }

    assertThat(ours.keys()).isEmpty();
    assertThat(one.entries().keySet()).containsExactly(LATIN, "link", "module");
    assertThat(ours.get(deep)).isEmpty();
    for (StoreChange change : ours.history()) {
      assertThat(change.message()).doesNotContain("\n");
    }
  }

  @Test
  void keys_beyondDepthLimit_areKept() throws Exception {
    ObjectId tree = one.tree(Map.of("file", new Node("100644", one.blob("x"))));
    for (int depth = 0; depth < 600; depth++) {
      tree = one.tree(Map.of("d", new Node("40000", tree)));
    }
    one.commit(tree);
    SortedMap<String, Node> before = one.entries();

    ours.set("d/d/new", "1");
    assertThat(ours.keys()).containsExactly("d/d/new");
    ours.remove("d/d/new");

    assertThat(one.entries()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void changes_randomTrees_keepOtherEntries(long seed) throws Exception {
    Random random = new Random(seed);
    boolean odd = seed % 3 == 0;
    one.commit(one.random(random, 3, odd));
    for (int i = 0; i < 6; i++) {
      SortedMap<String, Node> before = one.entries();
      SortedMap<String, String> listed = one.listedByGit();
      String key = change(ours, random, i);
      SortedMap<String, Node> after = one.entries();
      SortedMap<String, String> listedAfter = one.listedByGit();
      for (Map<?, ?> each : List.of(before, after, listed, listedAfter)) {
        each.remove(key);
      }
      assertWithMessage(key).that(after).isEqualTo(before);
      assertWithMessage(key).that(listedAfter).isEqualTo(listed);
    }
    if (!odd) {
      assertFsck();
    }
  }

  /** Sets or removes a random key, and returns its bytes. */
  private static String change(GitStore store, Random random, int number) throws IOException {
    List<String> keys = store.keys().stream().filter(ForeignTreeTest::canBeSet).toList();
    String key =
        keys.isEmpty() || random.nextInt(3) == 0
            ? "new%d/%d".formatted(number, random.nextInt(3))
            : keys.get(random.nextInt(keys.size()));
    if (random.nextInt(3) == 0) {
      store.remove(key);
    } else {
      store.set(key, "text " + random.nextInt());
    }
    return ForeignTrees.bytes(key);
  }

  private static boolean canBeSet(String key) {
    return key.matches("[a-z./\u00e9\u0301-]+") && !key.contains("con");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void pull_randomTrees_mergesAsGit(long seed) throws Exception {
    Random random = new Random(seed);
    boolean odd = seed % 3 == 0;
    one.commit(one.random(random, 2, odd));
    boolean unused = theirs.pull(CLIENT, folder.resolve("one").toString());
    SortedMap<String, Node> base = one.entries();
    for (int i = 0; i < 4; i++) {
      String ignored = change(ours, random, i);
      ignored = change(theirs, random, i + 10);
    }
    SortedMap<String, Node> ourEntries = one.entries();
    SortedMap<String, Node> theirEntries = two.entries();
    ObjectId tip = one.tip();

    try {
      pull();
    } catch (StoreConflictException e) {
      assertThat(one.tip()).isEqualTo(tip);
      return;
    }

    SortedMap<String, Node> merged = one.entries();
    for (SortedMap<String, Node> each : List.of(base, ourEntries, theirEntries, merged)) {
      for (String path : each.keySet()) {
        Node expected =
            Objects.equals(ourEntries.get(path), base.get(path))
                ? theirEntries.get(path)
                : ourEntries.get(path);
        assertWithMessage(path).that(merged.get(path)).isEqualTo(expected);
      }
    }
    if (!odd) {
      String mergedByGit =
          Programs.git(
                  oneRepository.getDirectory().toPath(),
                  "-c",
                  "merge.renames=false",
                  "merge-tree",
                  "--write-tree",
                  "--no-messages",
                  tip.name(),
                  two.tip().name())
              .strip();
      assertThat(oneRepository.parseCommit(one.tip()).getTree().name()).isEqualTo(mergedByGit);
      assertFsck();
    }
  }

  @Test
  void pull_changedNameNotUtf8_keepsItsBytes() throws Exception {
    Map<String, Node> nodes = nodes();
    one.commit(one.tree(nodes));
    boolean unused = theirs.pull(CLIENT, folder.resolve("one").toString());
    Node changed = new Node("100755", two.blob("changed"));
    nodes.put(LATIN, changed);
    two.commit(two.tree(nodes));
    ours.set("a", "1");

    pull();

    assertThat(one.entries()).containsEntry(LATIN, changed);
    assertThat(ours.get("a")).hasValue("1");
    assertFsck();
  }

  @Test
  void pull_conflictInNameNotUtf8_changesNothing() throws Exception {
    Map<String, Node> nodes = nodes();
    one.commit(one.tree(nodes));
    boolean unused = theirs.pull(CLIENT, folder.resolve("one").toString());
    nodes.put(LATIN, new Node("100644", two.blob("theirs")));
    two.commit(two.tree(nodes));
    nodes.put(LATIN, new Node("100644", one.blob("ours")));
    one.commit(one.tree(nodes));
    ObjectId tip = one.tip();

    StoreConflictException e =
        assertThrows(
            StoreConflictException.class,
            () ->
                ours.pull(CLIENT, folder.resolve("two").toString(), StoreConflict.Decision.THEIRS));

    assertThat(e.keys()).containsExactly("\ufffdt\ufffd");
    assertThat(one.tip()).isEqualTo(tip);
  }

  @Test
  void pull_decidedConflict_keepsModeOfItsSide() throws Exception {
    Map<String, Node> nodes = nodes();
    one.commit(one.tree(nodes));
    boolean unused = theirs.pull(CLIENT, folder.resolve("one").toString());
    ours.set("run", "ours");
    theirs.set("run", "theirs");

    unused = ours.pull(CLIENT, folder.resolve("two").toString(), StoreConflict.Decision.THEIRS);

    assertThat(ours.get("run")).hasValue("theirs");
    assertThat(Objects.requireNonNull(one.entries().get("run")).mode()).isEqualTo("100755");
  }

  private void assertFsck() throws IOException {
    String unused =
        Programs.run(
            oneRepository.getDirectory().toPath(), "git", "fsck", "--strict", "--no-dangling");
  }
}
