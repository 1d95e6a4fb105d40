package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Strings;
import dev.mimic.flow.FlowServer;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.HttpScripts;
import dev.mimic.peers.Nginx;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.TestAuthority;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mimic get -C}, beside curl where it does the same. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class GetContinueTest {
  private static final int BYTES = 600_000;
  private static final int PART = 100_000;
  private static final int BY_SIGTERM = 128 + 15;

  @TempDir private Path folder;
  private final byte[] content = new byte[BYTES];
  private Nginx nginx;
  private Path file;

  @BeforeEach
  void serve() throws IOException {
    new Random(1).nextBytes(content);
    TestAuthority authority = TestAuthority.create();
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    authority.certificate("localhost").writePem(certificate, key);
    nginx =
        Nginx.start(
            Files.createDirectory(folder.resolve("nginx")),
            certificate,
            key,
            "location /slow { alias FOLDER/www/content; limit_rate 250k; }");
    Files.write(nginx.www().resolve("content"), content);
    file = folder.resolve("file");
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  private CommandRun goOn(String url, String... more) {
    List<String> all = new ArrayList<>(List.of("get", url, "-C", "-", "-o", file.toString()));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private byte[] first(int bytes) {
    return Arrays.copyOf(content, bytes);
  }

  @Test
  void part_ofWhatIsServed_isCompletedAsCurlDoes() throws IOException {
    String url = nginx.url() + "/content";
    Path byCurl = Files.write(folder.resolve("by-curl"), first(PART));
    String unused = Programs.run(folder, "curl", "-sS", "-C", "-", "-o", byCurl.toString(), url);
    Files.write(file, first(PART));

    assertThat(goOn(url).err()).isEmpty();

    assertThat(Files.readAllBytes(file)).isEqualTo(content);
    assertThat(Files.readAllBytes(byCurl)).isEqualTo(content);
  }

  @Test
  void file_thatIsMissingOrEmptyOrComplete_becomesOrStaysWhole() throws IOException {
    String url = nginx.url() + "/content";
    assertThat(goOn(url).err()).isEmpty();
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
    for (String offset : List.of("-", Integer.toString(BYTES))) {
      CommandRun complete = CommandRun.of("get", url, "-C", offset, "-o", file.toString());
      assertThat(complete.err()).isEmpty();
      assertThat(complete.status()).isEqualTo(0);
      assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }
    Files.write(file, new byte[0]);
    assertThat(goOn(url).err()).isEmpty();
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void offset_withoutAFile_printsTheRestAsCurlDoes() throws IOException {
    Files.writeString(nginx.www().resolve("text"), "0123456789");
    String url = nginx.url() + "/text";
    assertThat(CommandRun.of("get", url, "-C", "4").out()).isEqualTo("456789");
    assertThat(Programs.run(folder, "curl", "-sS", "-C", "4", url)).isEqualTo("456789");
    assertThat(CommandRun.of("get", url, "-C", "10").status()).isEqualTo(0);
    assertThat(CommandRun.of("get", url, "-C", "11").failure())
        .contains("-C is at byte 11, and the content has 10");
  }

  @Test
  void cutTransfer_keepsWhatCameAndGoesOnFromThere() throws IOException {
    try (FlowServer dying = Loopback.dyingAfter(PART, nginx.url())) {
      String message = goOn(dying.address().replace("tcp:", "http:") + "/content").failure();
      assertThat(message)
          .matches(
              "GET \\S+: the server ended the connection before the content was complete: %s keeps the"
                      .formatted(file)
                  + " first \\d+ bytes: continue with -C -");
      byte[] kept = Files.readAllBytes(file);
      assertThat(message).contains(" first " + kept.length + " bytes");
      assertThat(kept).isEqualTo(first(kept.length));
      assertThat(kept.length).isGreaterThan(PART / 2);
    }
    assertThat(goOn(nginx.url() + "/content").err()).isEmpty();
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void commandEndedInMidTransfer_keepsWhatCame() throws Exception {
    CountDownLatch silent = new CountDownLatch(1);
    try (FlowServer standIn = Loopback.silentAfter(PART, nginx.url(), silent)) {
      String url = standIn.address().replace("tcp:", "http:") + "/content";
      Process process = ServeTest.start("get", url, "-C", "-", "-o", file.toString());
      try {
        assertThat(silent.await(30, TimeUnit.SECONDS)).isTrue();
        while (!Files.exists(file) || Files.size(file) == 0) {
          assertThat(process.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
        }
        process.toHandle().destroy(); // unlike Process.destroy, closes no stream
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(BY_SIGTERM);
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    byte[] kept = Files.readAllBytes(file);
    assertThat(kept).isEqualTo(first(kept.length));
    assertThat(goOn(nginx.url() + "/content").err()).isEmpty();
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void contentThatChangedMeanwhile_isFetchedFromItsBeginning() throws IOException {
    try (FlowServer dying = Loopback.dyingAfter(PART, nginx.url())) {
      assertThat(goOn(dying.address().replace("tcp:", "http:") + "/content").status()).isEqualTo(1);
    }
    assertThat(Files.size(file)).isGreaterThan(0);
    byte[] changed = new byte[BYTES + 1];
    Files.write(nginx.www().resolve("content"), changed);

    assertThat(goOn(nginx.url() + "/content").err()).isEmpty();

    assertThat(Files.readAllBytes(file)).isEqualTo(changed);
  }

  @Test
  void serverWithoutRanges_isAFailureAndLeavesTheFile() throws IOException {
    int port = Daemon.freePort();
    Files.write(file, first(PART));
    try (Daemon python = HttpScripts.python(folder, port)) {
      assertThat(goOn("http://127.0.0.1:" + port + "/x").failure())
          .contains("the server does not send parts");
      assertThat(python.printed()).doesNotContain("Traceback");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(first(PART));
  }

  @Test
  void errorStatus_leavesTheFile() throws IOException {
    Files.write(file, first(PART));
    assertThat(goOn(nginx.url() + "/none").failure()).contains("the server answered 404");
    assertThat(Files.readAllBytes(file)).isEqualTo(first(PART));
  }

  @Test
  void fileOfSomethingElse_isAFailureAndIsLeft() throws IOException {
    Files.write(file, new byte[BYTES + 1]);
    assertThat(goOn(nginx.url() + "/content").failure())
        .contains("is at byte 600001, and the content has 600000: is it of another URL?");
    assertThat(Files.size(file)).isEqualTo(BYTES + 1);
  }

  /** Answers each request with this head and content. */
  private CommandRun goOnWith(String answer) throws IOException {
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {}) // of the client, which leaves
            .serve(
                Loopback.RESOLVER.listen("tcp://localhost:0"),
                flow -> {
                  BufferedReader lines =
                      new BufferedReader(new InputStreamReader(flow.inputStream(), ISO_8859_1));
                  while (!Strings.nullToEmpty(lines.readLine()).isEmpty()) {}
                  flow.write(ISO_8859_1.encode(answer.replace("\n", "\r\n")));
                })) {
      return goOn("http://localhost:%d/x".formatted(URI.create(server.address()).getPort()));
    }
  }

  @Test
  void partThatIsNotTheRest_isAFailureAndIsNotAppended() throws IOException {
    String head = "HTTP/1.1 206 Partial Content\nContent-Length: 3\n";
    for (String range :
        List.of(
            "",
            "Content-Range: bytes 2-4/6\n",
            "Content-Range: bytes 3-x/6\n",
            "Content-Range: items 3-5/6\n",
            "Content-Type: multipart/byteranges; boundary=x\n")) {
      Files.writeString(file, "abc");
      assertThat(goOnWith(head + range + "\ndef").failure())
          .contains("the server sent another part than requested: leave -C out");
      assertThat(Files.readString(file)).isEqualTo("abc");
    }
    assertThat(goOnWith(head + "Content-Range: bytes 3-5/9\n\ndef").failure())
        .contains("keeps the first 6 bytes: continue with -C -");
    assertThat(Files.readString(file)).isEqualTo("abcdef");
  }

  @Test
  void partOfAnotherVersion_fromAServerThatIgnoresIfRange_isRefused() throws IOException {
    assertThat(goOnWith("HTTP/1.1 200 OK\nETag: \"one\"\nContent-Length: 6\n\nabc").failure())
        .contains("keeps the first 3 bytes");
    String rest = "HTTP/1.1 206 Partial Content\nContent-Length: 3\nContent-Range: bytes 3-5/6\n";
    assertThat(goOnWith(rest + "ETag: \"two\"\n\ndef").failure())
        .contains("the content has changed since %s was begun: leave -C out".formatted(file));
    assertThat(Files.readString(file)).isEqualTo("abc");
    assertThat(goOnWith(rest + "ETag: \"one\"\n\ndef").err()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("abcdef");
  }

  @Test
  void optionsThatDoNotFit_areWrongUsage() throws IOException {
    String url = nginx.url() + "/content";
    Files.writeString(file, "abc");
    String name = file.toString();
    for (List<String> each :
        List.of(
            List.of("-C", "-"),
            List.of("-C", "x"),
            List.of("-C", "-1"),
            List.of("-C", "99999999999999999999"),
            List.of("-C", "2", "-o", name),
            List.of("-C", "4", "-o", name),
            List.of("-C", "-", "-o", "/dev/null"),
            List.of("-C", "-", "-o", folder.toString()),
            List.of("-C", "-", "-o", name, "-i"),
            List.of("-C", "-", "-o", name, "--compressed"),
            List.of("-C", "-", "-o", name, "-d", "x"),
            List.of("-C", "-", "-o", name, "-X", "HEAD"),
            List.of("-C", "-", "-o", name, "-H", "Range: bytes=0-1"))) {
      List<String> all = new ArrayList<>(List.of("get", url));
      all.addAll(each);
      CommandRun run = CommandRun.of(all.toArray(String[]::new));
      assertThat(run.err()).startsWith("mimic: ");
      assertThat(run.status()).isEqualTo(2);
    }
    assertThat(Files.readString(file)).isEqualTo("abc");
  }

  @Test
  void progress_isShownOnATerminalAndNowhereElse() throws Exception {
    String url = nginx.url() + "/slow";
    Process quiet = ServeTest.start("get", url, "-o", file.toString());
    assertThat(quiet.inputReader().readLine()).isNull();
    assertThat(quiet.waitFor()).isEqualTo(0);
    Process onTerminal =
        ServeTest.start(
            List.of("python3", "-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"),
            List.of(),
            "get",
            url,
            "-o",
            file.toString());
    String shown = new String(onTerminal.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(onTerminal.waitFor()).isEqualTo(0);
    assertThat(shown).containsMatch("\\r\\d+ % of 600\\.0 kB, \\d+\\.\\d kB/s, \\d+ s left");
    assertThat(shown).endsWith(" \r");
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }
}
