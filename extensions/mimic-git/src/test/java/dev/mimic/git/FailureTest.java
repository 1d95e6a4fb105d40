package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpModule;
import dev.mimic.http.HttpRequest;
import dev.mimic.http.HttpResponse;
import dev.mimic.http.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and how it is told. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class FailureTest {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(
              new InMemoryModule(InMemoryNetwork.create()), new GitModule(), new HttpModule())
          .getInstance(MimicResolver.class);

  @TempDir private Path folder;
  private Served served;

  FailureTest() {}

  @BeforeEach
  void open() throws IOException {
    served = new Served(Files.createDirectory(folder.resolve("root")));
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

  private GitException refused(GitClient client, String address) {
    Path clone = folder.resolve("clone");
    GitException e = assertThrows(GitException.class, () -> client.clone(address, clone));
    assertThat(Files.exists(clone)).isFalse();
    return e;
  }

  @Test
  void aWrongPasswordIsShownOnceAndNotRepeated() throws Exception {
    List<String> seen = new ArrayList<>();
    try (HttpServer server = http("Basic x", seen)) {
      String address = server.address().replace("http://", "http://alice:wr%20ng@") + "/r.git";

      GitException e = refused(GitClient.of(RESOLVER), address);

      assertThat(e).hasMessageThat().contains("a user and a password that it knows");
      assertThat(e).hasMessageThat().doesNotContain("wr");
      assertThat(seen).containsExactly("", "Basic YWxpY2U6d3Igbmc=").inOrder();
    }
  }

  @Test
  void aPasswordIsNotWrittenDown() throws Exception {
    try (HttpServer server = http("Basic YWxpY2U6czNjcmV0", new ArrayList<>())) {
      String address = server.address().replace("http://", "http://alice:s3cret@") + "/r.git";
      Path clone = folder.resolve("clone");

      GitClient.of(RESOLVER).clone(address, clone).close();

      assertThat(Files.readString(clone.resolve(".git/config"))).doesNotContain("s3cret");
      assertThat(Files.readString(clone.resolve(".git/config"))).contains("alice@localhost");
    }
  }

  @Test
  void whoIsSentToAnotherServerShowsItNoPassword() throws Exception {
    List<String> seen = new ArrayList<>();
    try (HttpServer other = http("Basic x", seen);
        HttpServer server =
            HttpServer.serve(
                RESOLVER.listen("http://localhost:0"),
                request ->
                    HttpResponse.of(302)
                        .withHeader(
                            "Location",
                            other.address()
                                + request.path()
                                + "?"
                                + request.query().orElseThrow()))) {
      Context who = Context.empty().with(Address.USER, "alice").with(Address.PASSWORD, "s3cret");

      GitException e =
          refused(GitClient.of(RESOLVER).withContext(who), server.address() + "/r.git");

      assertThat(e).hasMessageThat().contains("a user and a password that it knows");
      assertThat(seen).containsExactly("");
    }
  }

  @Test
  void aLoopOfRedirectionsIsGivenUp() throws Exception {
    try (HttpServer server =
        HttpServer.serve(
            RESOLVER.listen("http://localhost:0"),
            request ->
                HttpResponse.of(302)
                    .withHeader(
                        "Location", request.path() + "?" + request.query().orElseThrow()))) {
      GitException e = refused(GitClient.of(RESOLVER), server.address() + "/r.git");

      assertThat(e).hasMessageThat().contains("Redirected more than");
    }
  }

  @Test
  void aServerThatTakesNoPushesSaysSo() throws Exception {
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
              .contains(byHttp ? "not permitted" : "pushes are not taken");
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
  void anAddressThatNobodyUnderstandsIsNotRepeated() {
    GitException e =
        assertThrows(
            GitException.class,
            () -> GitClient.of(RESOLVER).clone("http://a:s3cret@[b", folder.resolve("clone")));

    assertThat(e).hasMessageThat().doesNotContain("s3cret");
  }
}
