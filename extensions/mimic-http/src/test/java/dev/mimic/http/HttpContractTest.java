package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.ManualTime;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds over every kind of flow, in both versions. */
@ParameterizedClass
@MethodSource("places")
@Timeout(60)
final class HttpContractTest {
  private static final long SECONDS_AT_MOST = 20;
  private static final int MANY = 200;
  private static final int SEVERAL = 40;

  private final Place.Kind kind;
  private final HttpVersion version;
  private Place place;

  HttpContractTest(Place.Kind kind, HttpVersion version) {
    this.kind = kind;
    this.version = version;
  }

  static Stream<Arguments> places() {
    return Stream.of(Place.Kind.values())
        .flatMap(kind -> Stream.of(HttpVersion.values()).map(each -> Arguments.of(kind, each)));
  }

  @BeforeEach
  void open() throws IOException {
    place = new Place(kind, version);
  }

  @AfterEach
  void close() throws Exception {
    place.close();
  }

  private static String text(HttpClient client, HttpRequest request) throws IOException {
    try (HttpResponse response = client.send(request)) {
      return response.body().text();
    }
  }

  @Test
  void anAnswerHasStatusHeadersAndBody() throws Exception {
    HttpServer server =
        place.serve(
            request ->
                HttpResponse.of(203, "%s %s".formatted(request.method(), request.path()))
                    .withHeader("X-Query", request.query().orElse("none")));
    try (HttpResponse response = place.client().send(place.get(server, "/a%20b?c=d"))) {
      assertThat(response.version()).isEqualTo(version);
      assertThat(response.status()).isEqualTo(203);
      assertThat(response.header("x-query")).hasValue("c=d");
      assertThat(response.header("content-type")).hasValue("text/plain; charset=utf-8");
      assertThat(response.header("content-length")).hasValue("10");
      assertThat(response.body().length().isPresent()).isFalse();
      assertThat(response.body().text()).isEqualTo("GET /a%20b");
    }
  }

