package dev.mimic.store;

import static java.util.Objects.requireNonNull;
import static org.eclipse.jgit.lib.Constants.R_HEADS;

import dev.mimic.git.GitClient;
import dev.mimic.git.GitRejectedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Texts under keys, kept on a branch of a repository: each change is a commit, and what others have
 * changed is merged key by key, with Git's own idea of what both sides have in common, also where
 * each had merged the other before. Keys are paths ({@code team/lead}), texts are UTF-8. Small: a
 * change reads the names of all keys. Thread-safe; other processes may change the repository
 * meanwhile. Nothing of the repository but the branch is changed.
 *
 * <pre>{@code
 * try (GitStore store = GitStore.open(folder)) {
 *   store.set("colour", "green");
 *   store.push(GitClient.of(resolver), "ssh://git@host.example/colours");
 * }
 * }</pre>
 */
public final class GitStore implements Closeable {
  private static final String BRANCH = "main";
  private static final int REFUSALS = 5;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Repository repository;
  private final StoreBranch branch;
  private final boolean owned;
  private final ReentrantLock sharing = new ReentrantLock(); // one at a time pulls or pushes

  private GitStore(Repository repository, String branch, boolean owned) {
    this.repository = requireNonNull(repository, "repository");
    this.branch = new StoreBranch(repository, R_HEADS + branch);
    this.owned = owned;
  }

  /**
   * Opens the store in a folder, on the branch {@code main} of a bare repository, which is made if
   * it is not there. Closing the store closes the repository.
   */
  public static GitStore open(Path folder) throws IOException {
    return new GitStore(StoreFolder.open(folder, BRANCH), BRANCH, true);
  }

  /** Returns the store on a branch of a repository, which stays open when the store is closed. */
  public static GitStore of(Repository repository, String branch) {
    if (!Repository.isValidRefName(R_HEADS + branch)) {
      throw new IllegalArgumentException("branch (%s) must be a name of Git's".formatted(branch));
    }
    return new GitStore(repository, branch, false);
  }

  /** Returns the text under a key, if there is one. */
  public Optional<String> get(String key) throws IOException {
    Optional<StoredTree.Entry> entry = branch.tree().text(StoredTree.checkKey(key));
    return entry.isPresent() ? Optional.of(branch.text(entry.orElseThrow())) : Optional.empty();
  }

  /** Returns all keys that have a text, in order. */
  public List<String> keys() throws IOException {
    return branch.tree().entries().entrySet().stream()
        .filter(each -> each.getValue().isText())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Sets the text under a key; if it is there already, nothing is committed. */
  public void set(String key, String text) throws IOException {
    StoredTree.checkKey(key);
    ObjectId id = branch.insert(text);
    branch.change("set " + key, tree -> tree.put(key, id));
  }

  /** Removes a key; if it is not there, nothing is committed. */
  public void remove(String key) throws IOException {
    StoredTree.checkKey(key);
    branch.change("remove " + key, tree -> tree.remove(key));
  }

  /** Returns all changes, the newest first. */
  public List<StoreChange> history() throws IOException {
    return history(TreeFilter.ALL);
  }

  /** Returns the changes of a key, the newest first. */
  public List<StoreChange> history(String key) throws IOException {
    return history(
        AndTreeFilter.create(PathFilter.create(StoredTree.checkKey(key)), TreeFilter.ANY_DIFF));
  }

  private List<StoreChange> history(TreeFilter of) throws IOException {
    List<StoreChange> changes = new ArrayList<>();
    Optional<ObjectId> tip = branch.tip();
    try (RevWalk walk = new RevWalk(repository)) {
      walk.setTreeFilter(of);
      if (tip.isPresent()) {
        walk.markStart(walk.parseCommit(tip.orElseThrow()));
      }
      for (RevCommit commit : walk) {
        changes.add(
            new StoreChange(
                commit.name(),
                commit.getAuthorIdent().getName(),
                commit.getAuthorIdent().getWhenAsInstant(),
                commit.getShortMessage()));
      }
    }
    return changes;
  }

  /**
   * Gets what others have changed, and merges it with what was changed here.
   *
   * @return whether there was anything new
   * @throws StoreConflictException if a key was changed on both sides, and not alike
   */
  public boolean pull(GitClient client, String address) throws IOException {
    return pulled(client, address, null);
  }

  /**
   * Gets what others have changed, and merges it with what was changed here.
   *
   * @param decision asked about each key that was changed on both sides, and not alike
   * @return whether there was anything new
   */
  public boolean pull(GitClient client, String address, StoreConflict.Decision decision)
      throws IOException {
    return pulled(client, address, requireNonNull(decision, "decision"));
  }

  private boolean pulled(
      GitClient client, String address, StoreConflict.@Nullable Decision decision)
      throws IOException {
    sharing.lock();
    try {
      Optional<ObjectId> theirs = client.fetch(repository, address, branch.ref());
      return theirs.isPresent() && branch.merge(theirs.orElseThrow(), decision);
    } finally {
      sharing.unlock();
    }
  }

  /**
   * Gives to others what was changed here. What they have pushed meanwhile is pulled and merged, so
   * that of several who push at once, each ends in the history.
   *
   * @throws StoreConflictException if a key was changed on both sides, and not alike
   * @throws GitRejectedException if the server does not take it for another reason
   */
  public void push(GitClient client, String address) throws IOException {
    if (branch.tip().isEmpty()) {
      throw new StoreException("there is nothing to push: nothing was ever set in this store");
    }
    sharing.lock();
    try {
      pushMerged(client, address);
    } finally {
      sharing.unlock();
    }
  }

  private void pushMerged(GitClient client, String address) throws IOException {
    RefSpec spec = new RefSpec(branch.ref() + ":" + branch.ref());
    for (int refusals = 0; ; ) {
      try {
        PushResult unused = client.push(repository, address, List.of(spec));
        return;
      } catch (GitRejectedException e) {
        // Others may have been first, or be just about to be; or it is the server's last word.
        if (!pull(client, address) && ++refusals > REFUSALS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS << refusals);
      }
    }
  }

  @Override
  public void close() {
    if (owned) {
      repository.close();
    }
  }
}
