package dev.mimic.http.server;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.http.Http;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the server with raw bytes and frames. */
@Timeout(60)
final class ServerTest {
  private final MimicResolver resolver = Transport.resolver(true);
  private @Nullable HttpServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private void serve(HttpHandler handler) throws IOException {
    serve(HttpServer.builder(), handler);
  }

  private void serve(HttpServer.Builder builder, HttpHandler handler) throws IOException {
    server = builder.serve(resolver.with(Http.OFFERED).listen("http://localhost:0"), handler);
  }

  private HttpServer server() {
    return requireNonNull(server);
  }

  /** Sends this text and returns all bytes up to the end of the connection. */
  private String exchange(String request) throws IOException {
    try (Flow flow = resolver.resolve(server().address())) {
      flow.write(ISO_8859_1.encode(request));
      return new String(flow.inputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void malformedRequest_is400AndReachesNoHandler() throws Exception {
    serve(
        request -> {
          throw new AssertionError(request);
        });
    for (String bad :
        new String[] {
          "GET\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "\0\0\0\0\r\n\r\n",
        }) {
      assertThat(exchange(bad)).startsWith("HTTP/1.1 400 ");
    }
    assertThat(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(33_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(exchange("GET / HTTP/3.0\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void errorResponse_doesNotNameTheServer() throws Exception {
    serve(request -> HttpResponse.of(200));
    String response = exchange("GET / HTTP/1.1\r\n\r\n");
    assertThat(response).endsWith("\r\n\r\nBad Request\n");
    assertThat(response.toLowerCase(Locale.ROOT)).doesNotContain("jetty");
  }

  private static String get(String path, String more) {
    return "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n".formatted(path, more);
  }

  @Test
  void requests_pipelined_areAnsweredInOrder() throws Exception {
    serve(request -> HttpResponse.of(200, request.path()));
    String response = exchange(get("/1", "") + get("/2", "") + get("/3", "Connection: close\r\n"));
    assertThat(response.indexOf("/1")).isLessThan(response.indexOf("/2"));
    assertThat(response).endsWith("/3");
  }

  @Test
  void query_isNotDecoded() throws Exception {
    serve(request -> HttpResponse.of(200, request.query().orElse("none") + " " + request.url()));
    for (String query : new String[] {"q=a|b", "q={x}", "q=^", "q=`", "q=a\"b", "q=%", "a?b", ""}) {
      assertThat(exchange(get("/x?" + query, "Connection: close\r\n")))
          .endsWith(query + " http://a/x?" + query);
    }
  }

  @Test
  void http10_isServed() throws Exception {
    serve(request -> HttpResponse.of(200, request.path()));
    String response = exchange("GET /old HTTP/1.0\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 200 ");
    assertThat(response).endsWith("/old");
  }

  @Test
  void options_ofAsterisk_reachesHandler() throws Exception {
    serve(request -> HttpResponse.of(200, request.method() + " " + request.path()));
    assertThat(exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .endsWith("OPTIONS *");
  }

  @Test
  void client_silent_isDisconnected() throws Exception {
    serve(
        HttpServer.builder().idleTimeout(Duration.ofMillis(100)), request -> HttpResponse.of(200));
    assertThat(exchange("GET / HT")).doesNotContain("200");
    assertThat(exchange("")).isEmpty();
  }

  @Test
  void client_notReadingOverTls_isDisconnected() throws Exception {
    EndlessBody endless = new EndlessBody(1024);
    server =
        HttpServer.builder()
            .idleTimeout(Duration.ofSeconds(1))
            .serve(
                resolver.listen("https://localhost:0"),
                request -> HttpResponse.of(200, endless.body()));
    try (Flow flow = resolver.resolve(server().address().replace("https:", "tls:"))) {
      flow.write(ISO_8859_1.encode("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"));
      assertThat(flow.read(ByteBuffer.allocate(1))).isEqualTo(1);
      assertThat(endless.ended.get(20, SECONDS)).isInstanceOf(IOException.class);
      awaitConnections(0);
    }
  }

  private void awaitConnections(int count) {
    while (server().connections() != count && !Thread.interrupted()) { // by the test timeout
      Thread.onSpinWait();
    }
    assertThat(server().connections()).isEqualTo(count);
  }

  @Test
  void handler_slow_isNotIdle() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    serve(
        HttpServer.builder().idleTimeout(Duration.ofSeconds(1)),
        request -> {
          boolean unused = never.await(1700, MILLISECONDS);
          return HttpResponse.of(200, "at last");
        });
    assertThat(exchange(get("/", "Connection: close\r\n"))).endsWith("at last");
  }

  @Test
  void stop_duringHandshake_doesNotWait() throws Exception {
    server =
        HttpServer.builder()
            .reporter((what, failure) -> {})
            .serve(resolver.listen("https://localhost:0"), request -> HttpResponse.of(200));
    try (Flow silent = resolver.resolve(server().address().replace("https:", "tcp:"))) {
      awaitConnections(1);
      assertThat(server().stop(Duration.ofSeconds(50))).isTrue();
      assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void report_ofFailedResponse_omitsQuery() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder().reporter((what, failure) -> reported.complete(what)),
        request ->
            HttpResponse.of(
                200,
                HttpBody.written(
                    out -> {
                      throw new IOException("the disk is failing");
                    })));
    String unused = exchange(get("/path?token=secret", "Connection: close\r\n"));
    assertThat(reported.get(20, SECONDS)).isEqualTo("the response to GET /path failed");
  }

  @Test
  void responseBody_ofWrongLength_isReported() throws Exception {
    for (int length : new int[] {10, 30}) {
      CompletableFuture<Throwable> reported = new CompletableFuture<>();
      serve(
          HttpServer.builder().reporter((what, failure) -> reported.complete(failure)),
          request ->
              HttpResponse.of(200, HttpBody.of(new ByteArrayInputStream(new byte[length]), 20)));
      String unused = exchange(get("/", "Connection: close\r\n"));
      assertThat(reported.get(20, SECONDS))
          .hasMessageThat()
          .matches("the body has (at least )?" + length + " bytes, but its length was given as 20");
      server().close();
    }
  }

  @Test
  void stop_forced_interruptsHandlers() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    serve(
        HttpServer.builder().reporter((what, failure) -> {}),
        request -> {
          asked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            ended.complete(e);
          }
          return HttpResponse.of(200);
        });
    try (Flow flow = resolver.resolve(server().address())) {
      flow.write(ISO_8859_1.encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      assertThat(asked.await(20, SECONDS)).isTrue();
      assertThat(server().stop(Duration.ofMillis(50))).isFalse();
      assertThat(ended.get(20, SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void malformedBody_readByHandler_is400AndReported() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder().reporter((what, failure) -> reported.complete(what)),
        request -> HttpResponse.of(200, request.body().text()));
    String response =
        exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n");
    assertThat(response).startsWith("HTTP/1.1 400 ");
    assertThat(reported.get(20, SECONDS)).startsWith("malformed request: ");
  }

  @Test
  void malformedBody_returnedByHandler_is400() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder().reporter((what, failure) -> reported.complete(what)),
        request -> HttpResponse.of(200, HttpBody.of(request.body().stream())));
    String response =
        exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n");
    assertThat(response).startsWith("HTTP/1.1 400 ");
    assertThat(reported.get(20, SECONDS)).startsWith("malformed request: ");
  }

  @Test
  void malformedHead_isReported() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder().reporter((what, failure) -> reported.complete(what)),
        request -> HttpResponse.of(200));
    assertThat(exchange("GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(reported.get(20, SECONDS)).startsWith("malformed request: ");
  }

  @Test
  void connect_is501AndReachesNoHandler() throws Exception {
    serve(
        request -> {
          throw new AssertionError(request);
        });
    for (String version : new String[] {"1.0", "1.1"}) {
      String response =
          exchange(
              "CONNECT b:443 HTTP/%s\r\nHost: b:443\r\n\r\nbytes of a tunnel".formatted(version));
      assertThat(response).startsWith("HTTP/1.1 501 ");
      assertThat(response).contains("Connection: close\r\n");
    }
  }

  @Test
  void http10_withTransferEncoding_isLastRequest() throws Exception {
    serve(request -> HttpResponse.of(200, request.path()));
    String body = "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n";
    String response =
        exchange(
            "POST /1 HTTP/1.0\r\n" + body + "GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assertThat(response).doesNotContain("/2");
    assertThat(response.toLowerCase(Locale.ROOT)).doesNotContain("keep-alive");
  }

  @Test
  void head_slowlySent_endsConnection() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder()
            .headTimeout(Duration.ofMillis(400))
            .reporter((what, failure) -> reported.complete(what)),
        request -> HttpResponse.of(200));
    try (Flow flow = resolver.resolve(server().address())) {
      flow.write(ISO_8859_1.encode("GET / HTTP/1.1\r\n"));
      assertThrows(IOException.class, () -> trickle(flow, "X: y\r\n"));
    }
    assertThat(reported.get(20, SECONDS)).contains("was not received within 400 ms");
  }

  @Test
  void head_slowlySentOverHttp2_endsConnection() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder()
            .headTimeout(Duration.ofMillis(400))
            .reporter((what, failure) -> reported.complete(what)),
        request -> HttpResponse.of(200));
    try (Flow flow = resolver.resolve(server().address())) {
      RawHttp2 client = new RawHttp2(flow);
      client.headers(1, false, false, ":method", "GET");
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 1000; i++) {
              client.continuation(1);
              boolean unused = new CountDownLatch(1).await(20, MILLISECONDS);
            }
          });
    }
    assertThat(reported.get(20, SECONDS)).contains("was not received within 400 ms");
  }

