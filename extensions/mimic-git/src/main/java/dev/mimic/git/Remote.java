package dev.mimic.git;

import static java.util.Objects.requireNonNullElse;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_FETCH_SECTION;
import static org.eclipse.jgit.lib.ConfigConstants.CONFIG_REMOTE_SECTION;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteConfig;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TrackingRefUpdate;
import org.eclipse.jgit.transport.Transport;

/**
 * A remote of a repository, and a client that reaches it.
 *
 * @param config what is fetched from it, and into which refs
 * @param at where it is
 */
record Remote(GitClient client, Repository local, RemoteConfig config, GitAddress at) {
  private static final String ORIGIN = Constants.DEFAULT_REMOTE_NAME;
  private static final String PRUNE = "prune";

  static Remote toFetchFrom(GitClient client, Repository local) throws IOException {
    return origin(client, local, RemoteAddresses.toFetch(local.getConfig(), ORIGIN));
  }

  /** Returns a remote for each address that is pushed to, in order. */
  static List<Remote> toPushTo(GitClient client, Repository local) throws IOException {
    List<GitAddress> addresses = RemoteAddresses.toPush(local.getConfig(), ORIGIN);
    Remote first = origin(client, local, addresses);
    return addresses.stream().map(at -> new Remote(client, local, first.config(), at)).toList();
  }

  private static Remote origin(GitClient client, Repository local, List<GitAddress> at)
      throws IOException {
    RepositoryFormat.check(local);
    if (at.isEmpty()) {
      throw new GitException(
          "%s has no remote that is called origin: clone it, or set remote.origin.url"
              .formatted(local));
    }
    RemoteConfig config = RemoteAddresses.others(local.getConfig(), ORIGIN);
    return new Remote(client, local, config, at.getFirst());
  }

  /** Returns the repository at this address, which no configuration knows of. */
  static Remote at(GitClient client, Repository local, String address) throws IOException {
    RemoteConfig none = RemoteAddresses.others(new Config(), ORIGIN);
    return new Remote(client, local, none, GitAddress.parse(address));
  }

  /** Fetches what the configuration says. */
  FetchResult fetch() throws IOException {
    return fetch(config.getTagOpt());
  }

  /** Fetches all tags besides. */
  FetchResult fetchWithTags() throws IOException {
    // With few commits, only the tags of those: the others would bring theirs.
    return fetch(client.isShallow() ? TagOpt.AUTO_FOLLOW : TagOpt.FETCH_TAGS);
  }

  /**
   * Fetches what a ref of the server is, and sets no ref here.
   *
   * @return nothing if the server has no such ref
   */
  Optional<ObjectId> fetch(String ref) throws IOException {
    try (Transport transport = client.transport(local, at);
        FetchConnection connection = transport.openFetch(List.of(new RefSpec(ref)))) {
      Ref found = connection.getRef(ref);
      if (found == null || found.getObjectId() == null) {
        return Optional.empty();
      }
      if (!local.getObjectDatabase().has(found.getObjectId())) {
        connection.fetch(client.progress(), List.of(found), Set.of());
        for (PackLock lock : connection.getPackLocks()) {
          lock.unlock();
        }
      }
      return Optional.of(found.getObjectId());
    } catch (IOException | RuntimeException e) {
      throw GitFailure.explain(at, e);
    }
  }

  private FetchResult fetch(TagOpt tags) throws IOException {
    try (Transport transport = client.transport(local, at)) {
      transport.applyConfig(config);
      transport.setTimeout(0); // by which JGit would interrupt this thread
      transport.setTagOpt(tags);
      transport.setRemoveDeletedRefs(prunes());
      FetchResult result = transport.fetch(client.progress(), List.of());
      checkUpdates(result.getTrackingRefUpdates());
      return result;
    } catch (IOException | RuntimeException e) {
      throw GitFailure.explain(at, e);
    }
  }

  /** Returns whether refs that the server no longer has are deleted here, as git decides it. */
  private boolean prunes() {
    Config all = local.getConfig();
    boolean always = all.getBoolean(CONFIG_FETCH_SECTION, PRUNE, false);
    return all.getBoolean(CONFIG_REMOTE_SECTION, config.getName(), PRUNE, always);
  }

  private void checkUpdates(Collection<TrackingRefUpdate> updates) throws IOException {
    for (TrackingRefUpdate update : updates) {
      RefUpdate.Result result = update.getResult();
      boolean failed =
          switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> false;
            case NOT_ATTEMPTED,
                LOCK_FAILURE,
                REJECTED,
                REJECTED_CURRENT_BRANCH,
                REJECTED_MISSING_OBJECT,
                REJECTED_OTHER_REASON,
                IO_FAILURE ->
                true;
          };
      if (failed) {
        throw new GitException(
            "%s was fetched, but %s of %s could not be set: %s"
                .formatted(at, update.getLocalName(), local, result));
      }
    }
  }

  /**
   * Pushes to each of these. As in git, the next is pushed to where one does not take a ref, and
   * not where one fails.
   *
   * @throws IOException the last failure, with those before it suppressed
   */
  static List<PushResult> push(List<Remote> remotes, List<RefSpec> refs) throws IOException {
    List<PushResult> results = new ArrayList<>();
    List<GitRejectedException> rejections = new ArrayList<>();
    try {
      for (Remote remote : remotes) {
        try {
          results.add(remote.push(refs));
        } catch (GitRejectedException e) {
          rejections.add(e);
        }
      }
      if (!rejections.isEmpty()) {
        throw rejections.removeLast();
      }
      return results;
    } catch (IOException e) {
      rejections.forEach(e::addSuppressed);
      throw e;
    }
  }

  PushResult push(List<RefSpec> refs) throws IOException {
    client.checkPush(local, at);
    try (Transport transport = client.transport(local, at)) {
      transport.applyConfig(config);
      transport.setTimeout(0); // by which JGit would interrupt this thread
      Collection<RemoteRefUpdate> updates =
          Transport.findRemoteRefUpdatesFor(local, refs, config.getFetchRefSpecs());
      if (updates.isEmpty()) {
        throw new GitException("there is nothing to push: no ref here is like " + refs);
      }
      PushResult result = transport.push(client.progress(), updates);
      checkTaken(result);
      return result;
    } catch (IOException | RuntimeException e) {
      throw GitFailure.explain(at, e);
    }
  }

  private void checkTaken(PushResult result) throws GitRejectedException {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (RemoteRefUpdate update : result.getRemoteUpdates()) {
      switch (update.getStatus()) {
        case OK, UP_TO_DATE, NON_EXISTING -> {}
        case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED ->
            reasons.put(
                update.getRemoteName(),
                "it has commits there that are not in what was pushed: fetch and merge them first");
        case REJECTED_NODELETE -> reasons.put(update.getRemoteName(), "it lets nobody delete refs");
        case NOT_ATTEMPTED, AWAITING_REPORT, REJECTED_OTHER_REASON ->
            reasons.put(update.getRemoteName(), reason(update, result.getMessages()));
      }
    }
    if (!reasons.isEmpty()) {
      throw new GitRejectedException(at.toString(), reasons);
    }
  }

  /** Returns the reason for a ref, and what the server said besides: that often is the cause. */
  private static String reason(RemoteRefUpdate update, String besides) {
    String said = requireNonNullElse(update.getMessage(), "it did not say why");
    return OneLine.of(besides.isBlank() ? said : said + ": " + besides);
  }
}
