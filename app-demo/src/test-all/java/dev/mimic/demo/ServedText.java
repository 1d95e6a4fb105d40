package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Closer;
import dev.mimic.HostPort;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitService;
import dev.mimic.http.server.HttpBody;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.ssh.server.SshCommand;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.store.GitStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A long text, in a repository that is served in several ways, and by itself. */
final class ServedText implements Closeable {
  static final String TEXT = text();

  private final Closer open = Closer.create();
  private final GitService service;
  private final HttpServer http;
  private final FlowServer git;
  private final SshServer ssh;

  ServedText(Path folder) throws IOException {
    try (GitStore store = GitStore.open(folder)) {
      store.set("text", TEXT);
    }
    Repository repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).build();
    open.register(repository::close);
    service = GitService.of(path -> Optional.of(repository)).withPushes();
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

  /** Returns a text that compression makes little smaller. */
  private static String text() {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
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

  /** Returns the address of {@code /whole}, {@code /chunks} and the repository. */
  String http() {
    return http.address();
  }

  /** Returns the address of the repository. */
  String git() {
    return git.address();
  }

  /** Returns the address of the repository, and of commands that print the text. */
  String ssh() {
    return ssh.address();
  }

  /** Returns the line of known_hosts for this port. */
  String knownHost(int port) {
    return ssh.hostKey().knownHost(new HostPort("localhost", port)) + "\n";
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
