package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Throwables;
import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpBody;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Authentication, and messages of servers that refuse a request. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class HttpRefusalTest {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new HttpModule())
          .getInstance(MimicResolver.class);

  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

  @TempDir private Path folder;
  private ServedFolder served;

  HttpRefusalTest() {}

  @BeforeEach
  void open() throws IOException {
    served = new ServedFolder(Files.createDirectory(folder.resolve("root")));
    Path unused = History.bare(folder.resolve("root"), "r.git", 3);
  }

  @AfterEach
  void close() {
    served.close();
  }

  /** Serves requests with this authorization, and sends these challenges otherwise. */
  private HttpServer serve(String login, String... challenges) throws IOException {
    return HttpServer.serve(
        RESOLVER.listen("http://localhost:0"),
        request -> {
          String shown = request.header("Authorization").orElse("");
          authorizations.add(shown);
          if (shown.startsWith(login)) {
            return served.service().handle(request);
          }
          HttpResponse refused = HttpResponse.of(401);
          for (String each : challenges) {
            refused = refused.withHeaders(refused.headers().plus("WWW-Authenticate", each));
          }
          return refused;
        });
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
  }

  private void assertClones(HttpServer server, String login) throws IOException {
    Path clone = folder.resolve("clone");
    String address = server.address().replace("http://", "http://" + login + "@") + "/r.git";
    GitClient.of(RESOLVER).clone(address, clone).close();
    assertThat(History.head(clone)).isEqualTo(History.head(folder.resolve("root/r.git")));
  }

  private GitException refused(String address) {
    return assertThrows(
        GitException.class, () -> GitClient.of(RESOLVER).clone(address, folder.resolve("clone")));
  }

  @Test
  void user_withoutPassword_sendsEmptyOne() throws Exception {
    try (HttpServer server = serve(basic("token:"), "Basic realm=\"git\"")) {
      assertClones(server, "token");
      assertThat(authorizations.subList(0, 2)).containsExactly("", basic("token:")).inOrder();
    }
  }

  @Test
  void user_withEmptyPassword_isAuthenticated() throws Exception {
    try (HttpServer server = serve(basic("token:"), "Basic realm=\"git\"")) {
      assertClones(server, "token:");
    }
  }

  @Test
  void challenges_inOneField_supportedOneIsAnswered() throws Exception {
    try (HttpServer server =
        serve(basic("a:b"), "Negotiate, Bearer realm=\"x, y\", scope=\"z\", Basic realm=\"git\"")) {
      assertClones(server, "a:b");
    }
  }

  @Test
  void challenges_inSeveralFields_supportedOneIsAnswered() throws Exception {
    try (HttpServer server =
        serve(
            basic("a:b"),
            "NTLM",
            "Digest realm=\"git\", nonce=\"1\", algorithm=SHA-256, qop=\"auth\"",
            "Basic realm=\"git\", charset=\"UTF-8\"")) {
      assertClones(server, "a:b");
    }
  }

  @Test
  void challenge_digest_isAnsweredWithoutPassword() throws Exception {
    try (HttpServer server =
        serve(
            "Digest ", "Bearer x=\"y\", Digest realm=\"a \\\"b\\\"\", nonce=\"1\", qop=\"auth\"")) {
      assertClones(server, "alice:s3cret");
      assertThat(String.join("", authorizations)).doesNotContain("s3cret");
    }
  }

  @Test
  void challenges_noneSupported_failAtOnce() throws Exception {
    try (HttpServer server = serve("never", "Bearer realm=\"x\"")) {
      GitException e = refused(server.address().replace("http://", "http://a:b@") + "/r.git");

      assertThat(e).hasMessageThat().contains("requires a valid user and password: ");
      assertThat(authorizations).hasSize(1);
    }
  }

  private static HttpServer answering(int status, String type, String text) throws IOException {
    return HttpServer.serve(
        RESOLVER.listen("http://localhost:0"),
        request ->
            HttpResponse.of(status, HttpBody.of(text.getBytes(UTF_8)).withContentType(type)));
  }

  @Test
  void reason_plainText_isInMessage() throws Exception {
    for (int status : List.of(403, 404, 429, 500, 503)) {
      try (HttpServer server =
          answering(status, "text/plain; charset=utf-8", "the disk\u001b[31m\nis full\n")) {
        GitException e = refused(server.address() + "/r.git");

        assertThat(e).hasMessageThat().contains("(" + status);
        assertThat(e).hasMessageThat().endsWith(": the disk [31m is full)");
      }
    }
  }

  @Test
  void reason_otherType_isNotInMessage() throws Exception {
    try (HttpServer server = answering(500, "text/html", "<p>long</p>")) {
      assertThat(refused(server.address() + "/r.git")).hasMessageThat().doesNotContain("long");
    }
  }

  @Test
  void reason_endless_isTruncated() throws Exception {
    try (HttpServer server = answering(500, "text/plain", "x".repeat(1 << 20))) {
      assertThat(String.valueOf(refused(server.address() + "/r.git").getMessage()).length())
          .isLessThan(700);
    }
  }

  @Test
  void reason_withSecrets_isScrubbed() throws Exception {
    try (HttpServer server =
        HttpServer.serve(
            RESOLVER.listen("http://localhost:0"),
            request ->
                request.header("Authorization").isEmpty()
                    ? HttpResponse.of(401).withHeader("WWW-Authenticate", "Basic realm=\"git\"")
                    : HttpResponse.of(403, echo(request)))) {
      String address = server.address().replace("http://", "http://alice:s3%20cret@");

      GitException e = refused(address + "/r.git?token=t0ken");

      String all = Throwables.getStackTraceAsString(e);
      assertThat(e).hasMessageThat().contains("you sent ***");
      assertThat(e).hasMessageThat().contains("/r.git?token=***");
      assertThat(all).doesNotContain("s3 cret");
      assertThat(all).doesNotContain("t0ken");
      assertThat(all).doesNotContain(basic("alice:s3 cret").substring("Basic ".length()));
    }
  }

  private static String echo(HttpRequest request) {
    String sent = request.header("Authorization").orElse("").substring("Basic ".length());
    return "you sent " + sent + " s3 cret s3%20cret " + request.query().orElse("");
  }

  @Test
  void query_ofAddress_isSentCompletely() throws Exception {
    List<String> queries = Collections.synchronizedList(new ArrayList<>());
    try (HttpServer server =
        HttpServer.serve(
            RESOLVER.listen("http://localhost:0"),
            request -> {
              queries.add(request.query().orElse(""));
              return HttpResponse.of(404);
            })) {
      GitException e = refused(server.address() + "/r.git?token=t0ken");

      assertThat(e).hasMessageThat().contains("there is no such repository");
    }
    assertThat(queries).containsExactly("token=t0ken/info/refs&service=git-upload-pack");
  }

  @Test
  void contentType_withCharset_isAccepted() throws Exception {
    try (HttpServer server =
        HttpServer.serve(
            RESOLVER.listen("http://localhost:0"),
            request -> {
              HttpResponse answer = served.service().handle(request);
              String type = answer.body().contentType().orElseThrow();
              return HttpResponse.of(
                  answer.status(), answer.body().withContentType(type + "; charset=utf-8"));
            })) {
      assertClones(server, "a");
    }
  }
}
