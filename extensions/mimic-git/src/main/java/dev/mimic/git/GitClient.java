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
 * A Git client that clones, fetches and pushes with JGit, over the flows of a resolver. It is
 * immutable and thread-safe. It owns no resources and registers nothing with JGit, so that clients
 * of different resolvers can be used at the same time.
 *
 * <pre>{@code
 * GitClient client = GitClient.of(resolver);
 * try (Git git = client.clone("git@host.example:repo/name", folder)) {
 *   client.push(git.getRepository());
 * }
 * }</pre>
 *
 * <p><b>Addresses.</b> {@code git://}, {@code http://} and {@code https://}; {@code ssh://} and
 * {@code user@host:path}, where the server runs a command of Git in a shell; {@code file:} and
 * local paths, which need no flow. Any other scheme carries the protocol of {@code git://}.
 *
 * <p><b>Failures</b> are a {@link dev.mimic.ResolutionException} if no connection was made, a
 * {@link java.nio.channels.ClosedByInterruptException} if the thread was interrupted, and a {@link
 * GitException} otherwise.
 *
 * <p><b>Names</b> of refs and files must be UTF-8. Git accepts any bytes, but JGit would change
 * such a name. The client therefore refuses a repository with such a ref, and a clone with such a
 * file. The message contains the name.
 *
 * <p><b>Limits.</b> An operation fails if the server falls silent, at any stage. The limit defaults
 * to two minutes and is set by {@link #withTimeout} or {@link #withReadTimeout}. A server that
 * sends slowly forever is limited by {@link #withTotalTimeout}. The failure names the limit.
 */
public final class GitClient {
  /**
   * The {@code git} program that serves local repositories, with their hooks and settings. Defaults
   * to the one on PATH. Without one, JGit serves them, and refuses pushes to a repository that has
   * hooks, settings of {@code receive} or a work tree.
   */
  public static final Key<Path> PROGRAM = Key.of("git.program", Path::toString);

  private final MimicResolver resolver;
  private final Context context;
  private final Limits limits;
  private final ProgressMonitor progress;
  private final int depth; // 0 means all commits

  private GitClient(
      MimicResolver resolver, Context context, Limits limits, ProgressMonitor progress, int depth) {
    this.resolver = resolver;
    this.context = context;
    this.limits = limits;
    this.progress = progress;
    this.depth = depth;
  }

  /** Returns a client that connects with this resolver. */
  public static GitClient of(MimicResolver resolver) {
    return new GitClient(
        resolver,
        Context.empty(),
        Limits.connecting(resolver.timeout()),
        NullProgressMonitor.INSTANCE,
        0);
  }

  /**
   * Returns a client that resolves addresses with additional values, such as a password, trusted
   * certificates or a proxy. They take precedence over earlier ones.
   */
  public GitClient withContext(Context extra) {
    return new GitClient(resolver, context.merge(extra), limits, progress, depth);
  }

  /**
   * Returns a client with this limit on connecting and on silence of the server, during which it
   * neither sends nor accepts data. Over HTTP, the limit also applies to the wait for a response.
   * Connecting defaults to the timeout of the resolver, and silence to two minutes.
   */
  public GitClient withTimeout(Duration atMost) {
    return with(limits.withTimeout(atMost));
  }

  /**
   * Returns a client with this limit on silence of the server, independent of {@link #withTimeout}.
   * It applies at every stage, and starts again with each byte. After a push by HTTP, the wait can
   * be twice as long, because sent data may still be in transit.
   */
  public GitClient withReadTimeout(Duration atMost) {
    return with(limits.withReadTimeout(atMost));
  }

  /**
   * Returns a client with this limit on the total time of a clone, a fetch or a push. There is no
   * such limit by default. It ends the transfer of data, but not local work such as a checkout.
   */
  public GitClient withTotalTimeout(Duration atMost) {
    return with(limits.withTotalTimeout(atMost));
  }

  private GitClient with(Limits changed) {
    return new GitClient(resolver, context, changed, progress, depth);
  }

  private GitClient started() {
    return with(limits.started());
  }

  /**
   * Returns a client that reports its progress to a monitor, in the calling thread. An operation
   * fails when the monitor is cancelled.
   */
  public GitClient withProgress(ProgressMonitor monitor) {
    return new GitClient(resolver, context, limits, requireNonNull(monitor, "monitor"), depth);
  }

  /** Returns a client that fetches only this many of the newest commits of each branch. */
  public GitClient withDepth(int commits) {
    if (commits < 1) {
      throw new IllegalArgumentException("commits (%d) must be positive".formatted(commits));
    }
    return new GitClient(resolver, context, limits, progress, commits);
  }

  /**
   * Clones a repository with all branches and tags, and checks out the current branch of the
   * server. The remote is named {@code origin}. A password in the address is not stored.
   *
   * @param into a folder that is empty or missing. It is restored if the clone fails.
   * @return the clone; the caller closes it
   */
  public Git clone(String address, Path into) throws IOException {
    return CloneOperation.run(started(), GitAddress.parse(address), into);
  }

  /**
   * Opens the repository that contains a folder.
   *
   * @return the repository, which the caller closes, or empty if there is none
   * @throws GitException if the repository has a format or an extension that is not supported, such
   *     as SHA-256 object names
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
   * Fetches the configured refs of {@code origin}. JGit then checks for garbage in a background
   * thread, which keeps running. Set {@code fetch.autogc} to false in the repository to prevent it.
   */
  public FetchResult fetch(Repository into) throws IOException {
    return Remote.forFetch(started(), into).fetch();
  }

  /**
   * Pushes the current branch to the branch of the same name at {@code origin}.
   *
   * @return a result for each address of {@code origin}
   * @throws GitRejectedException if the server rejects it, for example because it has commits that
   *     are not in the branch
   */
  public List<PushResult> push(Repository from) throws IOException {
    RepositoryFormat.check(from);
    String branch = from.getFullBranch();
    if (branch == null || !branch.startsWith(Constants.R_HEADS)) {
      throw new GitException("nothing to push: no branch is checked out in " + from);
    }
    if (from.resolve(branch) == null) {
      throw new GitException("nothing to push: %s has no commit".formatted(from));
    }
    return push(from, List.of(new RefSpec(branch + ":" + branch)));
  }

  /**
   * Pushes refs to {@code origin}.
   *
   * @return a result for each address of {@code origin}
   * @throws GitRejectedException if the server rejects one of the refs
   */
  public List<PushResult> push(Repository from, List<RefSpec> refs) throws IOException {
    return Remote.push(Remote.forPush(started(), from), refs);
  }

  /**
   * Fetches one ref of the repository at an address, always with its whole history: {@link
   * #withDepth} does not apply. No ref of the local repository changes, and its configuration is
   * not used.
   *
   * @return the object that the ref names, or empty if the repository has no such ref
   */
  public Optional<ObjectId> fetch(Repository into, String address, String ref) throws IOException {
    return Remote.at(started().withoutDepth(), into, address).fetch(ref);
  }

  /**
   * Pushes refs to the repository at an address; the local repository's configuration is not used.
   *
   * @throws GitRejectedException if the server rejects one of them
   */
  public PushResult push(Repository from, String address, List<RefSpec> refs) throws IOException {
    return Remote.at(started(), from, address).push(refs);
  }

  /**
   * Returns a JGit transport to a repository, for operations that this class does not have. It is
   * not connected yet, and throws the exceptions of JGit.
   *
   * @param local the repository to fetch into or push from
   */
  public Transport transport(Repository local, String address) throws IOException {
    return transport(local, GitAddress.parse(address));
  }

  Transport transport(Repository local, GitAddress at) throws IOException {
    Transport transport =
        switch (at.access()) {
          case FILE -> started().fileTransport(local, at);
          case HTTP -> started().httpTransport(local, at);
          case COMMAND ->
              new FlowTransport(
                  local, at.uri(), service -> started().connectByCommand(at, service));
          case REQUEST_LINE ->
              new FlowTransport(
                  local, at.uri(), service -> started().connectByRequestLine(at, service));
        };
    if (depth > 0) {
      transport.setDepth(depth);
    }
    return transport;
  }

  private Transport fileTransport(Repository local, GitAddress at) throws IOException {
    LocalGit git = LocalGit.of(context);
    Path folder = LocalGit.resolve(local, at);
    if (git.program().isPresent() && Files.isDirectory(folder)) {
      return new FlowTransport(
          local,
          at.uri(),
          service ->
              new LimitedFlow(git.connect(service, folder, limits.silenceTimeout()), limits));
    }
    LocalGit.checkFormat(folder);
    return jgitTransport(local, at, at.uri());
  }

  /** Throws if a push to a local repository would not follow the rules of git. */
  void checkPush(Repository local, GitAddress at) throws IOException {
    if (at.access() == GitAddress.Access.FILE && LocalGit.of(context).program().isEmpty()) {
      LocalGit.checkPush(LocalGit.resolve(local, at));
    }
  }

  private static Transport jgitTransport(Repository local, GitAddress at, URIish uri)
      throws IOException {
    try {
      return Transport.open(local, uri);
    } catch (NotSupportedException | TransportException e) {
      throw GitFailure.explain(at, e);
    }
  }

  private Transport httpTransport(Repository local, GitAddress at) throws IOException {
    HttpCredentials credentials = HttpCredentials.of(at, context);
    if (!(jgitTransport(local, at, at.uri()) instanceof TransportHttp transport)) {
      throw new GitException(
          "%s: JGit has another transport for http and https: unregister that".formatted(at));
    }
    transport.setHttpConnectionFactory(
        new FlowHttp(resolver, context, limits, at, credentials, local.getDirectory()));
    transport.setCredentialsProvider(credentials);
    return transport;
  }

  private Flow connectByCommand(GitAddress at, String service) throws IOException {
    return connect(at, context.with(Ssh.COMMAND, at.command(service)));
  }

  private Flow connectByRequestLine(GitAddress at, String service) throws IOException {
    Flow flow = connect(at, context);
    try {
      new PacketLineOut(flow.outputStream()).writeString(at.requestLine(service));
      return flow;
    } catch (IOException | RuntimeException e) {
      try (flow) {
        throw e;
      }
    }
  }

  private Flow connect(GitAddress at, Context extra) throws IOException {
    return new LimitedFlow(
        resolver.with(extra).withTimeout(limits.connectTimeout()).resolve(at.endpoint()), limits);
  }

  /**
   * Asks an HTTP server for the branch of a HEAD without commits. For other addresses, {@link
   * FlowTransport} asks for it.
   */
  Optional<String> unbornHeadByHttp(GitAddress at) throws IOException {
    return at.access() == GitAddress.Access.HTTP
        ? UnbornHead.requestByHttp(
            Http.client(resolver, context).callTimeout(limits.connectTimeout()),
            at,
            HttpCredentials.of(at, context))
        : Optional.empty();
  }

  /** Returns a client that fetches all commits. */
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
