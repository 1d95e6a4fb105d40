package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.MimicResolver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server makes of clients, by the bytes on the wire. */
@Timeout(60)
final class ServerTest {
  private final MimicResolver resolver = Place.resolver(true);
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
    server = builder.serve(resolver.listen("http://localhost:0", Http.OFFERED), handler);
  }

  private HttpServer server() {
    return requireNonNull(server);
  }

  /** Sends these lines and no more, and returns all that comes back until the end. */
  private String said(String request) throws IOException {
    try (Flow flow = resolver.resolve(server().address())) {
      flow.write(ISO_8859_1.encode(request));
      return new String(flow.inputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void aBadRequestIsAnsweredSoAndNotHandedOn() throws Exception {
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
      assertThat(said(bad)).startsWith("HTTP/1.1 400 ");
    }
    assertThat(said("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(said("GET / HTTP/3.0\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void anErrorSaysNothingOfWhatServes() throws Exception {
    serve(request -> HttpResponse.of(200));
    String said = said("GET / HTTP/1.1\r\n\r\n");
    assertThat(said).endsWith("\r\n\r\nBad Request\n");
    assertThat(said.toLowerCase(Locale.ROOT)).doesNotContain("jetty");
  }

  private static String get(String path, String more) {
    return "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n".formatted(path, more);
  }

  @Test
  void requestsThatComeTogetherAreAnsweredInOrder() throws Exception {
    serve(request -> HttpResponse.of(200, request.path()));
    String said = said(get("/1", "") + get("/2", "") + get("/3", "Connection: close\r\n"));
    assertThat(said.indexOf("/1")).isLessThan(said.indexOf("/2"));
    assertThat(said).endsWith("/3");
  }

  @Test
  void anOldClientIsServed() throws Exception {
    serve(request -> HttpResponse.of(200, request.path()));
    String said = said("GET /old HTTP/1.0\r\n\r\n");
    assertThat(said).startsWith("HTTP/1.1 200 ");
    assertThat(said).endsWith("/old");
  }

  @Test
  void aRequestForTheServerAsAWholeIsSeenAsSuch() throws Exception {
    serve(request -> HttpResponse.of(200, request.method() + " " + request.path()));
    assertThat(said("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .endsWith("OPTIONS *");
  }

  @Test
  void whoSaysNothingIsLetGo() throws Exception {
    serve(HttpServer.builder().idleLimit(Duration.ofMillis(100)), request -> HttpResponse.of(200));
    assertThat(said("GET / HT")).doesNotContain("200");
    assertThat(said("")).isEmpty();
  }

  @Test
  void whoReadsNoMoreOverTlsIsLetGo() throws Exception {
    Endless endless = new Endless(1024);
    server =
        HttpServer.builder()
            .idleLimit(Duration.ofSeconds(1))
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
    while (server().connections() != count && !Thread.interrupted()) { // by this class's limit
      Thread.onSpinWait();
    }
    assertThat(server().connections()).isEqualTo(count);
  }

  @Test
  void whoTakesLongToAnswerIsNotIdle() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    serve(
        HttpServer.builder().idleLimit(Duration.ofSeconds(1)),
        request -> {
          boolean unused = never.await(1700, MILLISECONDS);
          return HttpResponse.of(200, "at last");
        });
    for (HttpVersion version : HttpVersion.values()) {
      try (HttpClient client = HttpClient.builder(resolver).versions(version).build();
          HttpResponse response = client.send(HttpRequest.get(server().address()))) {
        assertThat(response.body().text()).isEqualTo("at last");
      }
    }
  }

  @Test
  void whoDoesNotShakeHandsDoesNotHoldUpTheStop() throws Exception {
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
  void whatIsReportedHoldsNoQuery() throws Exception {
    CompletableFuture<String> reported = new CompletableFuture<>();
    serve(
        HttpServer.builder().reporter((what, failure) -> reported.complete(what)),
        request ->
            HttpResponse.of(
                200,
                HttpBody.written(
                    out -> {
                      throw new IOException("the disk is broken");
                    })));
    String unused = said(get("/path?token=secret", "Connection: close\r\n"));
    assertThat(reported.get(20, SECONDS)).isEqualTo("the body of the response to GET /path failed");
  }

  @Test
  void aStopByForceInterruptsTheHandlers() throws Exception {
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
  void withoutAgreementTlsCarriesHttp11() throws Exception {
    try (HttpServer secure =
            HttpServer.serve(
                resolver.listen("https://localhost:0", Context.empty()),
                request -> HttpResponse.of(200, "ok"));
        HttpClient client = HttpClient.of(resolver);
        HttpResponse response = client.send(HttpRequest.get(secure.address()))) {
      assertThat(response.toString()).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void theNewestVersionThatBothSpeakIsTaken() throws Exception {
    try (HttpServer secure =
            HttpServer.listen(
                resolver, "https://localhost:0", request -> HttpResponse.of(200, "ok"));
        HttpClient client = HttpClient.of(resolver);
        HttpClient old = HttpClient.builder(resolver).versions(HttpVersion.HTTP_1_1).build();
        HttpResponse response = client.send(HttpRequest.get(secure.address()));
        HttpResponse answer = old.send(HttpRequest.get(secure.address()))) {
      assertThat(response.toString()).isEqualTo("HTTP/2 200");
      assertThat(answer.toString()).isEqualTo("HTTP/1.1 200");
    }
  }
}
