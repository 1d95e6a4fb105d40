package dev.mimic.store;

import static java.util.Objects.requireNonNull;
import static org.eclipse.jgit.lib.Constants.R_HEADS;

import dev.mimic.git.GitClient;
import dev.mimic.git.GitRejectedException;
import dev.mimic.store.TreeObjects.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * Texts under keys, kept on a branch of a Git repository. Each change is a commit. What others have
 * committed is merged key by key, with the bases that Git itself would find, also where each side
 * has merged the other before.
 *
 * <p><b>Keys</b> are paths such as {@code team/lead}, of names with {@code /} between them. A new
 * key must be one that {@code git fsck} and every platform accept: at most 1000 bytes of UTF-8 in
 * 100 names of at most 255 bytes; no control characters and no others that are invisible or
 * unassigned; no {@code .git} in any form, nor a name that Windows cannot store.
 *
 * <p><b>Texts</b> have at most {@link #MAX_TEXT_BYTES} of UTF-8, and are held in memory.
 *
 * <p><b>What others have committed</b> and a change does not name is carried over byte by byte,
 * with its mode: links, submodules, names in any encoding. Only files are keys. A file is not a
 * key, and can be changed by git alone, if its path is not UTF-8, has more than 512 names, or has a
 * name that is there twice.
 *
 * <p>A change reads and writes the folders of its key. Thread-safe; other processes may change the
 * repository meanwhile. Nothing of the repository but the branch is changed.
 *
 * <pre>{@code
 * try (GitStore store = GitStore.open(folder)) {
 *   store.set("colour", "green");
 *   store.push(GitClient.of(resolver), "ssh://git@host.example/colours");
 * }
 * }</pre>
 */
public final class GitStore implements Closeable {
  /** The most bytes that a text can have in UTF-8: 256 MiB. */
  public static final int MAX_TEXT_BYTES = 1 << 28;

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

  /**
   * Returns the text of a key, or empty if there is none.
   *
   * @throws StoreException if others have committed something under the key that is not UTF-8, or
   *     longer than {@link #MAX_TEXT_BYTES}
   */
  public Optional<String> get(String key) throws IOException {
    Optional<StoreKey> path = StoreKey.find(key);
    Optional<Entry> entry =
        path.isPresent() ? branch.tree().text(path.orElseThrow()) : Optional.empty();
    return entry.isPresent() ? Optional.of(branch.text(entry.orElseThrow())) : Optional.empty();
  }

  /**
   * Returns all keys that have a text, in order. Each of them can be given to {@link #get} and
   * {@link #remove}, also those that others have committed and {@link #set} would refuse.
   */
  public List<String> keys() throws IOException {
    return branch.tree().texts().stream().flatMap(path -> path.text().stream()).sorted().toList();
  }

  /**
   * Sets the text of a key. If the key has this text already, nothing is committed.
   *
   * @throws IllegalArgumentException if the key breaks one of the rules above, or the text has an
   *     unpaired surrogate or more than {@link #MAX_TEXT_BYTES}
   * @throws StoreException if the key is a folder of other keys, or below a key, or a link or a
   *     submodule
   */
  public void set(String key, String text) throws IOException {
    StoreKey path = StoreKey.check(key);
    ObjectId id = branch.insert(text);
    branch.change("set " + key, tree -> tree.put(path, id));
  }

  /**
   * Removes a key and its text. If the key has none, nothing is committed.
   *
   * @throws StoreException if it is a link or a submodule
   */
  public void remove(String key) throws IOException {
    Optional<StoreKey> path = StoreKey.find(key);
    if (path.isPresent()) {
      branch.change("remove " + path.orElseThrow(), tree -> tree.remove(path.orElseThrow()));
    }
  }

  /** Returns all changes, the newest first. */
  public List<StoreChange> history() throws IOException {
    return history(TreeFilter.ALL);
  }

  /** Returns the changes of a key, the newest first. */
  public List<StoreChange> history(String key) throws IOException {
    return StoreKey.find(key).isPresent()
        ? history(AndTreeFilter.create(PathFilter.create(key), TreeFilter.ANY_DIFF))
        : List.of();
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
