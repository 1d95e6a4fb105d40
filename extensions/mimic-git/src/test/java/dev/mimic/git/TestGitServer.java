package dev.mimic.git;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpServer;
import dev.mimic.peers.Programs;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.unix.UnixLikeModule;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A running {@link GitService} on a local port, with {@code git} as its client. */
record TestGitServer(String address, List<String> environment, Closeable server)
    implements Closeable {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new GitModule(), new HttpModule())
          .getInstance(MimicResolver.class);

  enum Protocol {
    GIT,
    SSH,
    HTTP
  }

  /**
   * Starts a server.
   *
   * @param own a folder for the key of the client
   */
  static TestGitServer start(Protocol protocol, GitService service, Path own) throws IOException {
    return switch (protocol) {
      case GIT -> {
        FlowServer server = FlowServer.serve(RESOLVER.listen("git://127.0.0.1:0"), service::serve);
        yield new TestGitServer(server.address(), List.of(), server);
      }
      case HTTP -> {
        HttpServer server =
            HttpServer.serve(RESOLVER.listen("http://127.0.0.1:0"), service::handle);
        yield new TestGitServer(server.address(), List.of("no_proxy=*"), server);
      }
      case SSH -> {
        Path key = own.resolve("client");
        if (!Files.exists(key)) {
          String unused =
              Programs.run(own, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "client");
        }
        SshServer server =
            SshServer.builder()
                .key("me", Files.readString(own.resolve("client.pub")))
                .commands(
                    command ->
                        service.run(
                            command.line(), command.input(), command.output(), command.errors()))
                .serve(RESOLVER.listen("tcp://127.0.0.1:0"));
        String ssh =
            "GIT_SSH_COMMAND=ssh -F /dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR"
                + " -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes -i "
                + key;
        String address = "ssh://me@127.0.0.1:" + server.at().port();
        yield new TestGitServer(address, List.of(ssh), server);
      }
    };
  }

  /** Runs git as a client in a folder. */
  String git(Path in, String... arguments) throws IOException {
    return Programs.git(environment, in, arguments);
  }

  /** Runs git, which must fail, and returns its output. */
  String refused(Path in, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("LC_ALL=C"));
    all.addAll(environment);
    String printed;
    try {
      printed = Programs.git(all, in, arguments);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("git was not refused, and printed: " + printed);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
