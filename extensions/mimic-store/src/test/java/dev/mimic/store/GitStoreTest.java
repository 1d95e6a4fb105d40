package dev.mimic.store;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitClient;
import dev.mimic.git.GitModule;
import dev.mimic.git.GitService;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that share a repository over an in-memory network.
 *
 * <pre>
 *   one  ----  shared.git  ----  two
 * </pre>
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class GitStoreTest {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new GitModule())
          .getInstance(MimicResolver.class);
  private static final GitClient CLIENT = GitClient.of(RESOLVER);

  @TempDir private Path folder;
  private Map<String, Repository> repositories;
  private FlowServer server;
  private GitStore one;
  private GitStore two;

  GitStoreTest() {}

  @BeforeEach
  void open() throws IOException {
    repositories = Map.of("shared.git", served("shared.git"), "empty.git", served("empty.git"));
    GitService service =
        GitService.of(path -> Optional.ofNullable(repositories.get(path))).withPushes();
    server = FlowServer.serve(RESOLVER.listen("git://localhost:0"), service::serve);
    one = GitStore.open(folder.resolve("one"));
    two = GitStore.open(folder.resolve("two"));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
    server.close();
    repositories.values().forEach(Repository::close);
  }

  private Repository served(String name) throws IOException {
    return StoreFolder.open(folder.resolve(name), "main");
  }

  private String shared() {
    return server.address() + "/shared.git";
  }

  private void share(String... keys) throws IOException {
    for (String key : keys) {
      one.set(key, "1");
    }
    one.push(CLIENT, shared());
    two.pull(CLIENT, shared());
  }

  /** Changes a and c on both sides. Store one also removes b, and pushes; store two changes b. */
  private void changeBothSides() throws IOException {
    share("a", "b", "c");
    one.set("a", "one");
    one.remove("b");
    one.set("c", "both");
    one.push(CLIENT, shared());
    two.set("a", "two");
    two.set("b", "two");
    two.set("c", "both");
  }

  @Test
  void open_existingStore_hasEarlierTexts() throws Exception {
    one.set("a", "1");
    one.set("b/c", "zwölf\n");
    one.set("a", "2");

    try (GitStore again = GitStore.open(folder.resolve("one"))) {
      assertThat(again.get("a")).hasValue("2");
      assertThat(again.get("b/c")).hasValue("zwölf\n");
      assertThat(again.get("c")).isEmpty();
      assertThat(again.keys()).containsExactly("a", "b/c").inOrder();
    }
  }

  @Test
  void history_severalChanges_isNewestFirst() throws Exception {
    one.set("a", "1");
    one.set("b", "1");
    one.set("a", "2");
    one.set("a", "2"); // changes nothing
    one.remove("a");

    assertThat(messages(one.history())).containsExactly("remove a", "set a", "set b", "set a");
    assertThat(messages(one.history("b"))).containsExactly("set b");
    assertThat(one.get("a")).isEmpty();
  }

  private static List<String> messages(List<StoreChange> changes) {
    return changes.stream().map(StoreChange::message).toList();
  }

  @Test
  void set_text_isReadableByGit() throws Exception {
    one.set("b/c", "text");

    assertThat(Programs.git(folder.resolve("one"), "show", "main:b/c")).isEqualTo("text");
    Programs.git(folder.resolve("one"), "fsck", "--full", "--strict");
  }

  @Test
  void pull_changesOfDifferentKeys_areMerged() throws Exception {
    share("a", "b", "c");
    one.set("a", "one");
    one.remove("c");
    two.set("b", "two");
    two.set("d", "two");
    one.push(CLIENT, shared());

    assertThat(two.pull(CLIENT, shared())).isTrue();

    assertThat(two.keys()).containsExactly("a", "b", "d");
    assertThat(two.get("a")).hasValue("one");
    assertThat(two.get("b")).hasValue("two");
    assertThat(two.pull(CLIENT, shared())).isFalse();
  }

  @Test
  void push_conflict_namesKeysAndKeepsBothSides() throws Exception {
    changeBothSides();
    List<StoreChange> before = two.history();

    StoreConflictException e =
        assertThrows(StoreConflictException.class, () -> two.push(CLIENT, shared()));

    assertThat(e.keys()).containsExactly("a", "b");
    assertThat(two.history()).isEqualTo(before);
    assertThat(two.get("a")).hasValue("two");
  }

  @Test
  void pull_withDecision_resolvesConflict() throws Exception {
    changeBothSides();

    two.pull(
        CLIENT,
        shared(),
        conflict ->
            conflict.key().equals("a")
                ? Optional.of(
                    conflict.base().orElseThrow()
                        + conflict.ours().orElseThrow()
                        + conflict.theirs().orElseThrow())
                : StoreConflict.Decision.THEIRS.decide(conflict));
    two.push(CLIENT, shared());
    one.pull(CLIENT, shared());

    assertThat(one.get("a")).hasValue("1twoone");
    assertThat(one.get("b")).isEmpty();
    assertThat(one.get("c")).hasValue("both");
  }

  @Test
  void push_concurrently_keepsAllChanges() throws Exception {
    share("a");
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> both =
          List.of(
              threads.submit(() -> write(one, "one", together)),
              threads.submit(() -> write(two, "two", together)));
      for (Future<?> each : both) {
        each.get();
      }
    }
    one.pull(CLIENT, shared());
    two.pull(CLIENT, shared());

    assertThat(one.keys()).isEqualTo(two.keys());
    for (String who : List.of("one", "two")) {
      assertThat(messages(one.history()))
          .containsAtLeastElementsIn(
              IntStream.range(0, 10).mapToObj(i -> "set %s/%d".formatted(who, i)).toList());
    }
    Programs.git(folder.resolve("shared.git"), "fsck", "--full");
  }

  private Void write(GitStore store, String who, CyclicBarrier together) throws Exception {
    for (int i = 0; i < 10; i++) {
      store.set(who + "/" + i, "x");
      together.await();
      store.push(CLIENT, shared());
    }
    return null;
  }

  @Test
  void push_emptyStore_isRefused() {
    StoreException e = assertThrows(StoreException.class, () -> one.push(CLIENT, shared()));

    assertThat(e).hasMessageThat().contains("nothing to push");
  }

  @Test
  void set_keyThatGitCannotStore_isRefused() throws Exception {
    for (String key : List.of("", "/a", "a//b", "a/", "../a", ".git/config", "a\0b")) {
      assertThrows(IllegalArgumentException.class, () -> one.set(key, "x"), key);
    }
    one.set("a/b", "x");

    StoreException e = assertThrows(StoreException.class, () -> one.set("a", "x"));
    assertThat(e).hasMessageThat().contains("a/b");
  }

  @Test
  void open_folderWithOtherFiles_isRefused() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createFile(other.resolve("mine"));

    assertThrows(StoreException.class, () -> GitStore.open(other));
  }

  @Test
  void pull_serverWithoutBranch_changesNothing() throws Exception {
    one.set("a", "one");
    one.push(CLIENT, shared());
    two.set("a", "two");
    assertThrows(StoreConflictException.class, () -> two.pull(CLIENT, shared()));

    boolean news = two.pull(CLIENT, server.address() + "/empty.git", StoreConflict.Decision.THEIRS);

    assertThat(news).isFalse();
    assertThat(two.get("a")).hasValue("two");
  }

  @Test
  void pull_keyThatIsFolderOnServer_conflicts() throws Exception {
    one.set("a/b", "one");
    one.push(CLIENT, shared());
    two.set("a", "two");

    StoreConflictException e =
        assertThrows(StoreConflictException.class, () -> two.pull(CLIENT, shared()));
    assertThat(e.keys()).containsExactly("a", "a/b");
    assertThat(two.pull(CLIENT, shared(), StoreConflict.Decision.THEIRS)).isTrue();
    assertThat(two.keys()).containsExactly("a/b");
  }

  @Test
  void pull_clientWithDepth_getsWholeHistory() throws Exception {
    share("a", "b");
    one.remove("a");
    one.push(CLIENT, shared());
    two.set("b", "two");

    two.pull(CLIENT.withDepth(1), shared());

    assertThat(two.keys()).containsExactly("b");
    assertThat(two.get("b")).hasValue("two");
  }

  @Test
  void set_besideLink_keepsLink() throws Exception {
    Path work = folder.resolve("work");
    one.set("text", "x");
    String unused = Programs.git(folder, "clone", "-q", folder.resolve("one").toString(), "work");
    Files.createSymbolicLink(work.resolve("link"), Path.of("text"));
    unused = Programs.git(work, "add", "link");
    unused = Programs.git(work, "commit", "-q", "-m", "link");
    unused = Programs.git(work, "push", "-q");

    assertThat(one.keys()).containsExactly("text");
    assertThrows(StoreException.class, () -> one.set("link", "y"));
    assertThrows(StoreException.class, () -> one.remove("link"));
    one.set("text", "y");
    assertThat(Programs.git(folder.resolve("one"), "ls-tree", "main", "link")).contains("120000");
  }
}
