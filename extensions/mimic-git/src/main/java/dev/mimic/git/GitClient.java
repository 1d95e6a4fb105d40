package dev.mimic.git;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.http.Http;
import dev.mimic.ssh.Ssh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/**
 * Clones, fetches and pushes by JGit, over the flows of a resolver. Immutable and thread-safe; it
 * owns nothing, and registers nothing with JGit: clients of different resolvers work side by side.
 *
 * <pre>{@code
 * GitClient client = GitClient.of(resolver);
 * try (Git git = client.clone("git@host.example:repo/name", folder)) {
 *   client.push(git.getRepository());
 * }
 * }</pre>
 *
 * <p><b>Addresses.</b> {@code git://}; {@code ssh://} and {@code user@host:path}, where the
 * server's shell runs the command of Git; {@code file:} and paths of this machine, which need no
 * flow. Any other scheme is asked as {@code git://} is.
 *
 * <p><b>Failures</b> are a {@link dev.mimic.ResolutionException} if there was no connection, a
 * {@link java.nio.channels.ClosedByInterruptException} if the thread was interrupted, a {@link
 * GitException} otherwise.
 *
 * <p><b>Names</b> of refs and files are UTF-8. A clone of a file, or anything done with a
 * repository of a ref whose name is not, is refused by that name: git takes any bytes, and JGit
 * would make another name of them.
 *
 * <p><b>Limits.</b> A server that falls silent ends what is being done, at whatever stage it is:
 * after two minutes, unless {@link #withTimeout} or {@link #withReadTimeout} says otherwise. One
 * that sends a little now and then is ended by {@link #withTotalTimeout}. The failure names the
 * limit.
 */
public final class GitClient {
  /**
   * The program {@code git} that serves repositories of this machine; defaults to the one on PATH.
   * It runs their hooks and obeys their settings. Where there is none, JGit serves them, and pushes
   * to a repository with hooks, settings of {@code receive} or a work tree are refused.
   */
  public static final Key<Path> PROGRAM = Key.of("git.program", Path::toString);

  private final MimicResolver resolver;
  private final Context context;
  private final Limits limits;
  private final ProgressMonitor progress;
  private final int depth; // 0 for all commits

  private GitClient(
      MimicResolver resolver, Context context, Limits limits, ProgressMonitor progress, int depth) {
    this.resolver = resolver;
    this.context = context;
    this.limits = limits;
    this.progress = progress;
    this.depth = depth;
  }

  /** Returns a client that connects by this resolver. */
  public static GitClient of(MimicResolver resolver) {
    return new GitClient(
        resolver,
        Context.empty(),
        Limits.connecting(resolver.timeout()),
        NullProgressMonitor.INSTANCE,
        0);
  }

  /**
   * Returns a client that resolves addresses with these values besides: a user and a password, whom
   * to trust, what to go through. They come before those that it has.
   */
  public GitClient withContext(Context extra) {
    return new GitClient(resolver, context.merge(extra), limits, progress, depth);
  }

  /**
   * Returns a client that takes at most this long to connect, and waits at most this long for a
   * server that sends and takes nothing; over HTTP, also until the head of an answer has come. By
   * default it is the resolver's time to connect, and two minutes of silence.
   */
  public GitClient withTimeout(Duration atMost) {
    return with(limits.withTimeout(atMost));
  }

  /**
   * Returns a client that waits at most this long for a server that sends and takes nothing,
   * whatever {@link #withTimeout} says. It counts at every stage, from the first byte to the last,
   * and from one byte to the next. After a push by HTTP it may take twice as long: what was sent
   * can still be under way.
   */
  public GitClient withReadTimeout(Duration atMost) {
    return with(limits.withReadTimeout(atMost));
  }

  /**
   * Returns a client that ends a clone, a fetch or a push that takes longer in all, however
   * steadily the server sends. By default there is no such limit. The work on this machine, such as
   * checking files out, is not cut off; what is on its way then is.
   */
  public GitClient withTotalTimeout(Duration atMost) {
    return with(limits.withTotalTimeout(atMost));
  }

