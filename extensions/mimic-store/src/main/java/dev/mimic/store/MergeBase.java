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
 * What two commits have grown from. These may be several commits, where each side has merged what
 * the other one was then. They are merged in their turn, as Git's own merge does; what conflicts in
 * that is like nothing that anybody has, and so each side has changed it since. Not thread-safe.
 *
 * <pre>
 *   x --- merge of x and y --- ours        x and y are the bases,
 *     \ /                                  and their own base is further left
 *     / \
 *   y --- merge of y and x --- theirs
 * </pre>
 */
final class StoreBase {
  private static final int MOST_MERGES = 200;

  private static final String UNDECIDED = "0"; // the mode of no entry that Git makes

  private final Repository repository;
  private final TreeObjects objects;
  private int merges;
  private int conflicts;

  StoreBase(Repository repository, TreeObjects objects) {
    this.repository = repository;
    this.objects = objects;
  }

  /** Returns the newest commits that are in the history of both. */
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
      throw new StoreException("the history here is cut short, so nothing can be merged with it");
    }
    return bases;
  }

  /** Returns what these commits come to when they are merged; nothing, if there is none. */
  StoredTree tree(List<ObjectId> commits) throws IOException {
    StoredTree merged = StoredTree.empty(objects);
    for (int i = 0; i < commits.size(); i++) {
      StoredTree next = objects.ofCommit(commits.get(i));
      merged = i == 0 || merged.equals(next) ? next : merged(commits, i, merged, next);
    }
    return merged;
  }

  /** Merges the first commits, which are merged already, with the next one. */
  private StoredTree merged(List<ObjectId> commits, int next, StoredTree ours, StoredTree theirs)
      throws IOException {
    if (++merges > MOST_MERGES) {
      throw new StoreException("the histories here and there are too entangled: merge them by git");
    }
    Set<ObjectId> bases = new LinkedHashSet<>();
    for (ObjectId each : commits.subList(0, next)) {
      bases.addAll(commits(each, commits.get(next)));
    }
    StoreMerge.Result merge = StoreMerge.of(tree(List.copyOf(bases)), ours, theirs);
    StoredTree merged = merge.tree();
    for (StoreKey key : merge.conflicts()) {
      // Like nothing that either side has.
      merged = merged.with(key.names(), UNDECIDED, new ObjectId(0, 0, 0, 0, ++conflicts));
    }
    return merged;
  }
}
