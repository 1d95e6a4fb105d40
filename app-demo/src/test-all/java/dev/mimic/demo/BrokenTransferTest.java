package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Splitter;
import com.google.common.io.Closer;
import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.HostPort;
import dev.mimic.git.GitService;
import dev.mimic.git.GitStore;
import dev.mimic.http.HttpBody;
import dev.mimic.http.HttpRequest;
import dev.mimic.http.HttpResponse;
import dev.mimic.http.HttpServer;
import dev.mimic.ssh.server.SshCommand;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.tls.LocalAuthority;
import dev.mimic.tls.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said and what is left when a transfer ends before it is done. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class BrokenTransferTest {
  private static final long PART = 100_000;
  private static final String TEXT = text();

  @TempDir private Path folder;
  @TempDir private Path given;
  private final Closer open = Closer.create();
  private GitService service;
  private HttpServer http;
  private FlowServer git;
  private SshServer ssh;

  /** Returns a text that does not become much smaller when it is packed. */
  private static String text() {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @BeforeEach
  void serve() throws IOException {
    Path stored = given.resolve("r.git");
    try (GitStore store = GitStore.open(stored)) {
      store.set("text", TEXT);
    }
    Repository repository = new FileRepositoryBuilder().setGitDir(stored.toFile()).build();
    open.register(repository::close);
    service = GitService.of(path -> Optional.of(repository)).takingPushes();
    http = open.register(HttpServer.listen(Loopback.RESOLVER, "http://localhost:0", this::answer));
    git =
        open.register(
            FlowServer.builder()
                .reporter((what, failure) -> {}) // of connections that are cut
                .serve(Loopback.RESOLVER.listen("git://localhost:0"), service::serve));
    ssh =
        open.register(
            SshServer.builder()
                .password("me", "right")
                .commands(this::run)
                .serve(Loopback.RESOLVER.listen("tcp://localhost:0")));
  }

  private HttpResponse answer(HttpRequest request) throws IOException {
    return switch (request.path()) {
      case "/whole" -> HttpResponse.of(200, TEXT);
      case "/chunks" ->
          HttpResponse.of(200, HttpBody.written(out -> out.write(TEXT.getBytes(UTF_8))));
      default -> service.handle(request);
    };
  }

  private int run(SshCommand command) throws IOException {
    if (command.line().startsWith("git-")) {
      return service.run(command.line(), command.input(), command.output(), command.errors());
    }
    command.output().write(TEXT.getBytes(UTF_8));
    return 0;
  }

  @AfterEach
  void stop() throws IOException {
    open.close();
  }

  /** Returns what the command says of a server that dies; FILE is not there then. */
  private String failure(String command, String server, String output) throws IOException {
    try (FlowServer dying = Loopback.dyingAfter(PART, server)) {
      int port = URI.create(dying.address()).getPort();
      String known = ssh.hostKey().knownHost(new HostPort("localhost", port)) + "\n";
      String line =
          command
              .replace("AT", "localhost:" + port)
              .replace("KNOWN", Files.writeString(given.resolve("known"), known).toString())
              .replace("FILE", folder.resolve("made").toString());
      CommandRun run = CommandRun.of(Splitter.on(' ').splitToStream(line).toArray(String[]::new));
      assertThat(run.out().length()).isLessThan(TEXT.length());
      assertThat(run.out()).startsWith(output);
      assertThat(Loopback.in(folder)).isEmpty();
      return run.failure();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole", "chunks"})
  void aServerDiesWhileSomethingIsFetched(String path) throws IOException {
    String url = "http://AT/" + path;
    assertThat(failure("get -o FILE " + url, http.address(), ""))
        .matches("GET \\S+: the peer has ended it before it was complete: try again");
    assertThat(failure("get " + url, http.address(), TEXT.substring(0, 1000))).contains("try again");
  }

  @Test
  void aServerDiesWhileARepositoryIsCloned() throws IOException {
    String again = "\\S+: the server ended the connection in mid-transfer: try again";
    assertThat(failure("git clone -q http://AT/r FILE", http.address(), "")).matches(again);
    assertThat(failure("git clone -q git://AT/r FILE", git.address(), "")).matches(again);
    assertThat(failure("kv pull -q --store FILE git://AT/r", git.address(), "")).matches(again);
    String overSsh = "git clone -q --known-hosts KNOWN ssh://me:right@AT/r FILE";
    assertThat(failure(overSsh, ssh.address(), "")).matches(again);
  }

  @Test
  void aServerDiesWhileACommandRuns() throws IOException {
    assertThat(
            failure(
                "ssh --known-hosts KNOWN ssh://me:right@AT print",
                ssh.address(),
                TEXT.substring(0, 1000)))
        .matches(
            "the command \"print\" on \\S+ was lost: the server ended the connection");
  }

  @Test
  void aServerDiesBeforeItAnswers() throws IOException {
    try (FlowServer server =
        FlowServer.serve(
            Loopback.RESOLVER.listen("tcp://localhost:0"),
            flow -> {
              int unused = flow.inputStream().read();
            })) {
      String at = server.address().substring("tcp://".length());
      String closed = "closed the connection before it answered";
      for (String scheme : List.of("socks5", "http")) {
        String proxy = scheme + "://" + at;
        assertThat(CommandRun.of("ping", "tcp://localhost:1", "--via", proxy).failure())
            .contains("proxy %s %s".formatted(at, closed));
      }
      assertThat(CommandRun.of("ping", server.address()).failure())
          .matches("127.0.0.1:\\d+ ended before it answered: does it play ping-pong\\?|tcp\\(\\S+ is gone.*");
    }
  }

  @Test
  void aServerDiesWhileAMailIsSent() throws IOException {
    LocalAuthority authority = LocalAuthority.create();
    Path trust = given.resolve("authority.pem");
    authority.writePem(trust);
    Context who = Context.empty().with(Tls.IDENTITY, authority.identity("localhost"));
    try (FlowServer server =
        FlowServer.serve(
            Loopback.RESOLVER.listen("tls://localhost:0", who), BrokenTransferTest::takeHalfAMail)) {
      String address = server.address().replace("tls:", "smtps:");
      CommandRun run =
          CommandRun.of(
              "mail", "--trust=" + trust, "--from=a@b.example", "--to=c@d.example", address);
      assertThat(run.failure()).containsMatch("(closed|lost).* when it was asked");
    }
  }

  private static void takeHalfAMail(Flow flow) throws IOException {
    for (String answer : List.of("220 hello", "250 hello", "250 yes", "250 yes", "354 go on")) {
      flow.write(US_ASCII.encode(answer + "\r\n"));
      ByteBuffer unused = ByteBuffer.allocate(1000);
      int count = flow.read(unused);
      if (count < 0) {
        return;
      }
    }
  }
}