  private GitClient with(Limits changed) {
    return new GitClient(resolver, context, changed, progress, depth);
  }

  private GitClient begun() {
    return with(limits.begun());
  }

  /**
   * Returns a client that tells how it gets on, in the thread that works, and gives up when the
   * monitor says that it is cancelled.
   */
  public GitClient withProgress(ProgressMonitor monitor) {
    return new GitClient(resolver, context, limits, requireNonNull(monitor, "monitor"), depth);
  }

  /** Returns a client that gets the newest commits of each branch only, this many in a row. */
  public GitClient withDepth(int commits) {
    if (commits < 1) {
      throw new IllegalArgumentException("commits (%d) must be positive".formatted(commits));
    }
    return new GitClient(resolver, context, limits, progress, commits);
  }

  /**
   * Clones a repository: all branches and tags, with the server's branch checked out. The remote is
   * called {@code origin}; a password in the address is not written down.
   *
   * @param into a folder that is empty, or not there yet. If the cloning fails, it is left as it
   *     was.
   * @return the clone; the caller closes it
   */
  public Git clone(String address, Path into) throws IOException {
    return Cloning.run(begun(), GitAddress.parse(address), into);
  }

  /**
   * Opens the repository that a folder is in.
   *
   * @return nothing if it is in none; else the caller closes it
   * @throws GitException if it has a format or an extension that is not supported, such as objects
   *     named by SHA-256
   */
  public static Optional<Repository> open(Path folder) throws IOException {
    FileRepositoryBuilder builder =
        new FileRepositoryBuilder().findGitDir(folder.toAbsolutePath().toFile());
    if (builder.getGitDir() == null) {
      return Optional.empty();
    }
    Repository repository = builder.build();
    try {
      RepositoryFormat.check(repository);
      return Optional.of(repository);
    } catch (IOException e) {
      repository.close();
      throw e;
    }
  }

  /**
   * Gets what is new at {@code origin}, as its configuration says. JGit then looks, in a thread of
   * its own that stays, whether there is garbage to collect, unless the repository's configuration
   * has {@code fetch.autogc} false.
   */
  public FetchResult fetch(Repository into) throws IOException {
    return Remote.toFetchFrom(begun(), into).fetch();
  }

  /**
   * Pushes the branch that is checked out to the branch of that name at {@code origin}.
   *
   * @return a result for each of {@code origin}'s addresses, all of which are pushed to
   * @throws GitRejectedException if the server does not take it, as when it has commits that are
   *     not in the branch
   */
  public List<PushResult> push(Repository from) throws IOException {
    RepositoryFormat.check(from);
    String branch = from.getFullBranch();
    if (branch == null || !branch.startsWith(Constants.R_HEADS)) {
      throw new GitException("there is nothing to push: no branch is checked out in " + from);
    }
    if (from.resolve(branch) == null) {
      throw new GitException("there is nothing to push: %s has no commit".formatted(from));
    }
    return push(from, List.of(new RefSpec(branch + ":" + branch)));
  }

  /**
   * Pushes refs to {@code origin}.
   *
   * @return a result for each of {@code origin}'s addresses, all of which are pushed to
   * @throws GitRejectedException if the server does not take one of them
   */
  public List<PushResult> push(Repository from, List<RefSpec> refs) throws IOException {
    return Remote.push(Remote.toPushTo(begun(), from), refs);
  }

  /**
   * Fetches one ref of the repository at an address, always with its whole history: {@link
   * #withDepth} does not apply. No ref of the local repository changes, and its configuration is
   * not used.
   *
   * @return the object that the ref names, or empty if the repository has no such ref
   */
  public Optional<ObjectId> fetch(Repository into, String address, String ref) throws IOException {
    return Remote.at(begun().withoutDepth(), into, address).fetch(ref);
  }

  /**
   * Pushes refs to the repository at an address; the local repository's configuration is not used.
   *
   * @throws GitRejectedException if the server rejects one of them
   */
  public PushResult push(Repository from, String address, List<RefSpec> refs) throws IOException {
    return Remote.at(begun(), from, address).push(refs);
  }

