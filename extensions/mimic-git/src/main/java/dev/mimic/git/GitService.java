package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import dev.mimic.flow.Flow;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TooLargePackException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineIn;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPackInternalServerErrorException;

/**
 * A Git server based on JGit, for tests, demonstrations and small servers. It does not authenticate
 * clients: that is the task of the server that calls it. Thread-safe.
 *
 * <pre>{@code
 * GitService service = GitService.of(path -> Optional.ofNullable(repositories.get(path)));
 * try (FlowServer server = FlowServer.serve(resolver.listen("git://localhost:0"), service::serve)) {
 *   use(server.address() + "/name");
 * }
 * }</pre>
 *
 * <p>Pushes are refused by default; see {@link #withPushes}. A repository is refused if the name of
 * a ref is not UTF-8, since JGit would change that name.
 *
 * <p><b>Limits.</b> These limits bound the memory and the disk space that a client can use. A
 * request that exceeds one is refused, and the client gets the reason.
 *
 * <table>
 * <caption>Limits of a request</caption>
 * <tr><th>subject<th>default<th>set by
 * <tr><td>bytes of a fetch before its response; by HTTP, a decompressed request
 *     <td>4 MiB, or about 80,000 objects<td>{@link #withMaxRequestBytes}
 * <tr><td>commands, options and certificate of a push
 *     <td>3 MiB<td>{@code receive.maxCommandBytes} of the repository
 * <tr><td>a pushed pack<td>1 GiB<td>{@link #withMaxPackBytes}
 * <tr><td>objects of a pushed pack<td>1,000,000<td>{@link #withMaxPackObjects}
 * <tr><td>an object of a pushed pack, decompressed
 *     <td>256 MiB<td>{@link #withMaxObjectBytes}
 * <tr><td>objects of a pushed pack that are in memory at once
 *     <td>1 GiB<td>{@link #withMaxDeltaBytes}
 * </table>
 *
 * <p>The limits are those of one request. The limit of the server on its connections, such as
 * {@link dev.mimic.flow.FlowServer.Builder#maxFlows}, bounds their number.
 */
public final class GitService {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(2);
  private static final int FAILED = 128; // the status of git's own commands
  private static final long MAX_DRAINED_BYTES = 64L << 20;

  private final Function<String, Optional<Repository>> repositories;
  private final boolean allowsPushes;
  private final ServiceBounds bounds;

  private GitService(
      Function<String, Optional<Repository>> repositories,
      boolean allowsPushes,
      ServiceBounds bounds) {
    this.repositories = requireNonNull(repositories, "repositories");
    this.allowsPushes = allowsPushes;
    this.bounds = bounds;
  }

  /**
   * Returns a service of these repositories, which it does not close.
   *
   * @param repositories finds the repository of a path, which does not begin with a slash; many
   *     threads may call it concurrently
   */
  public static GitService of(Function<String, Optional<Repository>> repositories) {
    return new GitService(repositories, false, ServiceBounds.DEFAULT);
  }

  /** Returns a service that also accepts pushes, from every client. */
  public GitService withPushes() {
    return new GitService(repositories, true, bounds);
  }

  /**
   * Returns a service with another limit for the bytes of a fetch before its response. Each object
   * that a client wants or has takes 50 bytes, and several times that in memory. Ids chosen to
   * collide in JGit's hash tables slow a request down, so the limit should stay small.
   */
  public GitService withMaxRequestBytes(long requestBytes) {
    return with(bounds.withRequestBytes(requestBytes));
  }

  /** Returns a service with another limit for a pushed pack. */
  public GitService withMaxPackBytes(long packBytes) {
    return with(bounds.withPackBytes(packBytes));
  }

  /**
   * Returns a service with another limit for the number of objects of a pushed pack. Each object
   * takes about 150 bytes of memory while the pack is received.
   */
  public GitService withMaxPackObjects(int packObjects) {
    return with(bounds.withPackObjects(packObjects));
  }

  /**
   * Returns a service with another limit for a decompressed object of a pushed pack, such as a
   * file. An object that is stored as a delta is reconstructed in memory.
   */
  public GitService withMaxObjectBytes(long objectBytes) {
    return with(bounds.withObjectBytes(objectBytes));
  }

  /**
   * Returns a service with another limit for the memory in which the deltas of a pushed pack are
   * reconstructed. An object and the delta's result are in memory together, and further objects
   * stay there while other deltas against them remain. A pack that may need more is refused before
   * its deltas are reconstructed. To accept deltas of the largest objects, the limit must be more
   * than twice that of {@link #withMaxObjectBytes}.
   */
  public GitService withMaxDeltaBytes(long deltaBytes) {
    return with(bounds.withDeltaBytes(deltaBytes));
  }

