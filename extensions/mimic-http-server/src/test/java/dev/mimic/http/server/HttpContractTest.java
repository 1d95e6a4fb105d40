package dev.mimic.http.server;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the server's contract with OkHttp, over every transport and in both versions. */
@ParameterizedClass
@MethodSource("transports")
@Timeout(60)
final class HttpContractTest {
  private static final long MAX_SECONDS = 20;
  private static final int CONCURRENT_REQUESTS = 40;

  private final Transport.Kind kind;
  private final boolean http2;
  private Transport transport;

  HttpContractTest(Transport.Kind kind, boolean http2) {
    this.kind = kind;
    this.http2 = http2;
  }

  static Stream<Arguments> transports() {
    return Stream.of(Transport.Kind.values())
        .flatMap(kind -> Stream.of(false, true).map(each -> Arguments.of(kind, each)));
  }

  @BeforeEach
  void open() throws IOException {
    transport = new Transport(kind, http2);
  }

  @AfterEach
  void close() throws Exception {
    transport.close();
  }

  private Response get(HttpServer server, String path) throws IOException {
    return get(transport.client(), transport.url(server, path));
  }

  private static Response get(OkHttpClient client, String url) throws IOException {
    return client.newCall(new Request.Builder().url(url).build()).execute();
  }

  /** Returns a body of this pattern without a length. */
  private static RequestBody body(PatternBytes pattern, AtomicLong written) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return MediaType.get("application/octet-stream");
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        pattern.writeTo(sink.outputStream(), written);
      }
    };
  }

  @Test
  void response_hasStatusHeadersAndBody() throws Exception {
    HttpServer server =
        transport.serve(
            request ->
                HttpResponse.of(203, "%s %s".formatted(request.method(), request.path()))
                    .withHeader("X-Query", request.query().orElse("none")));
    try (Response response = get(server, "/a%20b?c=d")) {
      assertThat(response.protocol() == Protocol.HTTP_1_1).isEqualTo(!http2);
      assertThat(response.code()).isEqualTo(203);
      assertThat(response.header("x-query")).isEqualTo("c=d");
      assertThat(response.header("content-type")).isEqualTo("text/plain; charset=utf-8");
      assertThat(response.header("content-length")).isEqualTo("10");
      assertThat(response.body().string()).isEqualTo("GET /a%20b");
    }
  }

  @Test
  void request_hasMethodHeadersAndUrl() throws Exception {
    CompletableFuture<HttpRequest> seen = new CompletableFuture<>();
    HttpServer server =
        transport.serve(
            request -> {
              seen.complete(request);
              return HttpResponse.of(204);
            });
    String url = transport.url(server, "/p?q");
    Request request =
        new Request.Builder()
            .url(url)
            .header("X-A", "b")
            .header("Authorization", "Basic bWU6c2VjcmV0")
            .build();
    try (Response response = transport.client().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(204);
      assertThat(response.body().bytes()).hasLength(0);
    }
    HttpRequest handled = seen.get(MAX_SECONDS, SECONDS);
    assertThat(handled.header("x-a")).hasValue("b");
    assertThat(handled.headers().toString()).doesNotContain("bWU6c2VjcmV0");
    assertThat(handled.flow().protocol()).isNotEmpty();
    assertThat(handled.url()).isEqualTo(url);
    assertThat(handled.url()).startsWith(kind.isTls() ? "https:" : "http:");
  }

  @Test
  void path_isNotDecoded() throws Exception {
    HttpServer server = transport.serve(request -> HttpResponse.of(200, request.path()));
    OkHttpClient client = transport.client();
    String url = transport.url(server, "");
    for (String path :
        List.of("/@babel%2fcore", "/a//b", "//a", "/100%25.txt", "/a;x=1/b", "/%e9", "/a%5cb")) {
      try (Response response = get(client, url + path)) {
        assertWithMessage(path).that(response.body().string()).isEqualTo(path);
      }
    }
  }

  @Test
  void head_hasNoBodyAndKeepsConnection() throws Exception {
    HttpServer server = transport.serve(request -> HttpResponse.of(200, "twelve bytes"));
    OkHttpClient client = transport.client();
    Request request = new Request.Builder().url(transport.url(server, "/")).head().build();
    for (int i = 0; i < 3; i++) {
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.header("content-length")).isEqualTo("12");
        assertThat(response.body().bytes()).hasLength(0);
      }
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void body_ofEachKind_isSent() throws Exception {
    List<HttpBody> bodies =
        List.of(
            HttpBody.of("text"),
            HttpBody.of(new PatternBytes(100_000).text().getBytes(ISO_8859_1)),
            HttpBody.of(new PatternBytes(100_000).stream()),
            HttpBody.of(new PatternBytes(100_000).stream(), 100_000),
            HttpBody.written(out -> new PatternBytes(100_000).writeTo(out, new AtomicLong())),
            HttpBody.written(out -> out.write('x'), 1));
    HttpServer server =
        transport.serve(
            request ->
                HttpResponse.of(200, bodies.get(Integer.parseInt(request.path(), 1, 2, 10))));
    OkHttpClient client = transport.client();
    String url = transport.url(server, "/");
    for (int i = 0; i < bodies.size(); i++) {
      try (Response response = get(client, url + i)) {
        String expected = i == 0 ? "text" : i == 5 ? "x" : new PatternBytes(100_000).text();
        String got = response.body().string();
        assertWithMessage("%s: %s of %s", i, got.length(), expected.length())
            .that(got.equals(expected))
            .isTrue();
      }
    }
  }

  @Test
  void bigBody_inBothDirections_isStreamed() throws Exception {
    long size = 4L << 20;
    HttpServer server =
        transport.serve(
            request ->
                request.method().equals("PUT")
                    ? HttpResponse.of(200, "" + PatternBytes.verified(request.body().stream()))
                    : HttpResponse.of(200, HttpBody.of(new PatternBytes(size).stream())));
    String url = transport.url(server, "/");
    OkHttpClient client = transport.client();
    try (Response response = get(client, url);
        InputStream body = response.body().byteStream()) {
      assertThat(PatternBytes.verified(body)).isEqualTo(size);
    }
    Request request =
        new Request.Builder().url(url).put(body(new PatternBytes(size), new AtomicLong())).build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.body().string()).isEqualTo("" + size);
    }
  }

  @Test
  void requests_concurrent_areHandledConcurrently() throws Exception {
    CountDownLatch allHere = new CountDownLatch(CONCURRENT_REQUESTS);
    HttpServer server =
        transport.serve(
            request -> {
              allHere.countDown();
              assertThat(allHere.await(MAX_SECONDS, SECONDS)).isTrue();
              return HttpResponse.of(200, request.path());
            });
    OkHttpClient client = transport.client();
    String url = transport.url(server, "/");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < CONCURRENT_REQUESTS; i++) {
        String path = "" + i;
        answers.add(
            threads.submit(
                () -> {
                  try (Response response = get(client, url + path)) {
                    return response.body().string();
                  }
                }));
      }
      for (int i = 0; i < CONCURRENT_REQUESTS; i++) {
        assertThat(answers.get(i).get(MAX_SECONDS, SECONDS)).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void connection_afterBodies_isReused() throws Exception {
    HttpServer server = transport.serve(request -> HttpResponse.of(200, request.body().text()));
    OkHttpClient client = transport.client();
    String url = transport.url(server, "/");
    for (int i = 0; i < 20; i++) {
      Request request =
          new Request.Builder()
              .url(url)
              .post(body(new PatternBytes(5000), new AtomicLong()))
              .build();
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.body().bytes()).hasLength(5000);
      }
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void stream_isSentAsItBecomesAvailable() throws Exception {
    PipedOutputStream there = new PipedOutputStream();
    InputStream slow = new PipedInputStream(there);
    HttpServer server = transport.serve(request -> HttpResponse.of(200, HttpBody.of(slow)));
    there.write('a');
    try (Response response = get(server, "/");
        InputStream body = response.body().byteStream()) {
      assertThat(body.read()).isEqualTo('a');
      there.write('b');
      there.flush();
      assertThat(body.read()).isEqualTo('b');
      there.close();
      assertThat(body.read()).isEqualTo(-1);
    }
  }

  @Test
  void handler_throwing_is500AndReported() throws Exception {
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    HttpServer server =
        transport.serve(
            HttpServer.builder().reporter((what, failure) -> reported.complete(failure)),
            request -> {
              throw new IllegalStateException("secret of the handler");
            });
    try (Response response = get(server, "/")) {
      assertThat(response.code()).isEqualTo(500);
      assertThat(response.body().string()).isEqualTo("the server failed\n");
    }
    assertThat(reported.get(MAX_SECONDS, SECONDS)).hasMessageThat().contains("secret");
  }

  @Test
  void responseHead_tooLarge_throwsInWithHeader() throws Exception {
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    HttpServer server =
        transport.serve(
            HttpServer.builder().reporter((what, failure) -> reported.complete(failure)),
            request -> HttpResponse.of(200).withHeader("X", "x".repeat(40_000)));
    try (Response response = get(server, "/")) {
      assertThat(response.code()).isEqualTo(500);
    }
    Throwable failure = reported.get(MAX_SECONDS, SECONDS);
    assertThat(failure).hasMessageThat().contains("the head of the response would have 40");
    assertThat(failure.getStackTrace()[1].getMethodName()).contains("withHeader");
  }

  @Test
  void heads_upTo32KiB_areReceivedAndSent() throws Exception {
    HttpServer server =
        transport.serve(
            request ->
                HttpResponse.of(200).withHeader("X-Back", request.header("x-long").orElse("")));
    String value = "x".repeat(32_000);
    Request request =
        new Request.Builder().url(transport.url(server, "/")).header("X-Long", value).build();
    try (Response response = transport.client().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.header("x-back")).isEqualTo(value);
    }
  }

  @Test
  void body_failing_isNotReadAsComplete() throws Exception {
    HttpServer server =
        transport.serve(
            HttpServer.builder().reporter((what, failure) -> {}),
            request -> HttpResponse.of(200, EndlessBody.failing()));
    try (Response response = get(server, "/")) {
      assertThrows(IOException.class, () -> response.body().bytes());
    }
  }

  @Test
  void reader_slow_blocksWriter() throws Exception {
    EndlessBody endless = new EndlessBody(8 * 1024);
    HttpServer server = transport.serve(request -> HttpResponse.of(200, endless.body()));
    try (Response response = get(server, "/")) {
      assertThat(response.body().byteStream().readNBytes(10_000)).hasLength(10_000);
      assertThat(settled(endless.written)).isLessThan(24L << 20);
    }
    // Closing the response ends the writer of the handler.
    assertThat(endless.ended.get(MAX_SECONDS, SECONDS)).isInstanceOf(IOException.class);
  }

  @Test
  void handler_slow_blocksSender() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch goOn = new CountDownLatch(1);
    HttpServer server =
        transport.serve(
            request -> {
              assertThat(goOn.await(MAX_SECONDS, SECONDS)).isTrue();
              return HttpResponse.of(200, "" + PatternBytes.verified(request.body().stream()));
            });
    long size = 32L << 20; // larger than the TCP buffers of the system
    String url = transport.url(server, "/");
    OkHttpClient client = transport.client();
    Request request =
        new Request.Builder().url(url).put(body(new PatternBytes(size), written)).build();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> answer =
          threads.submit(
              () -> {
                try (Response response = client.newCall(request).execute()) {
                  return response.body().string();
                }
              });
      assertThat(settled(written)).isLessThan(size - (2L << 20));
      goOn.countDown();
      assertThat(answer.get(MAX_SECONDS, SECONDS)).isEqualTo("" + size);
    }
  }

  /** Returns the count once it has not changed for a while. */
  private static long settled(AtomicLong count) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long before = -1;
    while (count.get() != before || before == 0) {
      before = count.get();
      boolean unused = never.await(200, MILLISECONDS);
    }
    return before;
  }

  @Test
  void stop_withRunningRequest_waitsForItOnly() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    HttpServer server =
        transport.serve(
            request -> {
              asked.countDown();
              assertThat(goOn.await(MAX_SECONDS, SECONDS)).isTrue();
              return HttpResponse.of(200, "done");
            });
    OkHttpClient client = transport.client();
    String url = transport.url(server, "/");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> answer =
          threads.submit(
              () -> {
                try (Response response = get(client, url)) {
                  return response.body().string();
                }
              });
      assertThat(asked.await(MAX_SECONDS, SECONDS)).isTrue();
      long began = System.nanoTime();
      Future<Boolean> stopped = threads.submit(() -> server.stop(Duration.ofSeconds(40)));
      goOn.countDown();
      assertThat(answer.get(MAX_SECONDS, SECONDS)).isEqualTo("done");
      assertThat(stopped.get(MAX_SECONDS, SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void stop_withoutRequests_doesNotWait() throws Exception {
    HttpServer server = transport.serve(request -> HttpResponse.of(200, "done"));
    try (Response response = get(server, "/")) {
      assertThat(response.body().string()).isEqualTo("done");
    }
    long began = System.nanoTime();
    assertThat(server.stop(Duration.ofSeconds(40))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }
}
