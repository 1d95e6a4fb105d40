package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.mimic.peers.Daemon;
import dev.mimic.peers.HttpScripts;
import dev.mimic.peers.Nginx;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mimic get} compared with curl: the same options, with the same servers. */
@Timeout(60)
class GetLikeCurlTest {
  @TempDir private Path folder;
  private Daemon echo;
  private Daemon other;
  private Nginx nginx;
  private String url = "";
  private String otherUrl = "";
  private String trust = "";

  @BeforeEach
  void serve() throws IOException {
    int port = Daemon.freePort();
    echo = HttpScripts.echo(folder, port);
    url = "http://127.0.0.1:" + port;
    int otherPort = Daemon.freePort();
    other = HttpScripts.echo(folder, otherPort);
    otherUrl = "http://localhost:" + otherPort;
    TestAuthority authority = TestAuthority.create();
    trust = folder.resolve("authority.pem").toString();
    Files.writeString(Path.of(trust), authority.rootPem());
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    authority.certificate("localhost").writePem(certificate, key);
    nginx = Nginx.start(folder, certificate, key, "location /moved { return 302 /file; }");
    Files.writeString(nginx.www().resolve("file"), "what is in it\n");
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
    other.close();
    echo.close();
  }

  private static CommandRun get(String... arguments) {
    List<String> all = new ArrayList<>(List.of("get"));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String curl(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("-sSL"));
    all.addAll(List.of(arguments));
    return Programs.run(folder, "curl", all.toArray(String[]::new));
  }

  /** Returns the output of both, after checking that it is equal except for free choices. */
  private String alike(String... arguments) throws IOException {
    CommandRun run = get(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(0);
    assertThat(common(run.out())).isEqualTo(common(curl(arguments)));
    return run.out();
  }

  private static String common(String printed) {
    return printed
        .lines()
        .filter(each -> !each.matches("user-agent: .*|connection: .*|accept-encoding: identity"))
        .filter(each -> !each.matches("(?i)date: .*"))
        .collect(joining("\n"));
  }

  @Test
  void header_ofEachKind_isSentAsCurlSendsIt() throws IOException {
    String printed =
        alike(
            url + "/x?y",
            "-H",
            "X-One: 1",
            "-H",
            "X-One:  2",
            "-H",
            "Accept: text/html",
            "-H",
            "X-Empty;",
            "-H",
            "Host: other.example",
            "-H",
            "X-Name: \u00fc");
    assertThat(printed).contains("accept: text/html\n");
    assertThat(printed).contains("x-one: 1\nx-one: 2\n");
    assertThat(printed).contains("x-empty: \n");
    assertThat(printed).contains("host: other.example\n");
    assertThat(alike(url + "/x", "-H", "Accept:")).doesNotContain("accept:");
    assertThat(get(url + "/x", "-H", "User-Agent:").out()).doesNotContain("user-agent:");
  }

  @Test
  void header_thatCannotBe_isWrongUsageAndNotQuoted() {
    for (String each :
        List.of(
            "s3cret",
            ": s3cret",
            "X y: s3cret",
            "X: s3cret\nY: z",
            "X: s3cret\r",
            "X: \0s3cret",
            "Content-Length: 53",
            "transfer-encoding: chunked",
            "Upgrade: x")) {
      CommandRun run = get(url, "-H", each);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).startsWith("mimic: -H: ");
      assertThat(run.err()).doesNotContain("s3cret");
    }
  }

  @Test
  void request_ofEachMethod_isSentAsCurlSendsIt() throws IOException {
    for (String each : List.of("GET", "DELETE", "PROPFIND")) {
      assertThat(get(url + "/x", "-X", each).out()).startsWith(each + " /x\n");
    }
    assertThat(alike(url + "/x", "-X", "PUT", "-d", "text")).startsWith("PUT /x\n");
    assertThat(get(url + "/x", "-X", "HEAD").out()).isEmpty();
    for (String each : List.of("", "G T", "CONNECT", "GET\r\nX: y")) {
      assertThat(get(url, "-X", each).status()).isEqualTo(2);
    }
  }

