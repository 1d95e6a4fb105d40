package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.http.Http;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.HttpScripts;
import dev.mimic.peers.Nginx;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many requests to servers that end connections at any time. */
@Timeout(300)
class GetManyTest {
  private static final int TIMES = 200;
  private static final int PROCESSES = 5;

  /** One of this number of requests waits for the server to close its connection. */
  private static final int WAITED = 8;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void http2ConnectionThatEndsWithEachResponse_losesNone() throws Exception {
    TestAuthority authority = TestAuthority.create();
    Path trust = folder.resolve("authority.pem");
    Files.writeString(trust, authority.rootPem());
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    authority.certificate("localhost").writePem(certificate, key);
    String text = "0123456789\n".repeat(10_000);
    try (Nginx nginx = Nginx.start(folder, certificate, key, "keepalive_requests 1;")) {
      Files.writeString(nginx.www().resolve("text"), text);
      String url = nginx.tlsUrl() + "/text";
      for (int i = 0; i < TIMES; i++) {
        CommandRun run = CommandRun.of("get", "-i", url, "--ca-cert", trust.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("HTTP/2 200 \r\n");
        assertThat(run.out()).endsWith("\r\n\r\n" + text);
      }
      String all = url + "?[1-" + TIMES + "]";
      String byCurl = Programs.run(folder, "curl", "-sS", all, "--cacert", trust.toString());
      assertThat(byCurl.equals(text.repeat(TIMES))).isTrue(); // too long to be shown
      for (int i = 0; i < PROCESSES; i++) {
        Process process = ServeTest.start("get", url, "--ca-cert", trust.toString());
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(text);
        assertThat(process.waitFor()).isEqualTo(0);
      }
    }
  }

  enum Language {
    PYTHON,
    NODE;

    Daemon start(Path folder, int port) throws IOException {
      return switch (this) {
        case PYTHON -> HttpScripts.python(folder, port);
        case NODE -> HttpScripts.node(folder, port);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectionThatIsClosedWhenIdle_losesNone(Language language) throws IOException {
    int port = Daemon.freePort();
    String url = "http://127.0.0.1:" + port + "/";
    OkHttpClient client = Http.client(Loopback.RESOLVER).build();
    try (Daemon server = language.start(folder, port)) {
      for (int i = 0; i < TIMES; i++) {
        Request.Builder request = new Request.Builder().url(url + i);
        long closed = closed(server);
        try (Response response = client.newCall(request.build()).execute()) {
          assertThat(response.body().string()).isEqualTo("/" + i);
        }
        if (i % WAITED == 0) {
          awaitMore(closed, server);
        }
      }
      for (int i = 0; i < TIMES; i++) {
        assertThat(CommandRun.of("get", url + "x" + i).out()).isEqualTo("/x" + i);
      }
      String byCurl = Programs.run(folder, "curl", "-sS", url + "[1-" + TIMES + "]");
      assertThat(byCurl).endsWith("/199/200");
      assertThat(closed(server)).isAtLeast(TIMES / WAITED);
    } finally {
      Http.close(client);
    }
  }

  private static long closed(Daemon server) throws IOException {
    return server.printed().lines().filter("closed"::equals).count();
  }

  private static void awaitMore(long before, Daemon server) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (closed(server) == before) {
      assertWithMessage("the server closes no connection").that(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