  /** Writes this text repeatedly, for up to 20 seconds. */
  private static void trickle(Flow flow, String text) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 1000; i++) {
      flow.write(ISO_8859_1.encode(text));
      boolean unused = never.await(20, MILLISECONDS);
    }
  }

  @Test
  void body_slowlySent_isNotLimitedByHeadTimeout() throws Exception {
    serve(
        HttpServer.builder().headTimeout(Duration.ofMillis(100)),
        request -> HttpResponse.of(200, request.body().text()));
    try (Flow flow = resolver.resolve(server().address())) {
      flow.write(
          ISO_8859_1.encode(
              "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"));
      for (int i = 0; i < 10; i++) {
        boolean unused = new CountDownLatch(1).await(40, MILLISECONDS);
        flow.write(ISO_8859_1.encode("x"));
      }
      assertThat(new String(flow.inputStream().readAllBytes(), ISO_8859_1)).endsWith("xxxxxxxxxx");
    }
  }

  @Test
  void connections_beyondMaximum_wait() throws Exception {
    serve(HttpServer.builder().maxConnections(1), request -> HttpResponse.of(200, "ok"));
    Flow first = resolver.resolve(server().address());
    try (Flow second = resolver.resolve(server().address())) {
      try (first) {
        second.write(ISO_8859_1.encode(get("/", "Connection: close\r\n")));
        first.write(ISO_8859_1.encode(get("/", "")));
        assertThat(first.read(ByteBuffer.allocate(1))).isEqualTo(1);
        second.readTimeout(Duration.ofMillis(200));
        assertThrows(SocketTimeoutException.class, () -> second.read(ByteBuffer.allocate(1)));
        assertThat(server().connections()).isEqualTo(1);
      }
      second.readTimeout(Duration.ofSeconds(20));
      assertThat(new String(second.inputStream().readAllBytes(), ISO_8859_1)).endsWith("ok");
    }
  }

  @Test
  void connectionFields_inHttp2_areRefused() throws Exception {
    serve(
        request -> {
          throw new AssertionError(request);
        });
    String[][] fields = {
      {"connection", "keep-alive"},
      {"keep-alive", "timeout=5"},
      {"proxy-connection", "keep-alive"},
      {"transfer-encoding", "chunked"},
      {"upgrade", "websocket"},
      {"te", "gzip"},
    };
    for (String[] field : fields) {
      try (Flow flow = resolver.resolve(server().address())) {
        RawHttp2 client = new RawHttp2(flow);
        client.get(1, field[0], field[1]);
        assertWithMessage(field[0]).that(client.end(1)).isEqualTo("RST_STREAM 1");
      }
    }
  }

  @Test
  void teTrailers_inHttp2_isAccepted() throws Exception {
    serve(request -> HttpResponse.of(200));
    try (Flow flow = resolver.resolve(server().address())) {
      RawHttp2 client = new RawHttp2(flow);
      client.get(1, "te", "trailers");
      assertThat(client.end(1)).isEqualTo("END_STREAM");
    }
  }

  @Test
  void connect_inHttp2_reachesNoHandler() throws Exception {
    serve(
        request -> {
          throw new AssertionError(request);
        });
    try (Flow flow = resolver.resolve(server().address())) {
      RawHttp2 client = new RawHttp2(flow);
      client.headers(1, false, true, ":method", "CONNECT", ":authority", "b:443");
      assertThat(client.status(1)).isEqualTo("501");
    }
  }

  @Test
  void earlyResponse_inHttp2_endsBeforeReset() throws Exception {
    serve(request -> HttpResponse.of(413, "too much"));
    try (Flow flow = resolver.resolve(server().address())) {
      RawHttp2 client = new RawHttp2(flow);
      client.headers(1, false, true, RawHttp2.request("POST", "/"));
      assertThat(client.end(1)).isEqualTo("END_STREAM");
      assertThat(client.end(1)).isEqualTo("RST_STREAM 0");
    }
  }

  @Test
  void body_ofWrongLengthInHttp2_failsHandler() throws Exception {
    for (String length : new String[] {"9", "2"}) {
      CompletableFuture<Throwable> seen = new CompletableFuture<>();
      CompletableFuture<String> reported = new CompletableFuture<>();
      CountDownLatch asked = new CountDownLatch(1);
      serve(
          HttpServer.builder().reporter((what, failure) -> reported.complete(what)),
          request -> {
            asked.countDown();
            try {
              return HttpResponse.of(200, request.body().text());
            } catch (IOException e) {
              seen.complete(e);
              throw e;
            }
          });
      try (Flow flow = resolver.resolve(server().address())) {
        RawHttp2 client = new RawHttp2(flow);
        client.headers(1, false, true, RawHttp2.request("POST", "/", "content-length", length));
        assertThat(asked.await(20, SECONDS)).isTrue();
        client.data(1, true, "hello");
        assertThat(client.end(1)).isEqualTo("RST_STREAM 1");
        assertThat(seen.get(20, SECONDS)).isInstanceOf(MalformedRequestException.class);
        assertThat(reported.get(20, SECONDS)).startsWith("malformed request: ");
      }
      assertThat(server().stop(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void unreadBodies_inHttp2_loseNoResponse() throws Exception {
    serve(request -> HttpResponse.of(200, "early"));
    try (Flow flow = resolver.resolve(server().address())) {
      RawHttp2 client = new RawHttp2(flow);
      int together = 50;
      for (int first = 1; first < 4000; first += 2 * together) {
        for (int i = 0; i < together; i++) {
          client.headers(first + 2 * i, false, true, RawHttp2.request("POST", "/"));
        }
        assertWithMessage("from %s", first).that(client.ends(together)).isEqualTo(together);
        for (int i = 0; i < together; i++) {
          client.data(first + 2 * i, true, "hello");
        }
      }
    }
  }

  @Test
  void stop_withIdleConnection_doesNotLinger() throws Exception {
    serve(request -> HttpResponse.of(200, "done"));
    try (Flow flow = resolver.resolve(server().address())) {
      flow.write(ISO_8859_1.encode(get("/", "")));
      StringBuilder response = new StringBuilder();
      while (!response.toString().endsWith("done")) {
        response.append((char) flow.inputStream().read());
      }
      boolean unused = new CountDownLatch(1).await(100, MILLISECONDS); // lets the request end
      long began = System.nanoTime();
      assertThat(server().stop(Duration.ofSeconds(20))).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(900));
    }
  }

  @Test
  void stop_ofHttp2_closesAfterLastStream() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    serve(
        request -> {
          asked.countDown();
          assertThat(goOn.await(20, SECONDS)).isTrue();
          return HttpResponse.of(200, "done");
        });
    try (Flow flow = resolver.resolve(server().address());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RawHttp2 client = new RawHttp2(flow);
      client.get(1);
      assertThat(asked.await(20, SECONDS)).isTrue();
      Future<Boolean> stopped = threads.submit(() -> server().stop(Duration.ofSeconds(40)));
      assertThat(client.goAway()).isEqualTo(Integer.MAX_VALUE);
      goOn.countDown();
      assertThat(client.end(1)).isEqualTo("END_STREAM");
      assertThat(client.goAway()).isEqualTo(1);
      assertThat(client.frame()).isNull(); // closed by the server
      assertThat(stopped.get(20, SECONDS)).isTrue();
    }
  }
}
