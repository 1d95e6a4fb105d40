package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.MimicModule;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mimic get} from servers in clear and over TLS. */
@Timeout(60)
class GetTest {
  @TempDir private Path folder;
  private final TestAuthority authority = TestAuthority.create();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer clear;
  private HttpServer secure;
  private String trust = "";

  @BeforeEach
  void serve() throws IOException {
    MimicResolver resolver =
        Guice.createInjector(
                new UnixLikeModule(), new TlsModule(), new HttpModule(), new IdentityModule())
            .getInstance(MimicResolver.class);
    secure =
        HttpServer.builder()
            .reporter((what, failure) -> {}) // of clients that do not trust it
            .serve(
                resolver.with(Http.OFFERED).listen("https://localhost:0"),
                request -> HttpResponse.of(200, "secure"));
    clear =
        HttpServer.listen(
            resolver,
            "http://localhost:0",
            request ->
                switch (request.path()) {
                  case "/there" -> HttpResponse.of(200, "over there\n");
                  case "/moved" -> HttpResponse.of(301).withHeader("Location", "/there");
                  case "/slow" -> slow();
                  default -> HttpResponse.of(404, "nothing here");
                });
    trust = folder.resolve("authority.pem").toString();
    Files.writeString(Path.of(trust), authority.rootPem());
  }

  private final class IdentityModule extends MimicModule {
    @Override
    protected void contribute() {
      TestCertificate server = authority.certificate("localhost");
      bindValue(Tls.IDENTITY, TlsIdentity.of(server.privateKey(), server.chain()));
    }
  }

  private HttpResponse slow() throws InterruptedException {
    over.await();
    return HttpResponse.of(200);
  }

  @AfterEach
  void stop() {
    over.countDown();
    clear.close();
    secure.close();
  }

  @Test
  void get_ofUrl_printsContent() {
    CommandRun run = CommandRun.of("get", clear.address() + "/moved");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("over there\n");
    assertThat(run.status()).isEqualTo(0);
  }

  @Test
  void output_ofNewFile_isContent() throws IOException {
    Path file = folder.resolve("file");
    CommandRun run = CommandRun.of("get", clear.address() + "/there", "-o", file.toString());
    assertThat(run.out()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("over there\n");
    CommandRun none = CommandRun.of("get", clear.address() + "/there", "-o", folder + "/no/file");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("there is no such folder");
  }

  @Test
  void output_ofExistingFile_replacesItAndKeepsPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    String url = clear.address() + "/there";
    assertThat(CommandRun.of("get", clear.address() + "/none", "-o", file.toString()).status())
        .isEqualTo(1);
    assertThat(Files.readString(file)).isEqualTo("before\n");
    assertThat(CommandRun.of("get", url, "-o", file.toString()).err()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("over there\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void output_ofDeviceOrLink_isWrittenThrough() throws Exception {
    String url = clear.address() + "/there";
    Process process = ServeTest.start("get", url, "-o", "/dev/stdout");
    assertThat(process.inputReader().readLine()).isEqualTo("over there");
    assertThat(process.waitFor()).isEqualTo(0);
    assertThat(CommandRun.of("get", url, "-o", "/dev/null").err()).isEmpty();

    Path pipe = folder.resolve("pipe");
    String unused = Programs.run(folder, "mkfifo", pipe.toString());
    FutureTask<String> read = new FutureTask<>(() -> Files.readString(pipe));
    Thread reader = Thread.ofPlatform().start(read);
    assertThat(CommandRun.of("get", url, "-o", pipe.toString()).err()).isEmpty();
    assertThat(read.get()).isEqualTo("over there\n");
    reader.join();

    Path file = folder.resolve("file");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(CommandRun.of("get", url, "-o", link.toString()).err()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("over there\n");
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  @Test
  void status_ofError_isFailureOfOneLine() {
    CommandRun run = CommandRun.of("get", clear.address() + "/none?secret");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "mimic: GET %s/none?…: the server answered 404: there is nothing under this path\n"
                .formatted(clear.address()));
  }

  @Test
  void caCert_ofServer_isTrusted() {
    CommandRun trusted = CommandRun.of("get", secure.address(), "--ca-cert", trust);
    assertThat(trusted.err()).isEmpty();
    assertThat(trusted.out()).isEqualTo("secure");
    CommandRun stranger = CommandRun.of("get", secure.address());
    assertThat(stranger.status()).isEqualTo(1);
    assertThat(stranger.err().lines().count()).isEqualTo(1);
  }

  @Test
  void proxyAndTimeout_ofGet_areApplied() throws IOException {
    int port = Daemon.freePort();
    String proxy = "socks5://127.0.0.1:" + port;
    try (Daemon microsocks = Daemon.start(port, "microsocks", "-i", "127.0.0.1", "-p", "" + port)) {
      CommandRun run = CommandRun.of("get", secure.address(), "--ca-cert", trust, "--proxy", proxy);
      assertThat(run.out()).isEqualTo("secure");
      assertThat(microsocks.printed()).isNotEmpty();
    }
    CommandRun late = CommandRun.of("get", clear.address() + "/slow", "--timeout", "0.5");
    assertThat(late.status()).isEqualTo(1);
    assertThat(late.err()).contains("the server has not answered within 0.5s");
  }

  @Test
  void head_thatComesByteByByte_isWaitedForNoLongerThanItMay() throws IOException {
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {}) // of the client, which gives up
            .serve(Loopback.RESOLVER.listen("tcp://localhost:0"), GetTest::trickle)) {
      String url = server.address().replace("tcp:", "http:");
      assertThat(CommandRun.of("get", url, "--timeout", "0.5").failure())
          .contains("the server has not answered within 0.5s");
    }
  }

  /** Sends a head without an end, in pieces that come faster than any wait for one is over. */
  private static void trickle(Flow flow) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(1000);
    int unused = flow.read(request); // a response must follow the request
    flow.readTimeout(Duration.ofMillis(50));
    flow.write(US_ASCII.encode("HTTP/1.1 200 OK\r\nX: "));
    while (true) {
      try {
        if (flow.read(request.clear()) < 0) {
          return;
        }
      } catch (SocketTimeoutException e) {
        flow.write(US_ASCII.encode("x"));
      }
    }
  }

  @Test
  void url_thatIsMalformed_isWrongUsageAndNotQuoted() {
    CommandRun run = CommandRun.of("get", "http://me:secret");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "mimic: URL has an invalid host or port: write http://HOST[:PORT]/PATH"
                + " (see mimic get --help)\n");
    CommandRun other = CommandRun.of("get", "tcp://me:secret@localhost:1");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).startsWith("mimic: URL must begin with http:// or https://");
    assertThat(other.err()).doesNotContain("secret");
  }
}
