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
 * Serves repositories to Git's clients, by JGit: for tests, demonstrations and small servers. It
 * authenticates nobody; who may come is for what it is served over to decide. Thread-safe.
 *
 * <pre>{@code
 * GitService service = GitService.of(path -> Optional.ofNullable(repositories.get(path)));
 * try (FlowServer server = FlowServer.serve(resolver.listen("git://localhost:0"), service::serve)) {
 *   use(server.address() + "/name");
 * }
 * }</pre>
 *
 * <p>Nobody can push, unless it {@link #takingPushes()}. A repository that has a ref whose name is
 * not UTF-8 is refused, since JGit would tell of another.
 *
 * <p><b>Limits.</b> A client cannot have the server hold more than these. What exceeds one is
 * refused, and the client is told why.
 *
 * <table>
 * <caption>Limits of a request</caption>
 * <tr><th>what<th>at most<th>set by
 * <tr><td>what a fetch asks for and has, until it is answered; by HTTP, a request, decompressed
 *     <td>4 MiB, or about 80,000 objects<td>{@link #withMaxRequestBytes}
 * <tr><td>commands, options and certificate of a push
 *     <td>3 MiB<td>{@code receive.maxCommandBytes} of the repository
 * <tr><td>a pack that is pushed<td>1 GiB<td>{@link #withMaxPackBytes}
 * <tr><td>objects of that pack<td>1,000,000<td>{@link #withMaxPackObjects}
 * <tr><td>an object of that pack, decompressed
 *     <td>256 MiB<td>{@link #withMaxObjectBytes}
 * </table>
 *
 * <p>Objects that are stored as deltas are put together in memory, several at a time.
 */
public final class GitService {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final Duration SILENCE = Duration.ofMinutes(2);
  private static final int FAILED = 128; // as git's own commands end
  private static final long DROPPED_BYTES = 64L << 20;
  private static final Bounds DEFAULT =
      new Bounds(4L << 20, 1L << 30, 1_000_000, 256L << 20); // the longest text of a GitStore

  private final Function<String, Optional<Repository>> repositories;
  private final boolean takesPushes;
  private final Bounds bounds;

  /**
   * How much a client may send.
   *
   * @param requestBytes of a fetch, until it is answered
   */
  record Bounds(long requestBytes, long packBytes, long packObjects, long objectBytes) {
    Bounds {
      check(requestBytes, "requestBytes");
      check(packBytes, "packBytes");
      check(packObjects, "packObjects");
      check(objectBytes, "objectBytes");
    }

    private static void check(long value, String name) {
      if (value < 1) {
        throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
      }
    }
  }

  private GitService(
      Function<String, Optional<Repository>> repositories, boolean takesPushes, Bounds bounds) {
    this.repositories = requireNonNull(repositories, "repositories");
    this.takesPushes = takesPushes;
    this.bounds = bounds;
  }

  /**
   * Returns a service of these repositories, which stay open.
   *
   * @param repositories finds the repository of a path, which has no slash at its beginning; called
   *     by many threads at once
   */
  public static GitService of(Function<String, Optional<Repository>> repositories) {
    return new GitService(repositories, false, DEFAULT);
  }

  /** Returns this service, to which everybody who reaches it can push. */
  public GitService takingPushes() {
    return new GitService(repositories, true, bounds);
  }

  /**
   * Returns this service with another limit for what a fetch sends until it is answered. Each
   * object that it wants or has takes 50 bytes, and JGit a few times that in memory; names that are
   * chosen for it make its tables slow.
   */
  public GitService withMaxRequestBytes(long requestBytes) {
    return with(new Bounds(requestBytes, bounds.packBytes, bounds.packObjects, bounds.objectBytes));
  }

  /** Returns this service with another limit for a pack that is pushed. */
  public GitService withMaxPackBytes(long packBytes) {
    return with(new Bounds(bounds.requestBytes, packBytes, bounds.packObjects, bounds.objectBytes));
  }

  /**
   * Returns this service with another limit for the objects of a pack that is pushed, each of which
   * takes some 100 bytes of memory while it is received.
   */
  public GitService withMaxPackObjects(int packObjects) {
    return with(new Bounds(bounds.requestBytes, bounds.packBytes, packObjects, bounds.objectBytes));
  }

  /**
   * Returns this service with another limit for an object of a pack that is pushed, such as a file,
   * decompressed. One that is stored as a delta is put together in memory.
   */
  public GitService withMaxObjectBytes(long objectBytes) {
    return with(new Bounds(bounds.requestBytes, bounds.packBytes, bounds.packObjects, objectBytes));
  }

  private GitService with(Bounds changed) {
    return new GitService(repositories, takesPushes, changed);
  }

  /**
   * Serves a flow of {@code git://}, whose client says on it what it wants; to its end, or until
   * the client has been silent for two minutes. A client that was refused is told so, and this
   * returns.
   */
  public void serve(Flow flow) throws IOException {
    flow.readTimeout(SILENCE);
    InputStream in = flow.inputStream();
    OutputStream out = new BufferedOutputStream(flow.outputStream(), BUFFER_BYTES);
    try {
      GitRequest request = GitRequest.ofLine(new PacketLineIn(in).readStringRaw());
      boolean unused = converse(request, repository(request), true, in, out);
    } catch (PackProtocolException | RepositoryNotFoundException e) {
      new PacketLineOut(out).writeString("ERR " + e.getMessage() + "\n");
    }
    out.flush();
  }

  /**
   * Runs the command of a client that came by SSH, to its end.
   *
   * @return the exit status, as of git's own commands
   */
  public int run(String command, InputStream in, OutputStream out, OutputStream errors)
      throws IOException {
    try {
      GitRequest request = GitRequest.ofCommand(command);
      OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
      return converse(request, repository(request), true, in, buffered) ? 0 : FAILED;
    } catch (PackProtocolException | RepositoryNotFoundException e) {
      errors.write(("fatal: " + e.getMessage() + "\n").getBytes(UTF_8));
      errors.flush();
      return FAILED;
    }
  }

  /**
   * Answers a request of Git's smart HTTP; anything else is not found. Where users are to log in,
   * that is for the handler to see to that this is called by.
   */
  public HttpResponse handle(HttpRequest request) throws IOException {
    return new SmartHttp(this).answer(request);
  }

  /** Returns the repository that is asked for, if what JGit would tell of it is true. */
  Repository repository(GitRequest request) throws IOException {
    if (request.push() && !takesPushes) {
      throw new PackProtocolException("pushes are not taken here");
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
   * Serves what a client says.
   *
   * @param whole from the refs to the end, and not one round of a conversation
   * @return false if it was refused, of which the client was told
   */
  boolean converse(
      GitRequest request, Repository repository, boolean whole, InputStream in, OutputStream out)
      throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    try {
      InputStream bounded = new RequestInput(buffered, out, request.push(), whole, bounds);
      if (request.push()) {
        receiving(repository, whole).receive(bounded, out, null);
      } else {
        try (UploadPack upload = uploading(request, repository, whole)) {
          upload.upload(bounded, out, null);
        }
      }
      out.flush();
      return true;
    } catch (UploadPackInternalServerErrorException | UnpackException e) {
      out.flush(); // JGit has told the client
      drop(buffered);
      if (isRefusal(e)) {
        return false;
      }
      throw e;
    } catch (PackProtocolException e) {
      new PacketLineOut(out).writeString("ERR " + e.getMessage() + "\n");
      out.flush();
      drop(buffered);
      return false;
    }
  }

  /** Returns whether it is for the client to do something about it. */
  private static boolean isRefusal(IOException e) {
    return Throwables.getCausalChain(e).stream()
        .anyMatch(
            each ->
                each instanceof PackProtocolException
                    || each instanceof TooLargePackException
                    || each instanceof TooLargeObjectInPackException);
  }

  /** Reads on: a client that is still sending reads only then why it was refused. */
  private static void drop(InputStream in) {
    try {
      in.skipNBytes(DROPPED_BYTES);
    } catch (IOException e) {
      // It has gone, as it should.
    }
  }

  /** Returns what sends to a client; the caller closes it. */
  static UploadPack uploading(GitRequest request, Repository repository, boolean whole) {
    UploadPack upload = new UploadPack(repository);
    upload.setBiDirectionalPipe(whole);
    upload.setExtraParameters(request.parameters());
    return upload;
  }

  /** Returns what receives from a client. */
  ReceivePack receiving(Repository repository, boolean whole) {
    ReceivePack receive = new ReceivePack(repository);
    receive.setBiDirectionalPipe(whole);
    receive.setMaxPackSizeLimit(bounds.packBytes);
    receive.setMaxObjectSizeLimit(bounds.objectBytes);
    return receive;
  }
}
