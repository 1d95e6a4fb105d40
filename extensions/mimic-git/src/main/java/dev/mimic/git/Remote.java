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
 * A remote of a repository, with the operations on it.
 *
 * @param config the refspecs and other settings of the remote, without its addresses
 * @param at the address of the remote
 */
record Remote(GitClient client, Repository local, RemoteConfig config, GitAddress at) {
  private static final String ORIGIN = Constants.DEFAULT_REMOTE_NAME;
  private static final String PRUNE = "prune";

  static Remote forFetch(GitClient client, Repository local) throws IOException {
    return origin(client, local, RemoteAddresses.forFetch(local.getConfig(), ORIGIN));
  }

  /** Returns a remote for each address to push to, in order. */
  static List<Remote> forPush(GitClient client, Repository local) throws IOException {
    List<GitAddress> addresses = RemoteAddresses.forPush(local.getConfig(), ORIGIN);
    Remote first = origin(client, local, addresses);
    return addresses.stream().map(at -> new Remote(client, local, first.config(), at)).toList();
  }

  private static Remote origin(GitClient client, Repository local, List<GitAddress> at)
      throws IOException {
    RepositoryFormat.check(local);
    if (at.isEmpty()) {
      throw new GitException(
          "%s has no remote named origin: clone a repository, or set remote.origin.url"
              .formatted(local));
    }
    RemoteConfig config = RemoteAddresses.withoutAddresses(local.getConfig(), ORIGIN);
    return new Remote(client, local, config, at.getFirst());
  }

  /** Returns a remote at an address that need not be configured. */
  static Remote at(GitClient client, Repository local, String address) throws IOException {
    RemoteConfig none = RemoteAddresses.withoutAddresses(new Config(), ORIGIN);
    return new Remote(client, local, none, GitAddress.parse(address));
  }

  /** Fetches the configured refs. */
  FetchResult fetch() throws IOException {
    return fetch(config.getTagOpt());
  }

  /** Fetches the configured refs and all tags. */
  FetchResult fetchWithTags() throws IOException {
    // A shallow clone gets only the tags of its commits: the others would bring more commits.
    return fetch(client.isShallow() ? TagOpt.AUTO_FOLLOW : TagOpt.FETCH_TAGS);
  }

  /**
   * Fetches the object of a ref without setting a local ref.
   *
   * @return the object, or empty if the server has no such ref
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
      transport.setTimeout(0); // with a timeout, JGit would interrupt this thread
      transport.setTagOpt(tags);
      transport.setRemoveDeletedRefs(prunes());
      FetchResult result = transport.fetch(client.progress(), List.of());
      checkUpdates(result.getTrackingRefUpdates());
      return result;
    } catch (IOException | RuntimeException e) {
      throw GitFailure.explain(at, e);
    }
  }

  /** Returns whether local refs are deleted that the server no longer has, by the rules of git. */
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
   * Pushes to several remotes in order. As in git, a rejected ref does not prevent the next push,
   * but any other failure does.
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
      transport.setTimeout(0); // with a timeout, JGit would interrupt this thread
      Collection<RemoteRefUpdate> updates =
          Transport.findRemoteRefUpdatesFor(local, refs, config.getFetchRefSpecs());
      if (updates.isEmpty()) {
        throw new GitException("nothing to push: no local ref matches " + refs);
      }
      PushResult result = transport.push(client.progress(), updates);
      checkAccepted(result);
      return result;
    } catch (IOException | RuntimeException e) {
      throw GitFailure.explain(at, e);
    }
  }

  private void checkAccepted(PushResult result) throws GitRejectedException {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (RemoteRefUpdate update : result.getRemoteUpdates()) {
      switch (update.getStatus()) {
        case OK, UP_TO_DATE, NON_EXISTING -> {}
        case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED ->
            reasons.put(
                update.getRemoteName(),
                "the server has commits that the push would lose: fetch and merge them first");
        case REJECTED_NODELETE ->
            reasons.put(update.getRemoteName(), "the server does not allow refs to be deleted");
        case NOT_ATTEMPTED, AWAITING_REPORT, REJECTED_OTHER_REASON ->
            reasons.put(update.getRemoteName(), reason(update, result.getMessages()));
      }
    }
    if (!reasons.isEmpty()) {
      throw new GitRejectedException(at.toString(), reasons);
    }
  }

  /** Returns the reason for a ref, with the messages of the server, which often have the cause. */
  private static String reason(RemoteRefUpdate update, String messages) {
    String reason = requireNonNullElse(update.getMessage(), "the server gave no reason");
    return OneLine.of(messages.isBlank() ? reason : reason + ": " + messages);
  }
}
