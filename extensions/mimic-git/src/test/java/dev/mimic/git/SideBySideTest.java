package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two networks in one JVM, each with a server and a repository of the same name. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
class SideBySideTest {
  @TempDir private Path folder;

  SideBySideTest() {}

  @ParameterizedTest
  @ValueSource(strings = {"git://server:9418", "http://server:8080"})
  void clone_onTwoNetworks_getsRepositoryOfEach(String server) throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> heads =
          List.of(
              threads.submit(() -> headOfClone(server, 3, both)),
              threads.submit(() -> headOfClone(server, 5, both)));

      assertThat(heads.get(0).get()).isEqualTo(History.head(folder.resolve("3/r.git")));
      assertThat(heads.get(1).get()).isEqualTo(History.head(folder.resolve("5/r.git")));
    }
    assertThat(History.head(folder.resolve("3/r.git")))
        .isNotEqualTo(History.head(folder.resolve("5/r.git")));
  }

  /** Serves a repository with this many commits on a separate network, and clones it. */
  private String headOfClone(String server, int commits, CountDownLatch both) throws Exception {
    Path root = Files.createDirectory(folder.resolve("" + commits));
    Path unused = History.bare(root, "r.git", commits);
    MimicResolver resolver =
        Guice.createInjector(
                new InMemoryModule(InMemoryNetwork.create()), new GitModule(), new HttpModule())
            .getInstance(MimicResolver.class);
    try (ServedFolder served = new ServedFolder(root);
        AutoCloseable running = serve(resolver, server, served.service(), both)) {
      Path clone = folder.resolve("clone" + commits);
      assertThat(address(running)).isEqualTo(server);
      GitClient.of(resolver).clone(server + "/r.git", clone).close();
      return History.head(clone);
    }
  }

  /** Serves requests after both clients have sent one. */
  private static AutoCloseable serve(
      MimicResolver resolver, String at, GitService service, CountDownLatch both)
      throws IOException {
    return at.startsWith("git")
        ? FlowServer.serve(
            resolver.listen(at),
            flow -> {
              await(both);
              service.serve(flow);
            })
        : HttpServer.serve(
            resolver.listen(at),
            request -> {
              await(both);
              return service.handle(request);
            });
  }

  private static String address(AutoCloseable server) {
    return server instanceof HttpServer http ? http.address() : ((FlowServer) server).address();
  }

  private static void await(CountDownLatch both) {
    both.countDown();
    try {
      both.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
