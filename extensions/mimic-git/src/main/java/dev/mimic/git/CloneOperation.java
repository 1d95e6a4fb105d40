package dev.mimic.git;

import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_BRANCH_SECTION;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_FETCH_SECTION;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_KEY_AUTOGC;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_KEY_MERGE;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_KEY_REMOTE;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_KEY_URL;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_REMOTE_SECTION;
import static org.eclipse.jgit.lib.Constants.HEAD;
import static org.eclipse.jgit.lib.Constants.R_HEADS;
import static org.eclipse.jgit.lib.Constants.R_REMOTES;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteConfig;

/**
 * A clone of a repository. The steps of JGit's own clone command are repeated here, because that
 * command does not accept a transport.
 */
final class CloneOperation {
  private static final String ORIGIN = Constants.DEFAULT_REMOTE_NAME;

  private final GitClient client;
  private final GitAddress from;
  private final Repository repository;

  private CloneOperation(GitClient client, GitAddress from, Repository repository) {
    this.client = client;
    this.from = from;
    this.repository = repository;
  }

  static Git run(GitClient client, GitAddress from, Path into) throws IOException {
    TargetFolder folder = TargetFolder.prepare(into);
    try {
      return new Git(create(client, from, into), true);
    } catch (IOException | RuntimeException e) {
      folder.restore(e);
      throw GitFailure.explain(from, e);
    } catch (Error e) {
      folder.restore(e);
      throw e;
    }
  }

  private static Repository create(GitClient client, GitAddress from, Path into)
      throws IOException {
    Repository repository =
        new FileRepositoryBuilder()
            .setWorkTree(into.toFile())
            .setGitDir(into.resolve(Constants.DOT_GIT).toFile())
            .build();
    try {
      repository.create();
      new CloneOperation(client, from, repository).fill();
      return repository;
    } catch (IOException | RuntimeException | Error e) {
      repository.close();
      throw e;
    }
  }

  private void fill() throws IOException {
    // Only the given address can contain a password; the configuration does not.
    RemoteConfig origin = origin();
    Remote remote =
        new Remote(
            client, repository, origin, RemoteAddresses.forClone(repository.getConfig(), from));
    FetchResult fetched = remote.fetchWithTags();
    repository.getConfig().unsetSection(CONFIG_FETCH_SECTION, null);
    repository.getConfig().save();
    Ref head = fetched.getAdvertisedRef(HEAD);
    String initial = repository.getFullBranch();
    // If the server does not tell its branch, git takes the initial branch of a new repository.
    Optional<String> branch =
        head == null
            ? client
                .unbornHeadByHttp(remote.at())
                .filter(CloneOperation::isBranch)
                .or(() -> Optional.of(initial))
            : branch(fetched, head);
    if (branch.isPresent()) {
      track(branch.orElseThrow());
    }
    if (head != null && head.getObjectId() != null) {
      checkOut(commit(remote, head.getObjectId()), branch.isEmpty());
    }
  }

  /** Returns the commit of HEAD. It is fetched separately if it is on no branch or tag. */
  private ObjectId commit(Remote remote, ObjectId head) throws IOException {
    if (repository.getObjectDatabase().has(head)) {
      return head;
    }
    return remote
        .fetch(HEAD)
        .orElseThrow(() -> new GitException("%s no longer has a HEAD: try again".formatted(from)));
  }

  private RemoteConfig origin() throws IOException {
    StoredConfig config = repository.getConfig();
    try {
      RemoteConfig remote = new RemoteConfig(config, ORIGIN);
      remote.addFetchRefSpec(new RefSpec("+%s*:%s%s/*".formatted(R_HEADS, R_REMOTES, ORIGIN)));
      remote.update(config);
      config.setString(CONFIG_REMOTE_SECTION, ORIGIN, CONFIG_KEY_URL, from.configUrl());
      // A new repository has no garbage; JGit would start a thread to collect it.
      config.setBoolean(CONFIG_FETCH_SECTION, null, CONFIG_KEY_AUTOGC, false);
      config.save();
      return remote;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // impossible with an empty configuration
    }
  }

  /** Returns the branch of the server's HEAD. If the server does not tell it, it is guessed. */
  private static Optional<String> branch(FetchResult fetched, Ref head) {
    if (head.isSymbolic()) {
      // Without this check, JGit would write a file of any name that the server sends.
      return Optional.of(head.getTarget().getName()).filter(CloneOperation::isBranch);
    }
    List<String> candidates =
        fetched.getAdvertisedRefs().stream()
            .filter(ref -> isBranch(ref.getName()))
            .filter(ref -> Objects.equals(ref.getObjectId(), head.getObjectId()))
            .map(Ref::getName)
            .toList();
    return Stream.of(R_HEADS + "main", R_HEADS + Constants.MASTER)
        .filter(candidates::contains)
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  private static boolean isBranch(String name) {
    return name.startsWith(R_HEADS) && Repository.isValidRefName(name);
  }

  /** Points HEAD to a branch that tracks the one of origin. */
  private void track(String branch) throws IOException {
    link(HEAD, branch);
    String name = branch.substring(R_HEADS.length());
    String tracked = "%s%s/%s".formatted(R_REMOTES, ORIGIN, name);
    if (repository.exactRef(tracked) != null) {
      link("%s%s/%s".formatted(R_REMOTES, ORIGIN, HEAD), tracked);
    }
    StoredConfig config = repository.getConfig();
    config.setString(CONFIG_BRANCH_SECTION, name, CONFIG_KEY_REMOTE, ORIGIN);
    config.setString(CONFIG_BRANCH_SECTION, name, CONFIG_KEY_MERGE, branch);
    config.save();
  }

  private void link(String ref, String target) throws IOException {
    RefUpdate update = repository.updateRef(ref);
    update.disableRefLog();
    check(update.link(target), ref);
  }

  private void checkOut(ObjectId id, boolean detached) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(id);
      RefUpdate head = repository.updateRef(HEAD, detached);
      head.setNewObjectId(commit);
      head.setRefLogMessage("clone: from " + from, false);
      check(head.forceUpdate(), HEAD);
      new Checkout(repository, client.progress()).run(commit.getTree());
    }
  }

  private static void check(RefUpdate.Result result, String ref) throws GitException {
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> {}
      default -> throw new GitException("%s could not be set: %s".formatted(ref, result));
    }
  }
}
