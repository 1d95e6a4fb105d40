package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.io.ByteStreams;
import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.HttpModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests on the wire, and rare responses of servers. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class HttpExchangeTest {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(
              new InMemoryModule(InMemoryNetwork.create()), new GitModule(), new HttpModule())
          .getInstance(MimicResolver.class);
  private static final GitClient CLIENT = GitClient.of(RESOLVER);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir private Path folder;

  HttpExchangeTest() {}

  /** A handler of requests, which gets the head and writes the response to the connection. */
  @FunctionalInterface
  private interface RequestHandler {
    /** Writes a response, and returns whether the connection stays open. */
    boolean handle(String head, Flow flow) throws IOException, InterruptedException;
  }

  private static FlowServer serve(RequestHandler handler) throws IOException {
    return FlowServer.builder()
        .reporter((what, failure) -> {}) // ignores clients that disconnect
        .serve(
            RESOLVER.listen("http://localhost:0"),
            flow -> {
              InputStream in = flow.inputStream();
              String head = head(in);
              while (!head.isEmpty() && handler.handle(head, flow)) {
                head = head(in);
              }
            });
  }

  /** Reads the next head. Returns an empty string at the end of the stream. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static long contentLength(String head) {
    return head.lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  private static void write(Flow flow, String text) throws IOException {
    int unused = flow.write(ISO_8859_1.encode(text));
  }

  private static void writeOk(Flow flow, String type, byte[] body) throws IOException {
    write(
        flow,
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-%s\r\nContent-Length: %d\r\n\r\n"
            .formatted(type, body.length));
    int unused = flow.write(ByteBuffer.wrap(body));
  }

  /** Returns packet lines. An empty line stands for a flush. */
  private static byte[] packets(String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketLineOut packets = new PacketLineOut(out);
    for (String line : lines) {
      if (line.isEmpty()) {
        packets.end();
      } else {
        packets.writeString(line);
      }
    }
    return out.toByteArray();
  }

  private static void advertiseNothing(String service, Flow flow) throws IOException {
    String capabilities = "0".repeat(40) + " capabilities^{}\0report-status";
    writeOk(
        flow,
        service + "-advertisement",
        packets("# service=git-" + service + "\n", "", capabilities + "\n", ""));
  }

  private static String urlOf(FlowServer server) {
    return server.address() + "/r.git";
  }

  /** Creates a repository with some commits and this origin. */
  private Git clone(FlowServer origin, int commits) throws IOException, InterruptedException {
    Path bare = History.bare(folder, "some.git", commits);
    Path clone = folder.resolve("clone");
    History.git(folder, "clone", "-q", bare.toString(), clone.toString());
    History.git(clone, "remote", "set-url", "origin", urlOf(origin));
    return Git.open(clone.toFile());
  }

  @Test
  void push_idleConnectionClosed_connectsAgain() throws Exception {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    RequestHandler closing =
        (head, flow) -> {
          asked.add(head.lines().findFirst().orElseThrow());
          if (head.startsWith("GET")) {
            advertiseNothing("receive-pack", flow);
          } else {
            ByteStreams.skipFully(flow.inputStream(), contentLength(head));
            writeOk(
                flow, "receive-pack-result", packets("unpack ok\n", "ok refs/heads/main\n", ""));
          }
          return false; // without having sent "Connection: close"
        };
    try (FlowServer server = serve(closing);
        Git git = clone(server, 3)) {
      PushResult result = CLIENT.push(git.getRepository()).getFirst();

      assertThat(result.getRemoteUpdate("refs/heads/main").getMessage()).isNull();
    }
    assertThat(asked)
        .containsExactly(
            "GET /r.git/info/refs?service=git-receive-pack HTTP/1.1",
            "POST /r.git/git-receive-pack HTTP/1.1")
        .inOrder();
  }

  @Test
  void request_any_hasUserAgentOfJGit() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    RequestHandler notThere =
        (head, flow) -> {
          heads.add(head);
          write(flow, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
          return true;
        };
    try (FlowServer server = serve(notThere)) {
      assertThrows(
          GitException.class, () -> CLIENT.clone(urlOf(server), folder.resolve("clone")).close());
    }
    List<String> fields = heads.remove().lines().toList();
    assertThat(fields.stream().filter(line -> line.startsWith("User-Agent: "))).hasSize(1);
    assertThat(fields.stream().filter(line -> line.startsWith("User-Agent: JGit/"))).hasSize(1);
    assertThat(fields.stream().filter(line -> line.startsWith("Accept-Encoding: "))).hasSize(1);
  }

  @Test
  void interimResponses_beforeResponse_areSkipped() throws Exception {
    RequestHandler hesitating =
        (head, flow) -> {
          for (String status : List.of("100 Continue", "103 Early Hints", "199 X", "100 Again")) {
            write(flow, "HTTP/1.1 " + status + "\r\nLink: x\r\n\r\n");
          }
          advertiseNothing("upload-pack", flow);
          return true;
        };
    try (FlowServer server = serve(hesitating);
        Git git = CLIENT.clone(urlOf(server), folder.resolve("clone"))) {
      assertThat(git.branchList().call()).isEmpty();
    }
  }

  @Test
  void interimResponses_endless_timeOut() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    RequestHandler hesitating =
        (head, flow) -> {
          while (!done.await(SHORT.toMillis() / 3, TimeUnit.MILLISECONDS)) {
            write(flow, "HTTP/1.1 103 Early Hints\r\n\r\n");
          }
          return false;
        };
    try (FlowServer server = serve(hesitating)) {
      GitClient client = CLIENT.withTimeout(SHORT);
      GitException e =
          assertThrows(
              GitException.class, () -> client.clone(urlOf(server), folder.resolve("clone")));

      assertThat(e).hasMessageThat().contains("has fallen silent");
      done.countDown();
    }
  }

  @Test
  void response_missing_timesOut() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    RequestHandler silent =
        (head, flow) -> {
          done.await();
          return false;
        };
    try (FlowServer server = serve(silent)) {
      GitClient client = CLIENT.withTimeout(SHORT);
      GitException e =
          assertThrows(
              GitException.class, () -> client.clone(urlOf(server), folder.resolve("clone")));

      assertThat(e).hasMessageThat().contains("has fallen silent");
      done.countDown();
    }
  }

  @Test
  void errorBody_endless_isTruncated() throws Exception {
    RequestHandler endless =
        (head, flow) -> {
          write(flow, "HTTP/1.1 500 Out of order\r\n\r\n");
          while (true) {
            write(flow, "x".repeat(1000));
          }
        };
    try (FlowServer server = serve(endless)) {
      GitException e =
          assertThrows(
              GitException.class, () -> CLIENT.clone(urlOf(server), folder.resolve("clone")));

      assertThat(e).hasMessageThat().contains("500 Out of order");
    }
  }

  @Test
  void interrupt_whileConnecting_throwsClosedByInterrupt() throws Exception {
    CountDownLatch connecting = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    GitClient client =
        CLIENT.withContext(
            Context.empty().with(Network.HOPS, List.of(lower -> new BlockingNetwork(connecting))));
    Path clone = folder.resolve("clone");
    Thread cloning =
        Thread.startVirtualThread(
            () ->
                thrown.set(
                    assertThrows(
                        Exception.class, () -> client.clone("http://localhost:1/r.git", clone))));

    connecting.await();
    cloning.interrupt();
    cloning.join();

    assertThat(thrown.get()).isInstanceOf(ClosedByInterruptException.class);
    assertThat(Files.exists(clone)).isFalse();
  }

  /** A network on which connecting never completes. */
  private record BlockingNetwork(CountDownLatch connecting) implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      connecting.countDown();
      try {
        new CountDownLatch(1).await();
        throw new IllegalStateException("the latch was released");
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new IOException("nothing listens here");
    }

    @Override
    public String describe(HostPort to) {
      return "never there";
    }
  }

  @Test
  void upload_slowButSteady_completes() throws Exception {
    RequestHandler slow =
        (head, flow) -> {
          if (head.startsWith("GET")) {
            advertiseNothing("receive-pack", flow);
            return true;
          }
          // The pace is under test: ten pauses of a third of the limit, and then the rest.
          long length = contentLength(head);
          for (int i = 0; i < 10; i++) {
            ByteStreams.skipFully(flow.inputStream(), length / 10);
            boolean unused =
                new CountDownLatch(1).await(SHORT.toMillis() / 3, TimeUnit.MILLISECONDS);
          }
          ByteStreams.skipFully(flow.inputStream(), length % 10);
          writeOk(flow, "receive-pack-result", packets("unpack ok\n", "ok refs/heads/main\n", ""));
          return false;
        };
    try (FlowServer server = serve(slow);
        Git git = clone(server, 1500)) {
      PushResult result = CLIENT.withReadTimeout(SHORT).push(git.getRepository()).getFirst();

      assertThat(result.getRemoteUpdate("refs/heads/main").getMessage()).isNull();
    }
  }

  @Test
  void push_serverStopsReading_timesOut() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    RequestHandler stuck =
        (head, flow) -> {
          if (head.startsWith("GET")) {
            advertiseNothing("receive-pack", flow);
            return true;
          }
          done.await();
          return false;
        };
    try (FlowServer server = serve(stuck);
        Git git = clone(server, 300)) {
      GitClient client = CLIENT.withReadTimeout(SHORT);
      GitException e =
          assertThrows(
              GitException.class,
              () -> client.push(git.getRepository(), List.of(new RefSpec("refs/heads/main"))));

      assertThat(e).hasMessageThat().contains("has fallen silent");
      done.countDown();
    }
  }
}
