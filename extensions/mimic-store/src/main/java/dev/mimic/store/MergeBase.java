package dev.mimic.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/**
 * The merge base of two commits. After a criss-cross merge, there are several bases, which are
 * merged recursively into one tree, as Git does. A conflict between bases becomes an entry that
 * equals no other, so that both sides count as having changed it. Not thread-safe.
 *
 * <pre>
 *   x --- merge of x and y --- ours        x and y are the bases,
 *     \ /                                  and their own base is further left
 *     / \
 *   y --- merge of y and x --- theirs
 * </pre>
 */
final class MergeBase {
  private static final int MAX_MERGES = 200;

  private static final String UNDECIDED = "0"; // a mode that Git never writes

  private final Repository repository;
  private final TreeObjects objects;
  private int merges;
  private int conflicts;

  MergeBase(Repository repository, TreeObjects objects) {
    this.repository = repository;
    this.objects = objects;
  }

  /** Returns the best common ancestors of both commits. */
  List<ObjectId> commits(ObjectId ours, ObjectId theirs) throws IOException {
    List<ObjectId> bases = new ArrayList<>();
    try (RevWalk walk = new RevWalk(repository)) {
      walk.setRevFilter(RevFilter.MERGE_BASE);
      walk.markStart(walk.parseCommit(ours));
      walk.markStart(walk.parseCommit(theirs));
      for (RevCommit base : walk) {
        bases.add(base.copy());
      }
    }
    if (bases.isEmpty() && !repository.getObjectDatabase().getShallowCommits().isEmpty()) {
      throw new StoreException(
          "this repository is shallow and contains no merge base: run git fetch --unshallow");
    }
    return bases;
  }

  /** Returns the merged tree of these commits, or an empty tree if there are none. */
  StoredTree tree(List<ObjectId> commits) throws IOException {
    StoredTree merged = StoredTree.empty(objects);
    for (int i = 0; i < commits.size(); i++) {
      StoredTree next = objects.ofCommit(commits.get(i));
      merged = i == 0 || merged.equals(next) ? next : merged(commits, i, merged, next);
    }
    return merged;
  }

  /** Merges {@code ours}, the result for the commits before {@code next}, with the next one. */
  private StoredTree merged(List<ObjectId> commits, int next, StoredTree ours, StoredTree theirs)
      throws IOException {
    if (++merges > MAX_MERGES) {
      throw new StoreException(
          "the histories have too many criss-cross merges: merge them with git");
    }
    Set<ObjectId> bases = new LinkedHashSet<>();
    for (ObjectId each : commits.subList(0, next)) {
      bases.addAll(commits(each, commits.get(next)));
    }
    StoreMerge.Result merge = StoreMerge.of(tree(List.copyOf(bases)), ours, theirs);
    StoredTree merged = merge.tree();
    for (StoreKey key : merge.conflicts()) {
      // Equals no entry of either side.
      merged = merged.with(key.names(), UNDECIDED, new ObjectId(0, 0, 0, 0, ++conflicts));
    }
    return merged;
  }
}
