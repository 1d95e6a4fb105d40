package dev.mimic.demo;

import static java.util.Objects.requireNonNull;

import com.google.common.io.Closer;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitService;
import dev.mimic.http.Http;
import dev.mimic.http.server.HttpServer;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.server.SshHostKey;
import dev.mimic.ssh.server.SshServer;
import dev.mimic.store.GitStore;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A server of one repository for the demo, in four ways under the name of a well-known host.
 *
 * <pre>
 *   git://   ----\
 *   ssh      -----  GitService  ----  repo/name
 *   http://  ----/
 *   https:// ---/
 * </pre>
 */
final class GitHost implements Closeable {
  static final String NAME = "github.com";
  static final List<String> ADDRESSES =
      List.of(
          "git@" + NAME + ":repo/name",
          "http://" + NAME + "/repo/name",
          "git://" + NAME + "/repo/name",
          "https://" + NAME + "/repo/name");

  private static final String PATH = "repo/name";
  private static final String USER = "git";
  private static final int SSH_PORT = 22;

  private final Closer open = Closer.create();
  private final Map<HostPort, HostPort> names = new HashMap<>();
  private final String password = UUID.randomUUID().toString();
  private @Nullable SshHostKey hostKey;

  private GitHost() {}

  /** Creates the repository in this folder, and serves it. */
  static GitHost start(MimicResolver resolver, DemoTls tls, Path folder) throws IOException {
    GitHost host = new GitHost();
    try {
      host.serve(resolver, tls, host.repository(folder));
      return host;
    } catch (IOException | RuntimeException e) {
      try (host) {
        throw e;
      }
    }
  }

  private Repository repository(Path folder) throws IOException {
    try (GitStore texts = GitStore.open(folder)) {
      texts.set("README", "A repository of the demo.\n");
      texts.set("src/hello", "hello\n");
      texts.set("src/world", "world\n");
    }
    Repository repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).build();
    open.register(repository::close);
    return repository;
  }

  private void serve(MimicResolver resolver, DemoTls tls, Repository repository)
      throws IOException {
    GitService service =
        GitService.of(path -> path.equals(PATH) ? Optional.of(repository) : Optional.empty())
            .withPushes();
    SshServer ssh =
        SshServer.builder()
            .password(USER, password)
            .commands(run -> service.run(run.line(), run.input(), run.output(), run.errors()))
            .serve(resolver.listen("tcp://localhost:0"));
    hostKey = ssh.hostKey();
    known(SSH_PORT, open.register(ssh).address());
    known(
        80,
        open.register(HttpServer.serve(resolver.listen("http://localhost:0"), service::handle))
            .address());
    known(
        443,
        open.register(
                HttpServer.serve(
                    resolver.with(Http.OFFERED.merge(tls.server())).listen("https://localhost:0"),
                    service::handle))
            .address());
    known(
        9418,
        open.register(FlowServer.serve(resolver.listen("git://localhost:0"), service::serve))
            .address());
  }

  private void known(int port, String address) {
    names.put(new HostPort(NAME, port), new HostPort("localhost", URI.create(address).getPort()));
  }

  /** Returns the values for its clients: its addresses, certificate, host key and password. */
  Context client(DemoTls tls) throws IOException {
    return tls.client()
        .with(Network.HOPS, List.of(new HostTable(names)))
        .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(wellKnownHost() + "\n"))
        .with(Ssh.KEYS, List.of())
        .with(Address.PASSWORD, password);
  }

  private String wellKnownHost() {
    return requireNonNull(hostKey).knownHost(new HostPort(NAME, SSH_PORT));
  }

  /** Returns the address of the repository at this machine, in place of the well-known host. */
  String address(String scheme, int port) {
    String user = scheme.equals("ssh") ? USER + ":" + password + "@" : "";
    return "%s://%s%s/%s".formatted(scheme, user, at(port), PATH);
  }

  /** Returns the line of known_hosts for {@link #address}. */
  String knownHost() {
    return requireNonNull(hostKey).knownHost(at(SSH_PORT)) + "\n";
  }

  private HostPort at(int port) {
    return requireNonNull(names.get(new HostPort(NAME, port)));
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
