package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
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
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineIn;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;

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
 * <p>Nobody can push, unless it {@link #takingPushes()}.
 */
public final class GitService {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final Duration SILENCE = Duration.ofMinutes(2);
  private static final int FAILED = 128; // as git's own commands end

  private final Function<String, Optional<Repository>> repositories;
  private final boolean takesPushes;

  private GitService(Function<String, Optional<Repository>> repositories, boolean takesPushes) {
    this.repositories = requireNonNull(repositories, "repositories");
    this.takesPushes = takesPushes;
  }

  /**
   * Returns a service of these repositories, which stay open.
   *
   * @param repositories finds the repository of a path, which has no slash at its beginning; called
   *     by many threads at once
   */
  public static GitService of(Function<String, Optional<Repository>> repositories) {
    return new GitService(repositories, false);
  }

  /** Returns this service, to which everybody who reaches it can push. */
  public GitService takingPushes() {
    return new GitService(repositories, true);
  }

  /**
   * Serves a flow of {@code git://}, whose client says on it what it wants; to its end, or until
   * the client has been silent for two minutes.
   */
  public void serve(Flow flow) throws IOException {
    flow.readTimeout(SILENCE);
    InputStream in = new BufferedInputStream(flow.inputStream(), BUFFER_BYTES);
    OutputStream out = new BufferedOutputStream(flow.outputStream(), BUFFER_BYTES);
    try {
      GitRequest request = GitRequest.ofLine(new PacketLineIn(in).readStringRaw());
      converse(request, repository(request), true, in, out);
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
      converse(
          request, repository(request), true, new BufferedInputStream(in, BUFFER_BYTES), buffered);
      buffered.flush();
      return 0;
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

  Repository repository(GitRequest request)
      throws PackProtocolException, RepositoryNotFoundException {
    if (request.push() && !takesPushes) {
      throw new PackProtocolException("pushes are not taken here");
    }
    return repositories
        .apply(request.path())
        .orElseThrow(() -> new RepositoryNotFoundException(request.path()));
  }

  /**
   * Serves what a client says.
   *
   * @param whole from the refs to the end, and not one round of a conversation
   */
  static void converse(
      GitRequest request, Repository repository, boolean whole, InputStream in, OutputStream out)
      throws IOException {
    if (request.push()) {
      receiving(repository, whole).receive(in, out, null);
    } else {
      try (UploadPack upload = uploading(request, repository, whole)) {
        upload.upload(in, out, null);
      }
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
  static ReceivePack receiving(Repository repository, boolean whole) {
    ReceivePack receive = new ReceivePack(repository);
    receive.setBiDirectionalPipe(whole);
    return receive;
  }
}