  private GitService with(ServiceBounds changed) {
    return new GitService(repositories, allowsPushes, changed);
  }

  /**
   * Serves one client of {@code git://} until its request is complete. Fails if the client is
   * silent for two minutes. Returns normally if the request was refused; the client then gets the
   * reason.
   */
  public void serve(Flow flow) throws IOException {
    flow.readTimeout(READ_TIMEOUT);
    InputStream in = flow.inputStream();
    OutputStream out = new BufferedOutputStream(flow.outputStream(), BUFFER_BYTES);
    try {
      GitRequest request = GitRequest.ofLine(new PacketLineIn(in).readStringRaw());
      boolean unused = serve(request, repository(request), true, in, out);
    } catch (PackProtocolException | RepositoryNotFoundException e) {
      new PacketLineOut(out).writeString("ERR " + e.getMessage() + "\n");
    }
    out.flush();
  }

  /**
   * Runs the command of an SSH client until its request is complete.
   *
   * @return the exit status, with the values of git's own commands
   */
  public int run(String command, InputStream in, OutputStream out, OutputStream errors)
      throws IOException {
    try {
      GitRequest request = GitRequest.ofCommand(command);
      OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
      return serve(request, repository(request), true, in, buffered) ? 0 : FAILED;
    } catch (PackProtocolException | RepositoryNotFoundException e) {
      errors.write(("fatal: " + e.getMessage() + "\n").getBytes(UTF_8));
      errors.flush();
      return FAILED;
    }
  }

  /**
   * Answers a request of Git's smart HTTP. Any other request gets the status 404. The calling
   * handler has to authenticate users.
   */
  public HttpResponse handle(HttpRequest request) throws IOException {
    return new SmartHttp(this).handle(request);
  }

  /** Returns the requested repository. Throws if the name of a ref is not UTF-8. */
  Repository repository(GitRequest request) throws IOException {
    if (request.push() && !allowsPushes) {
      throw new PackProtocolException("this server does not accept pushes");
    }
    Repository repository =
        repositories
            .apply(request.path())
            .orElseThrow(() -> new RepositoryNotFoundException(request.path()));
    try {
      RefNames.check(repository, request.path());
      return repository;
    } catch (GitException e) {
      throw new PackProtocolException(e.getMessage(), e);
    }
  }

  /**
   * Serves a request.
   *
   * @param bidirectional whether the streams carry the whole dialog, from the list of refs to the
   *     end, and not one round of it
   * @return false if the request was refused and the client was told the reason
   */
  boolean serve(
      GitRequest request,
      Repository repository,
      boolean bidirectional,
      InputStream in,
      OutputStream out)
      throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    RequestInput bounded = new RequestInput(buffered, out, request.push(), bidirectional, bounds);
    try {
      if (request.push()) {
        receivePack(repository, bidirectional).receive(bounded, out, null);
      } else {
        try (UploadPack upload = uploadPack(request, repository, bidirectional)) {
          upload.upload(bounded, out, null);
        }
      }
      out.flush();
      return true;
    } catch (UploadPackInternalServerErrorException | UnpackException e) {
      out.flush(); // JGit has written the reason
      drain(buffered);
      if (isRefusal(e)) {
        return false;
      }
      throw e;
    } catch (PackProtocolException e) {
      new PacketLineOut(out).writeString("ERR " + e.getMessage() + "\n");
      out.flush();
      drain(buffered);
      return false;
    } finally {
      bounded.release();
    }
  }

  /** Returns whether a failure is the fault of the client. */
  private static boolean isRefusal(IOException e) {
    return Throwables.getCausalChain(e).stream()
        .anyMatch(
            each ->
                each instanceof PackProtocolException
                    || each instanceof TooLargePackException
                    || each instanceof TooLargeObjectInPackException);
  }

  /** Reads the rest, since a client that is still sending does not read the reason before. */
  private static void drain(InputStream in) {
    try {
      in.skipNBytes(MAX_DRAINED_BYTES);
    } catch (IOException e) {
      // The client has closed the connection.
    }
  }

  /** Returns the JGit side of a fetch; the caller closes it. */
  static UploadPack uploadPack(GitRequest request, Repository repository, boolean bidirectional) {
    UploadPack upload = new UploadPack(repository);
    upload.setBiDirectionalPipe(bidirectional);
    upload.setExtraParameters(request.parameters());
    return upload;
  }

  /** Returns the JGit side of a push. */
  ReceivePack receivePack(Repository repository, boolean bidirectional) {
    ReceivePack receive = new ReceivePack(repository);
    receive.setBiDirectionalPipe(bidirectional);
    receive.setMaxPackSizeLimit(bounds.packBytes());
    receive.setMaxObjectSizeLimit(bounds.objectBytes());
    return receive;
  }
}
