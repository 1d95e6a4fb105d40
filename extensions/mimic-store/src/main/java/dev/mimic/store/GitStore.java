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
 * A key-value store of texts on a branch of a Git repository. Each change is a commit. Changes of
 * others are merged key by key, with the merge bases that Git would use. Criss-cross merges are
 * supported.
 *
 * <p><b>Keys</b> are paths such as {@code team/lead}: names separated by {@code /}. A new key must
 * be accepted by {@code git fsck} and by every platform. It has at most 1000 bytes of UTF-8 and 100
 * names of at most 255 bytes each. Control characters, other invisible characters and unassigned
 * ones are rejected, as are {@code .git} in any form and names that Windows cannot store.
 *
 * <p><b>Texts</b> have at most {@link #MAX_TEXT_BYTES} of UTF-8, and are held in memory.
 *
 * <p><b>Other entries</b> of the branch keep their bytes and modes: links, submodules, and names in
 * any encoding. Only files are keys. A file is not a key if its path is not UTF-8, has more than
 * 512 names, or contains a name that occurs twice in its folder. Such a file can be changed only by
 * git.
 *
 * <p>A change reads and writes only the folders of its key. The store is thread-safe, and other
 * processes may change the repository at the same time. Only the branch is changed.
 *
 * <pre>{@code
 * try (GitStore store = GitStore.open(folder)) {
 *   store.set("colour", "green");
 *   store.push(GitClient.of(resolver), "ssh://git@host.example/colours");
 * }
 * }</pre>
 */
public final class GitStore implements Closeable {
  /** The maximum length of a text in bytes of UTF-8: 256 MiB. */
  public static final int MAX_TEXT_BYTES = 1 << 28;

  private static final String BRANCH = "main";
  private static final int MAX_REJECTIONS = 5;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Repository repository;
  private final StoreBranch branch;
  private final boolean owned;
  private final ReentrantLock syncLock = new ReentrantLock(); // serializes pulls and pushes

  private GitStore(Repository repository, String branch, boolean owned) {
    this.repository = requireNonNull(repository, "repository");
    this.branch = new StoreBranch(repository, R_HEADS + branch);
    this.owned = owned;
  }

  /**
   * Opens a store on the branch {@code main} of the bare repository in a folder. The repository is
   * created if the folder is empty or missing. Closing the store closes the repository.
   */
  public static GitStore open(Path folder) throws IOException {
    return new GitStore(StoreFolder.open(folder, BRANCH), BRANCH, true);
  }

  /** Returns a store on a branch of a repository. Closing the store leaves the repository open. */
  public static GitStore of(Repository repository, String branch) {
    if (!Repository.isValidRefName(R_HEADS + branch)) {
      throw new IllegalArgumentException(
          "branch (%s) must be a valid branch name".formatted(branch));
    }
    return new GitStore(repository, branch, false);
  }

  /**
   * Returns the text of a key, or empty if there is none.
   *
   * @throws StoreException if the file of the key is not UTF-8, or longer than {@link
   *     #MAX_TEXT_BYTES}
   */
  public Optional<String> get(String key) throws IOException {
    Optional<StoreKey> path = StoreKey.find(key);
    Optional<Entry> entry =
        path.isPresent() ? branch.tree().text(path.orElseThrow()) : Optional.empty();
    return entry.isPresent() ? Optional.of(branch.text(entry.orElseThrow())) : Optional.empty();
  }

  /**
   * Returns all keys that have a text, sorted. {@link #get} and {@link #remove} accept each of
   * them, even a key committed by others that {@link #set} would reject.
   */
  public List<String> keys() throws IOException {
    return branch.tree().texts().stream().flatMap(path -> path.key().stream()).sorted().toList();
  }

  /**
   * Sets the text of a key. Nothing is committed if the key already has this text.
   *
   * @throws IllegalArgumentException if the key breaks one of the rules above, or the text has an
   *     unpaired surrogate or more than {@link #MAX_TEXT_BYTES}
   * @throws StoreException if the key is a link, a submodule or a folder of other keys, or if one
   *     of its parents is not a folder
   */
  public void set(String key, String text) throws IOException {
    StoreKey path = StoreKey.check(key);
    ObjectId id = branch.insert(text);
    branch.change("set " + key, tree -> tree.put(path, id));
  }

  /**
   * Removes a key and its text. Nothing is committed if the key has no text.
   *
   * @throws StoreException if the key is a link or a submodule
   */
  public void remove(String key) throws IOException {
    Optional<StoreKey> path = StoreKey.find(key);
    if (path.isPresent()) {
      branch.change("remove " + path.orElseThrow(), tree -> tree.remove(path.orElseThrow()));
    }
  }

  /** Returns all changes, newest first. */
  public List<StoreChange> history() throws IOException {
    return history(TreeFilter.ALL);
  }

  /** Returns the changes of a key, newest first. */
  public List<StoreChange> history(String key) throws IOException {
    return StoreKey.find(key).isPresent()
        ? history(AndTreeFilter.create(PathFilter.create(key), TreeFilter.ANY_DIFF))
        : List.of();
  }

  private List<StoreChange> history(TreeFilter filter) throws IOException {
    List<StoreChange> changes = new ArrayList<>();
    Optional<ObjectId> tip = branch.tip();
    try (RevWalk walk = new RevWalk(repository)) {
      walk.setTreeFilter(filter);
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
   * Fetches the branch from a server and merges it into this store.
   *
   * @return whether this store has changed
   * @throws StoreConflictException if a key was changed differently on both sides
   */
  public boolean pull(GitClient client, String address) throws IOException {
    return pullLocked(client, address, null);
  }

  /**
   * Fetches the branch from a server and merges it into this store.
   *
   * @param decision called for each key that was changed differently on both sides
   * @return whether this store has changed
   */
  public boolean pull(GitClient client, String address, StoreConflict.Decision decision)
      throws IOException {
    return pullLocked(client, address, requireNonNull(decision, "decision"));
  }

  private boolean pullLocked(
      GitClient client, String address, StoreConflict.@Nullable Decision decision)
      throws IOException {
    syncLock.lock();
    try {
      Optional<ObjectId> theirs = client.fetch(repository, address, branch.ref());
      return theirs.isPresent() && branch.merge(theirs.orElseThrow(), decision);
    } finally {
      syncLock.unlock();
    }
  }

  /**
   * Pushes the branch to a server. Commits that others have pushed in the meantime are pulled and
   * merged first, so that concurrent pushes all succeed.
   *
   * @throws StoreConflictException if a key was changed differently on both sides
   * @throws GitRejectedException if the server rejects the push for another reason
   */
  public void push(GitClient client, String address) throws IOException {
    if (branch.tip().isEmpty()) {
      throw new StoreException("nothing to push: this store has no changes: set a key first");
    }
    syncLock.lock();
    try {
      pushMerged(client, address);
    } finally {
      syncLock.unlock();
    }
  }

  private void pushMerged(GitClient client, String address) throws IOException {
    RefSpec spec = new RefSpec(branch.ref() + ":" + branch.ref());
    for (int rejections = 0; ; ) {
      try {
        PushResult unused = client.push(repository, address, List.of(spec));
        return;
      } catch (GitRejectedException e) {
        // Another client was faster, or is about to push; or the server rejects this push for good.
        if (!pull(client, address) && ++rejections > MAX_REJECTIONS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS << rejections);
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
