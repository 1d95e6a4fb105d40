package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Failures of the client and their messages. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class FailureTest {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(
              new InMemoryModule(InMemoryNetwork.create()), new GitModule(), new HttpModule())
          .getInstance(MimicResolver.class);

  @TempDir private Path folder;
  private ServedFolder served;

  FailureTest() {}

  @BeforeEach
  void open() throws IOException {
    served = new ServedFolder(Files.createDirectory(folder.resolve("root")));
    Path unused = History.bare(folder.resolve("root"), "r.git", 3);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private HttpServer http(String login, List<String> seen) throws IOException {
    return HttpServer.serve(
        RESOLVER.listen("http://localhost:0"), request -> answer(request, login, seen));
  }

  private HttpResponse answer(HttpRequest request, String login, List<String> seen)
      throws IOException {
    String shown = request.header("Authorization").orElse("");
    seen.add(shown);
    return shown.equals(login)
        ? served.service().handle(request)
        : HttpResponse.of(401).withHeader("WWW-Authenticate", "Basic realm=\"git\"");
  }

  /** Redirects a request to the same path of a server. */
  private static HttpResponse redirect(String server, HttpRequest request) {
    return HttpResponse.of(302)
        .withHeader("Location", server + request.path() + "?" + request.query().orElseThrow());
  }

  private GitException refused(GitClient client, String address) {
    Path clone = folder.resolve("clone");
    GitException e = assertThrows(GitException.class, () -> client.clone(address, clone));
    assertThat(Files.exists(clone)).isFalse();
    return e;
  }

  @Test
  void clone_wrongPassword_sendsItOnceAndHidesIt() throws Exception {
    List<String> seen = new ArrayList<>();
    try (HttpServer server = http("Basic x", seen)) {
      String address = server.address().replace("http://", "http://alice:wr%20ng@") + "/r.git";

      GitException e = refused(GitClient.of(RESOLVER), address);

      assertThat(e).hasMessageThat().contains("requires a valid user and password");
      assertThat(e).hasMessageThat().doesNotContainMatch("wr.{0,3}ng");
      assertThat(seen).containsExactly("", "Basic YWxpY2U6d3Igbmc=").inOrder();
    }
  }

  @Test
  void clone_addressWithPassword_doesNotStoreIt() throws Exception {
    try (HttpServer server = http("Basic YWxpY2U6czNjcmV0", new ArrayList<>())) {
      String address = server.address().replace("http://", "http://alice:s3cret@") + "/r.git";
      Path clone = folder.resolve("clone");

      GitClient.of(RESOLVER).clone(address, clone).close();

      assertThat(Files.readString(clone.resolve(".git/config"))).doesNotContain("s3cret");
      assertThat(Files.readString(clone.resolve(".git/config"))).doesNotContain("autogc");
      assertThat(Files.readString(clone.resolve(".git/config"))).contains("alice@localhost");
    }
  }

  @Test
  void redirect_toOtherServer_sendsNoPassword() throws Exception {
    List<String> seen = new ArrayList<>();
    try (HttpServer other = http("Basic x", seen);
        HttpServer server =
            HttpServer.serve(
                RESOLVER.listen("http://localhost:0"),
                request -> redirect(other.address(), request))) {
      Context login = Context.empty().with(Address.USER, "alice").with(Address.PASSWORD, "s3cret");

      GitException e =
          refused(GitClient.of(RESOLVER).withContext(login), server.address() + "/r.git");

      assertThat(e).hasMessageThat().contains("requires a valid user and password");
      assertThat(seen).containsExactly("");
    }
  }

  @Test
  void redirect_loop_fails() throws Exception {
    try (HttpServer server =
        HttpServer.serve(RESOLVER.listen("http://localhost:0"), request -> redirect("", request))) {
      GitException e = refused(GitClient.of(RESOLVER), server.address() + "/r.git");

      assertThat(e).hasMessageThat().contains("Redirected more than");
    }
  }

  @Test
  void push_readOnlyServer_isRefused() throws Exception {
    GitService readOnly = GitService.of(served::find);
    for (boolean byHttp : List.of(false, true)) {
      try (AutoCloseable server = byHttp ? overHttp(readOnly) : overGit(readOnly)) {
        Path clone = folder.resolve("clone" + byHttp);
        GitClient client = GitClient.of(RESOLVER);
        try (Git git = client.clone(address(server) + "/r.git", clone)) {
          String unused = History.commit(clone, "new");

          GitException e = assertThrows(GitException.class, () -> client.push(git.getRepository()));

          assertThat(e)
              .hasMessageThat()
              .contains(byHttp ? "denied permission" : "does not accept pushes");
        }
      }
    }
  }

  private static HttpServer overHttp(GitService service) throws IOException {
    return HttpServer.serve(RESOLVER.listen("http://localhost:0"), service::handle);
  }

  private static FlowServer overGit(GitService service) throws IOException {
    return FlowServer.serve(RESOLVER.listen("git://localhost:0"), service::serve);
  }

  private static String address(AutoCloseable server) {
    return server instanceof HttpServer http ? http.address() : ((FlowServer) server).address();
  }

  @Test
  void clone_malformedAddress_isNotRepeated() {
    GitException e =
        assertThrows(
            GitException.class,
            () -> GitClient.of(RESOLVER).clone("http://a:s3cret@[b", folder.resolve("clone")));

    assertThat(e).hasMessageThat().doesNotContain("s3cret");
  }

  @Test
  void redirect_afterLogin_sendsNoPassword() throws Exception {
    List<String> seen = new ArrayList<>();
    try (HttpServer other = http("Basic x", seen);
        HttpServer server =
            HttpServer.serve(
                RESOLVER.listen("http://localhost:0"),
                request ->
                    request.header("Authorization").isEmpty()
                        ? HttpResponse.of(401).withHeader("WWW-Authenticate", "Basic realm=\"git\"")
                        : redirect(other.address(), request))) {
      Context login = Context.empty().with(Address.USER, "alice").with(Address.PASSWORD, "s3cret");

      GitException e =
          refused(GitClient.of(RESOLVER).withContext(login), server.address() + "/r.git");

      assertThat(e).hasMessageThat().contains("requires a valid user and password");
      assertThat(Set.copyOf(seen)).containsExactly("");
    }
  }

  @Test
  void clone_headOutsideRepository_isRefused() throws Exception {
    Path clone = folder.resolve("clone");
    Path outside = folder.resolve("outside");
    String id = History.head(folder.resolve("root/r.git"));
    String head = "refs/heads/" + "../".repeat(4) + "outside";
    byte[] refs = advertisement("%s HEAD\0symref=HEAD:%s".formatted(id, head), id + " " + head);
    try (FlowServer server =
        FlowServer.serve(
            RESOLVER.listen("git://localhost:0"),
            flow -> {
              flow.write(ByteBuffer.wrap(refs));
              long unused = flow.inputStream().transferTo(OutputStream.nullOutputStream());
            })) {
      assertThrows(
          IOException.class,
          () ->
              GitClient.of(RESOLVER)
                  .withReadTimeout(Duration.ofSeconds(1)) // the server sends no commit
                  .clone(server.address() + "/r.git", clone));
    }
    assertThat(Files.exists(outside)).isFalse();
    assertThat(Files.exists(clone)).isFalse();
  }

  private static byte[] advertisement(String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketLineOut packets = new PacketLineOut(out);
    for (String line : lines) {
      packets.writeString(line + "\n");
    }
    packets.end();
    return out.toByteArray();
  }

  @Test
  void push_serverStopsReading_timesOut() throws Exception {
    Path clone = folder.resolve("clone");
    Path big = History.bare(folder, "big.git", 300);
    GitClient client = GitClient.of(RESOLVER);
    try (FlowServer server = overGit(served.service())) {
      client.clone(server.address() + "/r.git", clone).close();
    }
    String unused = History.git(clone, "fetch", "-q", big.toString(), "main:other");
    byte[] refs = advertisement("%s refs/heads/x\0report-status".formatted("1".repeat(40)));
    CountDownLatch done = new CountDownLatch(1);
    try (FlowServer server =
            FlowServer.serve(
                RESOLVER.listen("git://localhost:0"),
                flow -> {
                  flow.write(ByteBuffer.wrap(refs));
                  done.await();
                });
        Repository repository =
            new FileRepositoryBuilder().setGitDir(clone.resolve(".git").toFile()).build()) {
      repository.getConfig().setString("remote", "origin", "url", server.address() + "/r.git");

      GitException e =
          assertThrows(
              GitException.class,
              () ->
                  client
                      .withReadTimeout(Duration.ofMillis(300))
                      .push(repository, List.of(new RefSpec("refs/heads/other"))));

      assertThat(e).hasMessageThat().contains("has fallen silent");
      done.countDown();
    }
  }

  @Test
  void clone_unsafeAddress_isRefused() {
    for (String address :
        List.of(
            "git@localhost:--upload-pack=x",
            "git://localhost/a%00b%0ac",
            "https://alice:s3/cret@localhost/r",
            "")) {
      GitException e =
          assertThrows(
              GitException.class,
              () -> GitClient.of(RESOLVER).clone(address, folder.resolve("clone")),
              address);
      assertThat(e).hasMessageThat().doesNotContain("s3");
    }
  }

  @Test
  void clone_relativePath_succeeds() throws Exception {
    Path clone = folder.resolve("clone");
    Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("root/r.git"));

    GitClient.of(RESOLVER).clone(relative.toString(), clone).close();

    assertThat(History.head(clone)).isEqualTo(History.head(folder.resolve("root/r.git")));
  }

  @Test
  void clone_folderCannotBeCreated_isNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    GitException e =
        assertThrows(
            GitException.class,
            () ->
                GitClient.of(RESOLVER)
                    .clone(folder.resolve("root/r.git").toString(), file.resolve("clone")));

    assertThat(e).hasMessageThat().contains("cannot be created");
  }

  @Test
  void push_noMatchingRef_isRefused() throws Exception {
    try (FlowServer server = overGit(served.service());
        Git git =
            GitClient.of(RESOLVER).clone(server.address() + "/r.git", folder.resolve("clone"))) {
      GitException e =
          assertThrows(
              GitException.class,
              () -> GitClient.of(RESOLVER).push(git.getRepository(), List.of()));

      assertThat(e).hasMessageThat().contains("nothing to push");
    }
  }

  @Test
  void push_fromWebPage_isRefused() throws Exception {
    OkHttpClient client = Http.client(RESOLVER).build();
    try (HttpServer server = overHttp(served.service())) {
      Request request =
          new Request.Builder()
              .url(server.address() + "/r.git/git-receive-pack")
              .post(RequestBody.create("0000", MediaType.get("text/plain")))
              .build();
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.code()).isEqualTo(415);
      }
    } finally {
      Http.close(client);
    }
  }
}