  /**
   * Returns JGit's own way to a repository, for whatever else it can do; nothing is connected yet.
   * What it throws is JGit's.
   *
   * @param local fetched into, or pushed from
   */
  public Transport transport(Repository local, String address) throws IOException {
    return transport(local, GitAddress.parse(address));
  }

  Transport transport(Repository local, GitAddress at) throws IOException {
    Transport transport =
        switch (at.asking()) {
          case OF_A_FILE -> begun().ofAFile(local, at);
          case BY_HTTP -> begun().byHttp(local, at);
          case BY_A_COMMAND ->
              new FlowTransport(local, at.uri(), service -> begun().byCommand(at, service));
          case BY_A_LINE ->
              new FlowTransport(local, at.uri(), service -> begun().byLine(at, service));
        };
    if (depth > 0) {
      transport.setDepth(depth);
    }
    return transport;
  }

  private Transport ofAFile(Repository local, GitAddress at) throws IOException {
    LocalGit git = LocalGit.of(context);
    Path folder = LocalGit.resolve(local, at);
    if (git.program().isPresent() && Files.isDirectory(folder)) {
      return new FlowTransport(
          local,
          at.uri(),
          service -> new LimitedFlow(git.connect(service, folder, limits.ofSilence()), limits));
    }
    LocalGit.checkFormat(folder);
    return ofTheLibrary(local, at, at.uri());
  }

  /** Throws if a push to there would not be what it is by the rules of git. */
  void checkPush(Repository local, GitAddress at) throws IOException {
    if (at.asking() == GitAddress.Asking.OF_A_FILE && LocalGit.of(context).program().isEmpty()) {
      LocalGit.checkPush(LocalGit.resolve(local, at));
    }
  }

  private static Transport ofTheLibrary(Repository local, GitAddress at, URIish uri)
      throws IOException {
    try {
      return Transport.open(local, uri);
    } catch (NotSupportedException | TransportException e) {
      throw GitFailure.explain(at, e);
    }
  }

  private Transport byHttp(Repository local, GitAddress at) throws IOException {
    HttpCredentials credentials = HttpCredentials.of(at, context);
    if (!(ofTheLibrary(local, at, at.uri()) instanceof TransportHttp transport)) {
      throw new GitException(
          "%s: somebody has registered another way to http and https with JGit".formatted(at));
    }
    transport.setHttpConnectionFactory(
        new FlowHttp(resolver, context, limits, at, credentials, local.getDirectory()));
    transport.setCredentialsProvider(credentials);
    return transport;
  }

  private Flow byCommand(GitAddress at, String service) throws IOException {
    return resolved(at, context.with(Ssh.COMMAND, at.command(service)));
  }

  private Flow byLine(GitAddress at, String service) throws IOException {
    Flow flow = resolved(at, context);
    try {
      new PacketLineOut(flow.outputStream()).writeString(at.line(service));
      return flow;
    } catch (IOException | RuntimeException e) {
      try (flow) {
        throw e;
      }
    }
  }

  private Flow resolved(GitAddress at, Context how) throws IOException {
    return new LimitedFlow(
        resolver.with(how).withTimeout(limits.ofConnecting()).resolve(at.endpoint()), limits);
  }

  /**
   * Asks a server of HTTP for the branch of its HEAD that has no commit yet; in other conversations
   * it is asked for by {@link FlowTransport}.
   */
  Optional<String> unbornByHttp(GitAddress at) throws IOException {
    return at.asking() == GitAddress.Asking.BY_HTTP
        ? UnbornHead.byHttp(
            Http.client(resolver, context).callTimeout(limits.ofConnecting()),
            at,
            HttpCredentials.of(at, context))
        : Optional.empty();
  }

  /** Returns this client, which gets all commits. */
  GitClient withoutDepth() {
    return new GitClient(resolver, context, limits, progress, 0);
  }

  boolean isShallow() {
    return depth > 0;
  }

  ProgressMonitor progress() {
    return progress;
  }
}