  @Test
  void data_ofEachKind_isSentAsCurlSendsIt() throws IOException {
    assertThat(alike(url + "/x", "-d", "a=1", "-d", "b=\u00fc"))
        .contains("content-type: application/x-www-form-urlencoded\n");
    assertThat(alike(url + "/x", "-d", "{}", "-H", "Content-Type: application/json"))
        .contains("content-type: application/json\n");
    Path file = Files.writeString(folder.resolve("data"), "one\r\ntwo\n\0");
    CommandRun run = get(url + "/x", "-d", "a=1", "-d", "@" + file);
    assertThat(common(run.out()))
        .isEqualTo(common(curl(url + "/x", "-d", "a=1", "--data-binary", "@" + file)));
    assertThat(run.out()).endsWith("\n\na=1&one\r\ntwo\n\0");
    CommandRun standard = CommandRun.of(CommandRun.input("in\n"), "get", url + "/x", "-d", "@-");
    assertThat(standard.out()).endsWith("\n\nin\n");
  }

  @Test
  void data_thatCannotBeSent_isRefused() {
    assertThat(get(url, "-d", "@" + folder.resolve("none")).failure())
        .isEqualTo("cannot read %s: there is no such file".formatted(folder.resolve("none")));
    CommandRun run = get(url, "-X", "GET", "-d", "x");
    assertThat(run.err()).contains("-d sends content, and GET has none");
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void data_afterARedirection_isSentAsCurlSendsIt() throws IOException {
    assertThat(alike(url + "/redirect/302?/x", "-d", "a=1")).startsWith("GET /x\n");
    assertThat(alike(url + "/redirect/307?/x", "-d", "a=1")).endsWith("\n\na=1");
  }

  @Test
  void include_overEachVersion_printsAllHeadsAsCurlDoes() throws IOException {
    assertThat(alike("-i", url + "/status/200")).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(alike("-i", nginx.url() + "/moved")).contains("HTTP/1.1 302 Moved Temporarily\r\n");
    CommandRun secure = get("-i", nginx.tlsUrl() + "/moved", "--ca-cert", trust);
    String byCurl = curl("-i", nginx.tlsUrl() + "/moved", "--cacert", trust);
    assertThat(common(secure.out())).isEqualTo(common(byCurl));
    assertThat(secure.out()).startsWith("HTTP/2 302 \r\n");
  }

  @Test
  void errorStatus_withInclude_printsTheContentAsFailWithBodyDoes() {
    CommandRun run = get("-i", url + "/status/404");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).startsWith("HTTP/1.1 404 Not Found\r\n");
    assertThat(run.out()).endsWith("\r\n\r\ncontent of 404\n");
    assertThat(run.err())
        .isEqualTo(
            "mimic: GET %s/status/404: the server answered 404: there is nothing under this path\n"
                .formatted(url));
    Path file = folder.resolve("file");
    assertThat(get("-i", url + "/status/500", "-o", file.toString()).status()).isEqualTo(1);
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void compressed_gzip_isDecompressedAsCurlDoes() throws IOException {
    String text = "text\n".repeat(10_000);
    assertThat(get(url + "/gzip", "--compressed").out()).isEqualTo(text);
    assertThat(curl(url + "/gzip", "--compressed")).isEqualTo(text);
    assertThat(get(url + "/gzip").out()).contains("accept-encoding: identity\n");
    assertThat(get(url + "/gzip", "-i", "--compressed").out())
        .contains("Content-Encoding: gzip\r\n");
    assertThat(get(url + "/coded/gzip").out()).isEqualTo("these bytes");
    assertThat(get(url + "/coded/identity", "--compressed").out()).isEqualTo("these bytes");
  }

  @Test
  void compressed_otherwiseOrBroken_isAFailure() {
    assertThat(get(url + "/coded/br", "--compressed").failure())
        .contains("the content is compressed, but not by gzip");
    assertThat(get(url + "/coded/gzip", "--compressed").failure())
        .contains("the content is not valid gzip");
  }

  @Test
  void userInUrl_isSentAsCurlSendsItAndNotToAnotherHost() throws IOException {
    String withUser = url.replace("//", "//m%40e:p%C3%BC:@");
    assertThat(alike(withUser + "/x")).contains("authorization: Basic bUBlOnDDvDo=\n");
    assertThat(alike(withUser + "/redirect/302?/x")).contains("authorization: Basic");
    assertThat(alike(withUser + "/x", "-H", "Authorization: Bearer t"))
        .contains("authorization: Bearer t\n");
    for (String[] each :
        List.of(
            new String[] {},
            new String[] {"-H", "Authorization: Bearer t"},
            new String[] {"-H", "Cookie: c"},
            new String[] {"-H", "Host: h.example"})) {
      List<String> arguments = new ArrayList<>(List.of(each));
      arguments.add(withUser + "/redirect/302?" + otherUrl + "/x");
      String printed = alike(arguments.toArray(String[]::new));
      assertThat(printed).contains("host: localhost:");
      assertThat(printed).doesNotContainMatch("authorization|cookie|h.example");
    }
  }

  @Test
  void secrets_inWhatFails_arePrintedNowhere() {
    List<String> urls =
        List.of(
            url.replace("//", "//me:s3cret@") + "/status/401",
            url.replace("//", "//me:s3cret@") + "/redirect/302?ftp://me:s3cret@h/",
            url.replace("//", "//me:s3cret@") + "/redirect/302?http://me:s3cret@[/",
            url.replace("//", "//me:s3cret@") + "/redirect/302?http://me:s3cret",
            "http://me:s3cret@localhost:1/?s3cret",
            "http://me:s3cret@nowhere_.invalid./",
            "http://me:s3cret",
            "http://me:s3cret@",
            "http://me:s3cret@[::1",
            "http:///me:s3cret@/",
            "https:me:s3cret",
            "me:s3cret@localhost",
            "tcp://me:s3cret@localhost:1");
    for (String each : urls) {
      for (String verbose : List.of("-v=false", "-v")) {
        CommandRun run = get(verbose, each);
        assertThat(run.status()).isNotEqualTo(0);
        assertThat(run.err()).startsWith("mimic: ");
        assertThat(run.err() + run.out()).doesNotContain("s3cret");
      }
    }
  }

  @Test
  void over_aSocketFile_connectsThereAsUnixSocketDoes() throws IOException {
    String there = "http://any.example/file";
    assertThat(get(there, "--over", "unix:" + nginx.socket()).out()).isEqualTo("what is in it\n");
    assertThat(curl(there, "--unix-socket", nginx.socket().toString()))
        .isEqualTo("what is in it\n");
  }

  @Test
  void path_ofOtherLetters_isSentPercentEncoded() throws IOException {
    assertThat(get(url + "/\u00fc x?\u00fc").out()).startsWith("GET /%C3%BC%20x?%C3%BC\n");
    assertThat(alike(url + "/%C3%BC%2f?a=b%26")).startsWith("GET /%C3%BC%2f?a=b%26\n");
  }

  @Test
  void redirection_toHttpFromHttps_isRefused() throws IOException {
    CommandRun run = get(nginx.tlsUrl() + "/moved", "--ca-cert", trust);
    assertThat(run.out()).isEqualTo("what is in it\n");
    try (Nginx downgrading =
        Nginx.start(
            Files.createDirectory(folder.resolve("downgrading")),
            folder.resolve("certificate.pem"),
            folder.resolve("key.pem"),
            "location / { return 302 %s/file; }".formatted(nginx.url()))) {
      assertThat(get(downgrading.tlsUrl(), "--ca-cert", trust).failure())
          .contains("redirects to http://localhost");
    }
  }

  @Test
  void notModified_withAFile_leavesItAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("kept"), "before");
    assertThat(get(url + "/status/304", "-o", file.toString()).err()).isEmpty();
    assertThat(Files.readString(file, UTF_8)).isEqualTo("before");
  }
}
