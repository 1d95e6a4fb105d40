package dev.mimic.git;

import static java.util.Objects.requireNonNull;
import static org.eclipse.jgit.lib.Constants.HEAD;
import static org.eclipse.jgit.lib.Constants.R_HEADS;
import static org.eclipse.jgit.lib.Constants.R_REMOTES;

import java.io.Closeable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteConfig;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Texts under keys, kept on a branch of a repository: each change is a commit, and what others have
 * changed is merged key by key. Keys are paths ({@code team/lead}), texts are UTF-8. Small: a
 * change reads the names of all keys. Thread-safe, and so are several processes on one repository.
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
  private static final String TRACKING = R_REMOTES + Constants.DEFAULT_REMOTE_NAME + "/";
  private static final int PUSHES = 20;

  private final Repository repository;
  private final StoreBranch branch;
  private final boolean owned;

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
    Repository repository =
        new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    try {
      if (!repository.getObjectDatabase().exists()) {
        Folder unused = Folder.claim(folder);
        repository.create(true);
        RefUpdate.Result unusedResult = repository.updateRef(HEAD).link(R_HEADS + BRANCH);
      }
      return new GitStore(repository, BRANCH, true);
    } catch (IOException | RuntimeException e) {
      repository.close();
      throw e;
    }
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
    branch.change("set " + key, tree -> tree.put(key, Optional.of(id)));
  }

  /** Removes a key; if it is not there, nothing is committed. */
  public void remove(String key) throws IOException {
    StoredTree.checkKey(key);
    branch.change("remove " + key, tree -> tree.put(key, Optional.empty()));
  }

  /** Returns all changes, the newest first. */
  public List<GitChange> history() throws IOException {
    return history(TreeFilter.ALL);
  }

  /** Returns the changes of a key, the newest first. */
  public List<GitChange> history(String key) throws IOException {
    return history(
        AndTreeFilter.create(PathFilter.create(StoredTree.checkKey(key)), TreeFilter.ANY_DIFF));
  }

  private List<GitChange> history(TreeFilter of) throws IOException {
    List<GitChange> changes = new ArrayList<>();
    Optional<ObjectId> tip = branch.tip();
    try (RevWalk walk = new RevWalk(repository)) {
      walk.setTreeFilter(of);
      if (tip.isPresent()) {
        walk.markStart(walk.parseCommit(tip.orElseThrow()));
      }
      for (RevCommit commit : walk) {
        changes.add(
            new GitChange(
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
   * @throws GitConflictException if a key was changed on both sides, and not alike
   */
  public boolean pull(GitClient client, String address) throws IOException {
    return pull(client, address, Optional.empty());
  }

  /**
   * Gets what others have changed, and merges it with what was changed here.
   *
   * @param decision asked about each key that was changed on both sides, and not alike
   * @return whether there was anything new
   */
  public boolean pull(GitClient client, String address, GitConflict.Decision decision)
      throws IOException {
    return pull(client, address, Optional.of(decision));
  }

  private boolean pull(GitClient client, String address, Optional<GitConflict.Decision> decision)
      throws IOException {
    Remote remote = remote(client, address);
    FetchResult unused = remote.fetch();
    Optional<ObjectId> theirs = branch.tip(tracking());
    return theirs.isPresent() && branch.merge(theirs.orElseThrow(), decision);
  }

  /**
   * Gives to others what was changed here. What they have pushed meanwhile is pulled and merged, so
   * that of several who push at once, each ends in the history.
   *
   * @throws GitConflictException if a key was changed on both sides, and not alike
   * @throws GitRejectedException if the server does not take it for another reason
   */
  public void push(GitClient client, String address) throws IOException {
    if (branch.tip().isEmpty()) {
      throw new GitException("there is nothing to push: nothing was ever set in this store");
    }
    Remote remote = remote(client, address);
    RefSpec spec = new RefSpec(branch.ref() + ":" + branch.ref());
    for (int pushes = 1; ; pushes++) {
      try {
        PushResult unused = remote.push(List.of(spec));
        return;
      } catch (GitRejectedException e) {
        // Others may have been first, or be just about to be.
        if (!pull(client, address) && pushes >= PUSHES) {
          throw e;
        }
      }
    }
  }

  private Remote remote(GitClient client, String address) throws IOException {
    try {
      RemoteConfig config = new RemoteConfig(new Config(), Constants.DEFAULT_REMOTE_NAME);
      config.setTagOpt(TagOpt.NO_TAGS);
      config.addFetchRefSpec(new RefSpec("+%s*:%s*".formatted(R_HEADS, TRACKING)));
      return new Remote(client, repository, config, GitAddress.parse(address));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // of a configuration that is empty
    }
  }

  private String tracking() {
    return TRACKING + branch.ref().substring(R_HEADS.length());
  }

  @Override
  public void close() {
    if (owned) {
      repository.close();
    }
  }
}
