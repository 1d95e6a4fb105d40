package dev.mimic.http.server;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.base.Splitter;
import dev.mimic.MimicResolver;
import dev.mimic.http.Http;
import dev.mimic.peers.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the server with curl. */
@Timeout(60)
final class CurlTest {
  @TempDir Path folder;

  private final MimicResolver resolver = Transport.resolver(false);

  private HttpServer serve(String address) throws IOException {
    return HttpServer.listen(
        resolver,
        address,
        request ->
            request.path().equals("/echo")
                ? HttpResponse.of(200, HttpBody.of(request.body().stream()))
                : HttpResponse.of(200, "hello " + request.query().orElse("world")));
  }

  /** Returns the output of curl: the body, the version and the status. */
  private String curl(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("-sS", "-w", "|%{http_version} %{http_code}"));
    all.add("--cacert");
    all.add(folder.resolve("trust.pem").toString());
    all.addAll(List.of(arguments));
    Transport.writeTrust(folder.resolve("trust.pem"));
    return Programs.run(folder, "curl", all.toArray(String[]::new));
  }

  @Test
  void versions_withoutTls_areServed() throws Exception {
    try (HttpServer server = serve("http://localhost:0")) {
      String url = server.address() + "/x?me";
      assertThat(curl(url)).isEqualTo("hello me|1.1 200");
      assertThat(curl("--http2-prior-knowledge", url)).isEqualTo("hello me|2 200");
      assertThat(curl("--http2", url)).isEqualTo("hello me|1.1 200"); // no upgrade
      assertThat(curl("--http1.0", url)).isEqualTo("hello me|1.1 200");
      assertThat(curl("-I", url)).contains("Content-Length: 8");
    }
  }

  @Test
  void versions_overTls_areNegotiated() throws Exception {
    try (HttpServer server = serve("https://localhost:0")) {
      String url = server.address() + "/x?me";
      assertThat(curl(url)).isEqualTo("hello me|2 200");
      assertThat(curl("--http1.1", url)).isEqualTo("hello me|1.1 200");
      assertThat(curl("--no-alpn", url)).isEqualTo("hello me|1.1 200");
      assertThat(curl("--tls-max", "1.2", url)).isEqualTo("hello me|2 200");
    }
  }

  @Test
  void unixSocket_isServed() throws Exception {
    Path socket = folder.resolve("socket");
    try (HttpServer server = serve("unix:" + socket)) {
      assertThat(server.address()).startsWith("unix:");
      for (String version : new String[] {"--http1.1", "--http2-prior-knowledge"}) {
        assertThat(curl(version, "--unix-socket", socket.toString(), "http://localhost/x?me"))
            .startsWith("hello me|");
      }
    }
  }

  @Test
  void bigBodies_inBothDirections_arriveComplete() throws Exception {
    long size = 32L << 20;
    Path file = folder.resolve("big");
    try (OutputStream out = Files.newOutputStream(file)) {
      new PatternBytes(size).writeTo(out, new AtomicLong());
    }
    try (HttpServer server = serve("https://localhost:0")) {
      for (String version : new String[] {"--http1.1", "--http2"}) {
        Path back = folder.resolve("back" + version);
        String printed =
            curl(version, "-T", file.toString(), "-o", back.toString(), server.address() + "/echo");
        assertThat(printed).endsWith(" 200");
        try (InputStream in = Files.newInputStream(back)) {
          assertThat(PatternBytes.verified(in)).isEqualTo(size);
        }
      }
    }
  }

  @Test
  void requests_concurrent_areAnswered() throws Exception {
    try (HttpServer server = serve("https://localhost:0")) {
      String printed = curl("--parallel", "--parallel-max", "50", server.address() + "/x?[1-100]");
      assertThat(printed).contains("hello 100");
      assertThat(Splitter.on("|2 200").splitToList(printed)).hasSize(101);
    }
  }

  @Test
  void earlyResponse_isReceived() throws Exception {
    Path file = folder.resolve("big");
    Files.write(file, new byte[20 << 20]);
    try (HttpServer server =
        HttpServer.listen(
            resolver, "http://localhost:0", request -> HttpResponse.of(413, "too much"))) {
      for (int i = 0; i < 20; i++) {
        for (String version : new String[] {"--http1.1", "--http2-prior-knowledge"}) {
          assertThat(curl(version, "-T", file.toString(), server.address() + "/"))
              .matches("too much\\|\\S+ 413");
        }
      }
    }
  }

  @Test
  void body_failing_isAnErrorForCurl() throws Exception {
    for (String address : new String[] {"http://localhost:0", "https://localhost:0"}) {
      try (HttpServer server =
          HttpServer.builder()
              .reporter((what, failure) -> {})
              .serve(
                  resolver.with(Http.OFFERED).listen(address),
                  request -> HttpResponse.of(200, EndlessBody.failing()))) {
        String url = server.address() + "/";
        for (String version : new String[] {"--http1.0", "--http1.1", "--http2"}) {
          assertFails("-o", "/dev/null", version, "-H", "Connection: close", url);
          assertFails("-o", "/dev/null", version, url);
        }
      }
    }
  }

  private void assertFails(String... arguments) {
    assertThrows(Throwable.class, () -> curl(arguments), String.join(" ", arguments));
  }
}