  @Test
  void aBodyOfEachKindIsSent() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(200, request.body().text()));
    HttpClient client = place.client();
    for (HttpBody body :
        List.of(
            HttpBody.empty(),
            HttpBody.of("text"),
            HttpBody.of("bytes".getBytes(UTF_8)),
            HttpBody.of(new Pattern(100_000).stream()),
            HttpBody.of(new Pattern(100_000).stream(), 100_000),
            HttpBody.written(out -> out.write("written".getBytes(UTF_8))))) {
      String expected = body.isRepeatable() ? body.text() : new Pattern(100_000).text();
      HttpRequest request = place.request(server, "PROPFIND", "/").withBody(body);
      try (HttpResponse response = client.send(request)) {
        String got = response.body().text();
        assertWithMessage("%s: %s of %s", body, got.length(), expected.length())
            .that(got.equals(expected))
            .isTrue();
      }
    }
  }

  @Test
  void theHandlerSeesTheWholeRequest() throws Exception {
    CompletableFuture<HttpRequest> seen = new CompletableFuture<>();
    HttpServer server =
        place.serve(
            request -> {
              seen.complete(request);
              return HttpResponse.of(204);
            });
    HttpRequest request =
        place.get(server, "/p?q").withHeader("X-A", "b").withBasicAuthorization("me", "secret");
    try (HttpResponse response = place.client().send(request)) {
      assertThat(response.status()).isEqualTo(204);
      assertThat(response.body().bytes()).hasLength(0);
    }
    HttpRequest handled = seen.get(SECONDS_AT_MOST, SECONDS);
    assertThat(handled.header("x-a")).hasValue("b");
    assertThat(handled.header("authorization")).hasValue("Basic bWU6c2VjcmV0");
    assertThat(handled.headers().toString()).doesNotContain("bWU6c2VjcmV0");
    assertThat(handled.flow().orElseThrow().protocol()).isNotEmpty();
    assertThat(handled.url())
        .isEqualTo(request.url().replaceFirst("^https?", handled.uri().getScheme()));
    assertThat(handled.uri().getScheme()).isEqualTo(kind.isTls() ? "https" : "http");
  }

  @Test
  void headHasNoBodyAndTheConnectionGoesOn() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(200, "twelve bytes"));
    HttpClient client = place.client();
    for (int i = 0; i < 3; i++) {
      try (HttpResponse response = client.send(place.request(server, "HEAD", "/"))) {
        assertThat(response.header("content-length")).hasValue("12");
        assertThat(response.body().bytes()).hasLength(0);
      }
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void bigBodiesStreamBothWays() throws Exception {
    long size = 4L << 20;
    HttpServer server =
        place.serve(request -> HttpResponse.of(200, HttpBody.of(request.body().stream())));
    HttpRequest request =
        place.request(server, "POST", "/").withBody(HttpBody.of(new Pattern(size).stream()));
    try (HttpResponse response = place.client().send(request);
        InputStream body = response.body().stream()) {
      assertThat(Pattern.verified(body)).isEqualTo(size);
    }
  }

  @Test
  void manyRequestsAtOnceShareWhatTheyCan() throws Exception {
    int many = version == HttpVersion.HTTP_2 ? MANY : SEVERAL;
    CountDownLatch allHere = new CountDownLatch(many);
    HttpServer server =
        place.serve(
            request -> {
              allHere.countDown();
              assertThat(allHere.await(SECONDS_AT_MOST, SECONDS)).isTrue();
              return HttpResponse.of(200, request.path());
            });
    HttpClient client = place.client(place.builder().connectionsPerServer(many));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        HttpRequest request = place.get(server, "/" + i);
        answers.add(threads.submit(() -> text(client, request)));
      }
      for (int i = 0; i < many; i++) {
        assertThat(answers.get(i).get(SECONDS_AT_MOST, SECONDS)).isEqualTo("/" + i);
      }
    }
    assertThat(client.connections()).isEqualTo(version == HttpVersion.HTTP_2 ? 1 : many);
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(200, request.body().text()));
    HttpClient client = place.client();
    for (int i = 0; i < 20; i++) {
      HttpRequest request =
          place.request(server, "POST", "/").withBody(HttpBody.of(new Pattern(5000).stream()));
      try (HttpResponse response = client.send(request)) {
        assertThat(response.body().bytes()).hasLength(5000);
      }
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void whatIsAnsweredBeforeTheWholeRequestIsThereEndsTheRequest() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(413, "too much"));
    Endless endless = new Endless(1024);
    HttpRequest request = place.request(server, "POST", "/").withBody(endless.body());
    try (HttpResponse response = place.client().send(request)) {
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.body().text()).isEqualTo("too much");
    }
    assertThat(endless.ended.get(SECONDS_AT_MOST, SECONDS)).isInstanceOf(IOException.class);
  }

  @Test
  void aStreamIsSentAsItComes() throws Exception {
    PipedOutputStream there = new PipedOutputStream();
    InputStream slow = new PipedInputStream(there);
    HttpServer server = place.serve(request -> HttpResponse.of(200, HttpBody.of(slow)));
    there.write('a');
    try (HttpResponse response = place.client().send(place.get(server, "/"));
        InputStream body = response.body().stream()) {
      assertThat(body.read()).isEqualTo('a');
      there.write('b');
      there.flush();
      assertThat(body.read()).isEqualTo('b');
      there.close();
      assertThat(body.read()).isEqualTo(-1);
    }
  }

  @Test
  void aHandlerThatThrowsIsStatus500AndIsReported() throws Exception {
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    HttpServer server =
        place.serve(
            HttpServer.builder().reporter((what, failure) -> reported.complete(failure)),
            request -> {
              throw new IllegalStateException("secret of the house");
            });
    try (HttpResponse response = place.client().send(place.get(server, "/"))) {
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.body().text()).isEqualTo("the server failed\n");
    }
    assertThat(reported.get(SECONDS_AT_MOST, SECONDS)).hasMessageThat().contains("secret");
  }

  @Test
  void aBodyThatFailsIsNeverAnEnd() throws Exception {
    HttpServer server =
        place.serve(
            HttpServer.builder().reporter((what, failure) -> {}),
            request ->
                HttpResponse.of(
                    200,
                    HttpBody.written(
                        out -> {
                          out.write(new byte[100_000]);
                          throw new IOException("the disk is broken");
                        })));
    try (HttpResponse response = place.client().send(place.get(server, "/"));
        InputStream body = response.body().stream()) {
      PeerGoneException gone = assertThrows(PeerGoneException.class, body::readAllBytes);
      assertThat(gone).hasMessageThat().contains("GET http");
    }
  }

  @Test
  void aRequestBodyThatFailsIsTold() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(200, request.body().text()));
    HttpRequest request =
        place
            .request(server, "POST", "/")
            .withBody(
                HttpBody.written(
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("the disk is broken");
                    }));
    HttpClient client = place.client();
    IOException failure = assertThrows(IOException.class, () -> client.send(request));
    assertThat(failure).hasMessageThat().contains("the disk is broken");
  }

  @Test
  void aBodyShorterThanItWasSaidToIsTold() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(200, request.body().text()));
    HttpRequest request =
        place.request(server, "POST", "/").withBody(HttpBody.of(new Pattern(10).stream(), 11));
    HttpClient client = place.client();
    IOException failure = assertThrows(IOException.class, () -> client.send(request));
    assertThat(failure).hasMessageThat().contains("less than the 11 bytes");
  }

  @Test
  void whoReadsSlowlyHoldsTheWriterBack() throws Exception {
    Endless endless = new Endless(64 * 1024);
    HttpServer server = place.serve(request -> HttpResponse.of(200, endless.body()));
    try (HttpResponse response = place.client().send(place.get(server, "/"))) {
      assertThat(response.body().stream().readNBytes(10_000)).hasLength(10_000);
      long before = standing(endless.written);
      assertThat(before).isLessThan(24L << 20);
    }
    // The response was closed: the handler's writer is told.
    assertThat(endless.ended.get(SECONDS_AT_MOST, SECONDS)).isInstanceOf(IOException.class);
  }

  /** Returns what it counts to when it has stopped counting, for a while. */
  private static long standing(AtomicLong count) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long before = -1;
    while (count.get() != before || before == 0) {
      before = count.get();
      boolean unused = never.await(100, MILLISECONDS);
    }
    return before;
  }

  @Test
  void whoHandlesSlowlyHoldsTheSenderBack() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch goOn = new CountDownLatch(1);
    HttpServer server =
        place.serve(
            request -> {
              assertThat(goOn.await(SECONDS_AT_MOST, SECONDS)).isTrue();
              return HttpResponse.of(200, "" + Pattern.verified(request.body().stream()));
            });
    long size = 16L << 20; // systems buffer some for TCP
    HttpRequest request =
        place
            .request(server, "POST", "/")
            .withBody(HttpBody.written(out -> new Pattern(size).writeTo(out, written)));
    HttpClient client = place.client();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> answer = threads.submit(() -> text(client, request));
      long before = standing(written);
      assertThat(before).isLessThan(size - (2L << 20));
      goOn.countDown();
      assertThat(answer.get(SECONDS_AT_MOST, SECONDS)).isEqualTo("" + size);
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsATimeout() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer server =
        place.serve(
            request -> {
              if (request.path().equals("/at-once")) {
                return HttpResponse.of(204);
              }
              assertThat(over.await(SECONDS_AT_MOST, SECONDS)).isTrue();
              return HttpResponse.of(200);
            });
    HttpClient client = place.client();
    HttpRequest hasty = place.get(server, "/").withTimeout(Duration.ofMillis(1));
    IOException tooLate = assertThrows(IOException.class, () -> client.send(hasty));
    assertThat(tooLate.getClass().getSimpleName()).contains("Timeout");
    try (HttpResponse response = client.send(place.get(server, "/at-once"))) {
      assertThat(response.status()).isEqualTo(204); // and is connected now
    }
    HttpRequest request = place.get(server, "/").withTimeout(Duration.ofMillis(100));
    SocketTimeoutException late =
        assertThrows(SocketTimeoutException.class, () -> client.send(request));
    assertThat(late)
        .hasMessageThat()
        .matches("GET http.*: the server has not answered within 0.1s");
    over.countDown();
  }

  @Test
  void aBodyThatStopsComingIsATimeout() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer server =
        place.serve(
            HttpServer.builder().reporter((what, failure) -> {}),
            request ->
                HttpResponse.of(
                    200,
                    HttpBody.written(
                        out -> {
                          out.write('x');
                          out.flush();
                          awaitQuietly(over);
                        })));
    ManualTime time = new ManualTime();
    HttpClient client = place.client(place.builder().timeSource(time));
    HttpRequest request = place.get(server, "/").withTimeout(Duration.ofMillis(400));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpResponse response = client.send(request);
        InputStream body = response.body().stream()) {
      assertThat(body.read()).isEqualTo('x');
      assertThat(time.timers()).isEqualTo(0);
      Future<SocketTimeoutException> late =
          threads.submit(() -> assertThrows(SocketTimeoutException.class, body::read));
      time.awaitTimers(1, Duration.ofSeconds(SECONDS_AT_MOST));
      time.advance(Duration.ofMillis(400));
      assertThat(late.get(SECONDS_AT_MOST, SECONDS))
          .hasMessageThat()
          .contains("has sent no more within 0.4s");
    } finally {
      over.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(SECONDS_AT_MOST, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anInterruptCancelsHereAndThere() throws Exception {
    Endless endless = new Endless(1024);
    HttpServer server =
        place.serve(
            HttpServer.builder().reporter((what, failure) -> {}),
            request -> HttpResponse.of(200, endless.body()));
    HttpClient client = place.client();
    CompletableFuture<IOException> thrown = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (HttpResponse response = client.send(place.get(server, "/"))) {
                    long unused = response.body().stream().skip(Long.MAX_VALUE);
                  } catch (IOException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    thrown.complete(e);
                  }
                });
    assertThat(endless.begun.await(SECONDS_AT_MOST, SECONDS)).isTrue();
    caller.interrupt();
    assertThat(thrown.get(SECONDS_AT_MOST, SECONDS)).isInstanceOf(ClosedByInterruptException.class);
    assertThat(endless.ended.get(SECONDS_AT_MOST, SECONDS)).isInstanceOf(IOException.class);
  }

  @Test
  void aStopWaitsForWhatIsUnderWay() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    HttpServer server =
        place.serve(
            request -> {
              asked.countDown();
              assertThat(goOn.await(SECONDS_AT_MOST, SECONDS)).isTrue();
              return HttpResponse.of(200, "done");
            });
    HttpClient client = place.client();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> answer = threads.submit(() -> text(client, place.get(server, "/")));
      assertThat(asked.await(SECONDS_AT_MOST, SECONDS)).isTrue();
      Future<Boolean> stopped = threads.submit(() -> server.stop(Duration.ofSeconds(15)));
      goOn.countDown();
      assertThat(answer.get(SECONDS_AT_MOST, SECONDS)).isEqualTo("done");
      assertThat(stopped.get(SECONDS_AT_MOST, SECONDS)).isTrue();
    }
  }

  @Test
  void aServerWithoutRequestsStopsAtOnce() throws Exception {
    HttpServer server = place.serve(request -> HttpResponse.of(200, "done"));
    HttpClient client = place.client();
    try (HttpResponse response = client.send(place.get(server, "/"))) {
      assertThat(response.body().text()).isEqualTo("done");
    }
    long began = System.nanoTime();
    assertThat(server.stop(Duration.ofSeconds(15))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void aConnectionThatTheServerEndedIsOpenedAnew() throws Exception {
    HttpServer first = place.serve(request -> HttpResponse.of(200, "first"));
    HttpClient client = place.client(place.builder().followRedirects(0));
    try (HttpResponse response = client.send(place.get(first, "/"))) {
      assertThat(response.body().text()).isEqualTo("first");
    }
    first.close();
    String address = first.address();
    try (HttpServer second =
            HttpServer.serve(
                place.resolver.listen(address, Http.OFFERED),
                request -> HttpResponse.of(200, "second"));
        HttpResponse response = client.send(place.get(second, "/"))) {
      assertThat(response.body().text()).isEqualTo("second");
    }
  }

  @Test
  void aClientThatIsClosedEndsWhatItCarries() throws Exception {
    Endless endless = new Endless(1024);
    HttpServer server =
        place.serve(
            HttpServer.builder().reporter((what, failure) -> {}),
            request -> HttpResponse.of(200, endless.body()));
    HttpClient client = place.client();
    CompletableFuture<IOException> thrown = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (HttpResponse response = client.send(place.get(server, "/"))) {
                long unused = response.body().stream().skip(Long.MAX_VALUE);
              } catch (IOException e) {
                thrown.complete(e);
              }
            });
    assertThat(endless.begun.await(SECONDS_AT_MOST, SECONDS)).isTrue();
    client.close();
    assertThat(thrown.get(SECONDS_AT_MOST, SECONDS)).isInstanceOf(AsynchronousCloseException.class);
    assertThat(client.connections()).isEqualTo(0);
  }
}
