package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshModule;
import dev.mimic.ssh.server.SshServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time limits against servers that fall silent at any stage, and against those that never end. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class LimitsTest {
  private static final Duration LIMIT = Duration.ofMillis(800);
  private static final Duration MAX_TIME = Duration.ofSeconds(20); // on a busy machine
  private static final int CUTS = 6;

  private final MimicResolver resolver =
      Guice.createInjector(
              new InMemoryModule(InMemoryNetwork.create()),
              new GitModule(),
              new HttpModule(),
              new SshModule())
          .getInstance(MimicResolver.class);

  @TempDir private Path folder;
  private ServedFolder served;

  LimitsTest() {}

  @BeforeEach
  void open() throws IOException {
    served = new ServedFolder(Files.createDirectory(folder.resolve("root")));
    Path unused = History.bare(folder.resolve("root"), "r.git", 30);
  }

  @AfterEach
  void close() {
    served.close();
  }

  /** A server of the repositories, and a context with its credentials. */
  private record Running(String address, GitClient client, Closeable server) implements Closeable {
    GitClient through(Network.Hop hop) {
      return client.withContext(Context.empty().with(Network.HOPS, List.of(hop)));
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private Running serve(String scheme) throws IOException {
    GitService service = served.service();
    GitClient client = GitClient.of(resolver);
    if (scheme.equals("git")) {
      FlowServer server =
          FlowServer.builder()
              .reporter((what, failure) -> {}) // ignores clients that disconnect
              .serve(resolver.listen("git://localhost:0"), service::serve);
      return new Running(server.address() + "/r.git", client, server);
    }
    if (scheme.equals("http")) {
      HttpServer server = HttpServer.serve(resolver.listen("http://localhost:0"), service::handle);
      return new Running(server.address() + "/r.git", client, server);
    }
    SshServer server =
        SshServer.builder()
            .password("git", "s3cret")
            .commands(run -> service.run(run.line(), run.input(), run.output(), run.errors()))
            .serve(resolver.listen("tcp://host.example:22"));
    Context known =
        Context.empty()
            .with(Address.PASSWORD, "s3cret")
            .with(Ssh.KEYS, List.of())
            .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(server.knownHost() + "\n"));
    return new Running("git@host.example:r.git", client.withContext(known), server);
  }

  /** An operation of a client, with its ordinal number. */
  @FunctionalInterface
  private interface Work {
    void run(GitClient client, int number) throws IOException;
  }

  /** Lets the server fall silent after each sixth of its bytes, and before the last one. */
  private void assertEndsInTime(Running running, Work work) throws Exception {
    CutHop none = CutHop.silent(Long.MAX_VALUE);
    work.run(running.through(none), 0);
    long total = none.passed().get();
    List<Future<String>> failures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i <= CUTS; i++) {
        int number = i + 1;
        GitClient client = running.through(CutHop.silent(total * i / CUTS)).withTimeout(LIMIT);
        failures.add(threads.submit(() -> failure(work, client, number)));
      }
    }
    for (int i = 0; i < CUTS; i++) {
      assertWithMessage("after %s/%s of %s bytes", i, CUTS, total)
          .that(failures.get(i).get())
          .matches(
              "resolution|.*has fallen silent.* for 0\\.800 s.*\\(GitClient.withReadTimeout\\).*");
    }
    assertThat(failures.getLast().get()).isNotNull();
  }

  /** Returns the message of the failure, or {@code resolution} if it occurred while connecting. */
  private static String failure(Work work, GitClient client, int number) throws IOException {
    long began = System.nanoTime();
    try {
      work.run(client, number);
      return "none";
    } catch (ResolutionException e) {
      return "resolution";
    } catch (GitException e) {
      return String.valueOf(e.getMessage());
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(MAX_TIME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "ssh", "http"})
  void clone_serverFallsSilent_timesOut(String scheme) throws Exception {
    try (Running running = serve(scheme)) {
      assertEndsInTime(
          running,
          (client, number) -> {
            Path clone = folder.resolve("clone" + number);
            try {
              client.clone(running.address(), clone).close();
            } catch (IOException e) {
              assertThat(Files.exists(clone)).isFalse();
              throw e;
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "ssh", "http"})
  void fetch_serverFallsSilent_timesOut(String scheme) throws Exception {
    try (Running running = serve(scheme)) {
      List<Git> clones = new ArrayList<>();
      for (int i = 0; i < CUTS + 2; i++) {
        clones.add(running.client().clone(running.address(), folder.resolve("clone" + i)));
      }
      Path other = History.bare(folder, "other.git", 20);
      String unused =
          History.git(
              folder.resolve("root/r.git"), "fetch", "-q", other.toString(), "main:refs/heads/new");

      assertEndsInTime(
          running, (client, number) -> client.fetch(clones.get(number).getRepository()));
      clones.forEach(Git::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "ssh", "http"})
  void push_serverFallsSilent_timesOut(String scheme) throws Exception {
    try (Running running = serve(scheme);
        Git git = running.client().clone(running.address(), folder.resolve("clone"))) {
      String unused = History.commit(folder.resolve("clone"), "new");

      assertEndsInTime(
          running,
          (client, number) ->
              client.push(
                  git.getRepository(),
                  List.of(new RefSpec("refs/heads/main:refs/heads/copy" + number))));
    }
  }

  /** Writes the start, and then single bytes at intervals until the test is done. */
  private static void trickle(Flow flow, String start, CountDownLatch done)
      throws IOException, InterruptedException {
    int unused = flow.write(ISO_8859_1.encode(start));
    while (!done.await(LIMIT.toMillis() / 8, TimeUnit.MILLISECONDS)) {
      unused = flow.write(ISO_8859_1.encode("x"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "http"})
  void clone_endlessServer_endsAfterTotalTimeout(String scheme) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    String start =
        scheme.equals("git")
            ? "fff0"
            : String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "Content-Length: 9999",
                "Content-Type: application/x-git-upload-pack-advertisement",
                "",
                "001e# service=git-upload-pack\n0000fff0");
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {})
            .serve(
                resolver.listen(scheme + "://localhost:0"), flow -> trickle(flow, start, done))) {
      GitClient client =
          GitClient.of(resolver).withTimeout(LIMIT).withTotalTimeout(LIMIT.multipliedBy(3));
      long began = System.nanoTime();

      GitException e =
          assertThrows(
              GitException.class,
              () -> client.clone(server.address() + "/r.git", folder.resolve("clone")));

      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(e).hasMessageThat().contains("longer than 2.400 s in all");
      assertThat(e).hasMessageThat().contains("(GitClient.withTotalTimeout)");
      assertThat(took).isAtLeast(LIMIT.multipliedBy(2));
      assertThat(took).isLessThan(MAX_TIME);
      done.countDown();
    }
  }

  @Test
  void readTimeout_besideTimeout_isIndependent() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (FlowServer server =
        FlowServer.serve(resolver.listen("git://localhost:0"), flow -> done.await())) {
      GitClient client = GitClient.of(resolver);
      for (GitClient each :
          List.of(
              client.withReadTimeout(Duration.ofMillis(150)).withTimeout(MAX_TIME),
              client.withTimeout(MAX_TIME).withReadTimeout(Duration.ofMillis(150)))) {
        GitException e =
            assertThrows(
                GitException.class,
                () -> each.clone(server.address() + "/r.git", folder.resolve("clone")));
        assertThat(e).hasMessageThat().contains("for 0.150 s");
      }
      done.countDown();
    }
  }

  @Test
  void limits_notPositive_areRejected() {
    GitClient client = GitClient.of(resolver);
    for (Duration each : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThrows(IllegalArgumentException.class, () -> client.withTimeout(each));
      assertThrows(IllegalArgumentException.class, () -> client.withReadTimeout(each));
      assertThrows(IllegalArgumentException.class, () -> client.withTotalTimeout(each));
    }
  }
}
