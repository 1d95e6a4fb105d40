package dev.mimic.store;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.peers.Programs;
import dev.mimic.store.StoreConflict.Decision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Merges with several merge bases.
 *
 * <pre>
 *   root --- x --- m --- one
 *        \     \ /
 *         \    / \
 *          -- y --- n --- two
 * </pre>
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class CrissCrossTest {
  @TempDir private Path folder;
  private Repository repository;
  private StoreBranch one;
  private StoreBranch two;

  CrissCrossTest() {}

  @BeforeEach
  void open() throws IOException {
    repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    repository.create(true);
    one = branch(1);
    two = branch(2);
    set(one, "a", "0");
    set(one, "b", "0");
    merge(two, tip(one));
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private StoreBranch branch(int number) {
    return new StoreBranch(repository, "refs/heads/" + number);
  }

  private static void set(StoreBranch branch, String key, String text) throws IOException {
    ObjectId id = branch.insert(text);
    branch.change("set " + key, tree -> tree.put(StoreKey.check(key), id));
  }

  private static void remove(StoreBranch branch, String key) throws IOException {
    branch.change("remove " + key, tree -> tree.remove(StoreKey.check(key)));
  }

  private static Optional<String> get(StoreBranch branch, String key) throws IOException {
    Optional<TreeObjects.Entry> entry = branch.tree().text(StoreKey.check(key));
    return entry.isPresent() ? Optional.of(branch.text(entry.orElseThrow())) : Optional.empty();
  }

  private static ObjectId tip(StoreBranch branch) throws IOException {
    return branch.tip().orElseThrow();
  }

  private static void merge(StoreBranch into, ObjectId commit) throws IOException {
    boolean unused = into.merge(commit, null);
  }

  private static void cross(StoreBranch one, Decision ofOne, StoreBranch two, Decision ofTwo)
      throws IOException {
    ObjectId x = tip(one);
    ObjectId y = tip(two);
    boolean unused = one.merge(y, ofOne) && two.merge(x, ofTwo);
  }

  @Test
  void merge_afterCrissCross_takesLaterChange() throws Exception {
    set(one, "a", "1");
    set(two, "b", "1");
    cross(one, Decision.OURS, two, Decision.OURS);
    set(two, "a", "2");
    remove(one, "b");

    merge(one, tip(two));

    assertThat(get(one, "a")).hasValue("2");
    assertThat(get(one, "b")).isEmpty();
  }

  @Test
  void merge_repeatedCrissCross_mergesBasesRecursively() throws Exception {
    for (int i = 1; i < 5; i++) {
      set(one, "a", "a" + i);
      set(two, "b", "b" + i);
      cross(one, Decision.OURS, two, Decision.OURS);
    }
    set(two, "a", "last");

    merge(one, tip(two));

    assertThat(get(one, "a")).hasValue("last");
    assertThat(get(one, "b")).hasValue("b4");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void merge_sidesDecidedDifferently_conflictsAgain(boolean removes) throws Exception {
    set(one, "a", "1");
    set(two, "a", "2");
    Decision keeps = conflict -> removes ? Optional.empty() : conflict.ours();
    cross(one, Decision.OURS, two, keeps);

    StoreConflictException e =
        assertThrows(StoreConflictException.class, () -> merge(one, tip(two)));
    assertThat(e.keys()).containsExactly("a");

    List<StoreConflict> asked = new ArrayList<>();
    boolean unused =
        one.merge(
            tip(two),
            conflict -> {
              asked.add(conflict);
              return conflict.theirs();
            });
    assertThat(asked)
        .containsExactly(
            new StoreConflict(
                "a",
                Optional.empty(),
                Optional.of("1"),
                removes ? Optional.empty() : Optional.of("2")));
    assertThat(get(one, "a")).isEqualTo(asked.getFirst().theirs());
  }

  /**
   * Compares random changes and merges with those of git. With removals, git finds fewer conflicts:
   * it does not count a conflicting removal in the merge of the bases.
   */
  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, true", "4, true"})
  void merge_randomHistories_agreesWithGit(long seed, boolean removing) throws Exception {
    Random random = new Random(seed);
    for (int step = 0; step < 15; step++) {
      change(one, random, removing, step);
      change(two, random, removing, step);
      ObjectId x = tip(one);
      ObjectId y = tip(two);
      if (random.nextInt(3) > 0) {
        assertMergesLikeGit("step " + step, one, y, removing);
      }
      if (random.nextInt(3) > 0) {
        assertMergesLikeGit("step " + step, two, x, removing);
      }
    }
  }

  private static void change(StoreBranch branch, Random random, boolean removing, int step)
      throws IOException {
    String key = "k" + random.nextInt(4);
    if (removing && random.nextInt(3) == 0) {
      remove(branch, key);
    } else {
      set(
          branch,
          key,
          "%s %d\n".formatted(key, step / 2)); // distinct, so that git detects no rename
    }
  }

  private void assertMergesLikeGit(String when, StoreBranch into, ObjectId other, boolean removing)
      throws IOException {
    List<String> gitResult = mergedByGit(tip(into), other);
    List<String> conflicts = gitResult.subList(1, gitResult.size());
    try {
      merge(into, other);
      assertWithMessage(when).that(conflicts).isEmpty();
      assertWithMessage(when)
          .that(repository.parseCommit(tip(into)).getTree().name())
          .isEqualTo(gitResult.getFirst());
    } catch (StoreConflictException e) {
      assertWithMessage(when).that(e.keys()).containsAtLeastElementsIn(conflicts);
      assertWithMessage(when).that(removing || e.keys().equals(conflicts)).isTrue();
      boolean unused = into.merge(other, Decision.THEIRS);
    }
  }

  /** Returns the id of the merged tree, followed by the keys in conflict. */
  private List<String> mergedByGit(ObjectId ours, ObjectId theirs) throws IOException {
    return Programs.run(
            folder,
            "sh",
            "-c",
            // Status 1 reports conflicts.
            ("GIT_CONFIG_GLOBAL=/dev/null %s merge-tree --write-tree --name-only --no-messages"
                    + " %s %s 2>/dev/null || [ $? = 1 ]")
                .formatted(Programs.find("git"), ours.name(), theirs.name()))
        .lines()
        .toList();
  }
}
