package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.PeerGoneException;
import dev.mimic.ResolutionException;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsModule;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client makes of servers that do not do as they should, and of none at all. */
@Timeout(60)
final class ClientFailureTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final MimicResolver resolver = Place.resolver(true);
  private final HttpClient client = HttpClient.of(resolver);

  @AfterEach
  void close() {
    client.close();
  }

  private String answer(HttpRequest request) throws IOException {
    try (HttpResponse response = client.send(request)) {
      return response.body().text();
    }
  }

  @Test
  void whoIsNotThereIsTheResolversToSay() {
    ResolutionException refused =
        assertThrows(
            ResolutionException.class, () -> answer(HttpRequest.get("http://localhost:9/")));
    assertThat(refused).hasMessageThat().contains("localhost:9");
    MimicResolver strangers =
        Guice.createInjector(
                new InMemoryModule(InMemoryNetwork.create()), new TlsModule(), new HttpModule())
            .getInstance(MimicResolver.class);
    try (HttpClient stranger = HttpClient.of(strangers)) {
      assertThrows(
          ResolutionException.class, () -> stranger.send(HttpRequest.get("https://localhost:9/")));
    }
  }

  @Test
  void aServerThatIsNotTrustedIsNotSpokenTo() throws Exception {
    InMemoryNetwork network = InMemoryNetwork.create();
    MimicResolver serving = Place.resolver(network);
    MimicResolver strangers =
        Guice.createInjector(new InMemoryModule(network), new TlsModule(), new HttpModule())
            .getInstance(MimicResolver.class);
    try (HttpServer server =
            HttpServer.builder()
                .reporter((what, failure) -> {})
                .serve(
                    serving.listen("https://localhost:0", Http.OFFERED),
                    request -> HttpResponse.of(200));
        HttpClient stranger = HttpClient.of(strangers)) {
      ResolutionException failure =
          assertThrows(
              ResolutionException.class, () -> stranger.send(HttpRequest.get(server.address())));
      assertThat(failure).hasMessageThat().contains("certificate");
    }
  }

  @Test
  void aCertificateThatHasExpiredIsTold() throws Exception {
    Context expired = Http.OFFERED.with(Tls.IDENTITY, Place.identity(Place.expiredCertificate()));
    try (HttpServer server =
        HttpServer.builder()
            .reporter((what, failure) -> {})
            .serve(
                resolver.listen("https://localhost:0", expired), request -> HttpResponse.of(200))) {
      ResolutionException failure =
          assertThrows(
              ResolutionException.class, () -> client.send(HttpRequest.get(server.address())));
      assertThat(failure).hasMessageThat().contains("has expired: it was valid until ");
    }
  }

  @Test
  void aTruncatedBodyIsNoEnd() throws Exception {
    for (String truncated :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Len",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")) {
      try (RawServer server = new RawServer(resolver, List.of(truncated))) {
        PeerGoneException gone =
            assertThrows(PeerGoneException.class, () -> answer(HttpRequest.get(server.url())));
        assertThat(gone).hasMessageThat().contains(server.url());
      }
    }
  }

  @Test
  void aBodyThatLastsUntilTheConnectionEndsIsComplete() throws Exception {
    try (RawServer server =
        new RawServer(resolver, List.of("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"))) {
      assertThat(answer(HttpRequest.get(server.url()))).isEqualTo("abc");
    }
  }

  @Test
  void aServerThatEndsInsteadOfAnsweringIsGone() throws Exception {
    try (RawServer server = new RawServer(resolver, List.of(""))) {
      assertThrows(PeerGoneException.class, () -> answer(HttpRequest.get(server.url())));
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNoHttpIsTold() throws Exception {
    try (RawServer server = new RawServer(resolver, List.of("220 mail.example ESMTP\r\n\r\n"))) {
      IOException failure =
          assertThrows(IOException.class, () -> answer(HttpRequest.get(server.url())));
      assertThat(failure).hasMessageThat().endsWith("/: what came is no HTTP: Unknown Version");
    }
  }

  @Test
  void aRequestWithoutEffectsIsSentAgainIfItsConnectionHadEnded() throws Exception {
    try (RawServer server = new RawServer(resolver, List.of(OK, OK), List.of(OK))) {
      assertThat(answer(HttpRequest.get(server.url()))).isEqualTo("ok");
      assertThat(answer(HttpRequest.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections()).isEqualTo(1);
      assertThat(answer(HttpRequest.put(server.url(), HttpBody.empty()))).isEqualTo("ok");
      assertThat(server.connections()).isEqualTo(2);
      assertThat(server.requests()).isEqualTo(4);
    }
  }

  @Test
  void whatIsSentAgainNeedsNoRoomForMore() throws Exception {
    try (RawServer server = new RawServer(resolver, List.of(OK, OK), List.of(OK));
        HttpClient narrow = HttpClient.builder(resolver).connectionsPerServer(1).build()) {
      for (int i = 0; i < 3; i++) {
        try (HttpResponse response = narrow.send(HttpRequest.get(server.url()))) {
          assertThat(response.body().text()).isEqualTo("ok");
        }
      }
      assertThat(server.connections()).isEqualTo(2);
      assertThat(narrow.connections()).isAtMost(1);
    }
  }

  @Test
  void aRequestWithEffectsIsNotSentAgain() throws Exception {
    try (RawServer server = new RawServer(resolver, List.of(OK, OK), List.of(OK))) {
      assertThat(answer(HttpRequest.get(server.url()))).isEqualTo("ok");
      assertThat(answer(HttpRequest.get(server.url()))).isEqualTo("ok");
      assertThrows(
          PeerGoneException.class, () -> answer(HttpRequest.post(server.url(), HttpBody.empty())));
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void interimResponsesAreNotTheAnswer() throws Exception {
    String interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    try (RawServer server = new RawServer(resolver, List.of(interim + OK))) {
      assertThat(answer(HttpRequest.get(server.url()))).isEqualTo("ok");
    }
  }

  @Test
  void whatIsAskedToContinueIsContinued() throws Exception {
    for (HttpVersion version : HttpVersion.values()) {
      try (HttpServer server =
              HttpServer.listen(
                  resolver,
                  "http://localhost:0",
                  request -> HttpResponse.of(200, request.body().text()));
          HttpClient other = HttpClient.builder(resolver).versions(version).build();
          HttpResponse response =
              other.send(
                  HttpRequest.post(server.address() + "/", HttpBody.of("body"))
                      .withHeader("Expect", "100-continue"))) {
        assertThat(response.body().text()).isEqualTo("body");
      }
    }
  }

  @Test
  void whatIsNotToldToContinueWaits() throws Exception {
    try (FlowServer server =
        FlowServer.serve(
            resolver.listen("http://localhost:0"),
            flow -> {
              ByteBuffer received = ByteBuffer.allocate(4096);
              int unused = flow.read(received);
              flow.readTimeout(Duration.ofMillis(100));
              assertThrows(SocketTimeoutException.class, () -> flow.read(received));
              flow.readTimeout(Duration.ZERO);
              flow.write(ISO_8859_1.encode("HTTP/1.1 100 Continue\r\n\r\n"));
              int unusedToo = flow.read(received);
              String body = ISO_8859_1.decode(received.flip()).toString();
              int length = body.length() - body.indexOf("\r\n\r\n") - 4;
              flow.write(
                  ISO_8859_1.encode(
                      "HTTP/1.1 20%d OK\r\nContent-Length: 0\r\n\r\n".formatted(length)));
            })) {
      HttpRequest request =
          HttpRequest.post(server.address() + "/", HttpBody.of("body"))
              .withHeader("Expect", "100-continue");
      try (HttpResponse response = client.send(request)) {
        assertThat(response.status()).isEqualTo(204);
      }
    }
  }

  @Test
  void anAnswerThatComesBeforeTheWholeRequestIsSentIsHeard() throws Exception {
    try (HttpServer server =
        HttpServer.listen(
            resolver, "http://localhost:0", request -> HttpResponse.of(413, "too much"))) {
      for (int i = 0; i < 3; i++) {
        HttpBody body = HttpBody.of(new Pattern(400_000).stream());
        assertThat(answer(HttpRequest.post(server.address(), body))).isEqualTo("too much");
      }
    }
  }

  @Test
  void whatIsAcceptedEarlyIsSentWhole() throws Exception {
    CompletableFuture<Long> received = new CompletableFuture<>();
    try (FlowServer server =
        FlowServer.serve(
            resolver.listen("http://localhost:0"),
            flow -> {
              InputStream in = flow.inputStream();
              int first = in.read();
              flow.write(ISO_8859_1.encode("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"));
              received.complete(first + in.skip(Long.MAX_VALUE));
            })) {
      CompletableFuture<Boolean> answered = new CompletableFuture<>();
      HttpBody slow =
          HttpBody.written(
              out -> {
                out.write(new byte[20_000]);
                assertThat(answered.join()).isTrue();
                out.write(new byte[20_000]);
              });
      try (HttpResponse response = client.send(HttpRequest.post(server.address() + "/", slow))) {
        assertThat(response.status()).isEqualTo(202);
        answered.complete(true);
        assertThat(response.body().bytes()).isEmpty();
      }
      client.close();
      assertThat(received.get(20, SECONDS)).isGreaterThan(40_000);
    }
  }

  @Test
  void whatIsAcceptedEarlyButNotTakenIsNoSuccess() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (FlowServer server =
        FlowServer.serve(
            resolver.listen("http://localhost:0"),
            flow -> {
              int unused = flow.inputStream().read();
              flow.write(ISO_8859_1.encode("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"));
              over.await();
            })) {
      HttpRequest request =
          HttpRequest.post(server.address() + "/", HttpBody.of(new byte[4 << 20]))
              .withTimeout(Duration.ofMillis(500));
      HttpResponse response = client.send(request);
      SocketTimeoutException failure =
          assertThrows(SocketTimeoutException.class, () -> response.body().bytes());
      assertThat(failure).hasMessageThat().contains("has not taken the whole request within 0.5s");
      response.close();
      over.countDown();
    }
  }

  @Test
  void nothingIsDoneAboutAStatusOrAnEncoding() throws Exception {
    String answer =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
            + "Set-Cookie: a=b\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc";
    try (RawServer server = new RawServer(resolver, List.of(answer));
        HttpResponse response = client.send(HttpRequest.get(server.url()))) {
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.header("www-authenticate")).hasValue("Basic realm=\"x\"");
      assertThat(response.header("content-encoding")).hasValue("gzip");
      assertThat(response.body().text()).isEqualTo("abc");
      assertThat(response.headers().toString()).contains("Set-Cookie: ***");
    }
  }

  @Test
  void httpsIsNotSentOverWhatIsNotEncrypted() throws Exception {
    try (RawServer server = new RawServer(resolver, List.of(OK))) {
      HttpRequest request = HttpRequest.get("https://localhost/").over(server.url());
      IOException failure = assertThrows(IOException.class, () -> answer(request));
      assertThat(failure).hasMessageThat().contains("the flow is not encrypted");
      assertThat(server.requests()).isEqualTo(0);
    }
  }

  @Test
  void theCertificateIsThatOfTheUrlAlsoOverAnotherAddress() throws Exception {
    try (HttpServer server =
        HttpServer.builder()
            .reporter((what, failure) -> {})
            .serve(
                resolver.listen("https://localhost:0", Http.OFFERED),
                request -> HttpResponse.of(200, "ok"))) {
      String address = server.address().replace("https:", "tls:");
      assertThat(answer(HttpRequest.get("https://localhost/").over(address))).isEqualTo("ok");
      ResolutionException failure =
          assertThrows(
              ResolutionException.class,
              () -> answer(HttpRequest.get("https://other.example/").over(address)));
      assertThat(failure).hasMessageThat().contains("other.example");
    }
  }

  @Test
  void whoWaitsForAConnectionInVainIsToldSo() throws Exception {
    try (HttpServer server =
            HttpServer.listen(
                resolver, "http://localhost:0", request -> HttpResponse.of(200, "ok"));
        HttpClient narrow = HttpClient.builder(resolver).connectionsPerServer(1).build();
        HttpResponse unread = narrow.send(HttpRequest.get(server.address() + "/big"))) {
      SocketTimeoutException failure =
          assertThrows(
              SocketTimeoutException.class,
              () ->
                  narrow.send(
                      HttpRequest.get(server.address()).withTimeout(Duration.ofMillis(200))));
      assertThat(failure).hasMessageThat().contains("read or close responses");
      assertThat(unread.status()).isEqualTo(200);
    }
  }

  /** How a request ended, and whether its thread's interrupt status was set then. */
  private record Ended(IOException how, boolean interrupted) {}

  private Thread startConnecting(String url, CompletableFuture<Ended> ended) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (HttpResponse response = client.send(HttpRequest.get(url))) {
                throw new AssertionError(response);
              } catch (IOException e) {
                ended.complete(new Ended(e, Thread.currentThread().isInterrupted()));
              }
            });
  }

  @Test
  void anInterruptEndsTheConnecting() throws Exception {
    try (FlowListener listener = resolver.listen("tcp://localhost:0")) {
      CompletableFuture<Ended> ended = new CompletableFuture<>();
      Thread caller = startConnecting(listener.address().replace("tcp:", "https:"), ended);
      try (Flow silent = listener.accept()) {
        caller.interrupt();
        assertThat(ended.get(20, SECONDS).how()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(ended.get().interrupted()).isTrue();
        assertThat(silent.isOpen()).isTrue();
      }
    }
  }

  @Test
  void aConnectionThatNobodyUsesIsClosed() throws Exception {
    try (HttpServer server =
            HttpServer.listen(
                resolver, "http://localhost:0", request -> HttpResponse.of(200, "ok"));
        HttpClient impatient =
            HttpClient.builder(resolver).idleLimit(Duration.ofMillis(50)).build()) {
      try (HttpResponse response = impatient.send(HttpRequest.get(server.address()))) {
        assertThat(response.body().text()).isEqualTo("ok");
      }
      while (server.connections() > 0 && !Thread.interrupted()) { // by this class's limit
        Thread.onSpinWait();
      }
      assertThat(impatient.connections()).isEqualTo(0);
    }
  }

  @Test
  void aClientThatIsClosedEndsWhatIsBeingConnected() throws Exception {
    try (FlowListener listener = resolver.listen("tcp://localhost:0")) {
      CompletableFuture<Ended> ended = new CompletableFuture<>();
      Thread caller = startConnecting(listener.address().replace("tcp:", "https:"), ended);
      try (Flow silent = listener.accept()) {
        client.close();
        assertThat(ended.get(20, SECONDS).how()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(ended.get().interrupted()).isFalse();
        long unused = silent.inputStream().skip(Long.MAX_VALUE); // to the end
      }
      assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void aClosedClientSendsNothing() {
    client.close();
    assertThrows(ClosedChannelException.class, () -> answer(HttpRequest.get("http://localhost/")));
  }

  @Test
  void aUrlThatCannotBeSentToIsRefusedWithoutBeingPrinted() {
    for (String url :
        List.of(
            "ftp://localhost/",
            "localhost/",
            "http:///path",
            "http://user:secret@localhost/",
            "http://localhost/secret path")) {
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> HttpRequest.get(url));
      assertThat(failure).hasMessageThat().doesNotContain("secret");
    }
    assertThrows(IllegalArgumentException.class, () -> HttpRequest.of("A B", "http://localhost/"));
    assertThat(HttpRequest.get("http://localhost/x?token=secret").toString())
        .isEqualTo("GET http://localhost/x?…");
  }

  @Test
  void aHeaderCannotHoldALine() {
    HttpHeaders headers = HttpHeaders.empty().with("A", "b");
    assertThrows(IllegalArgumentException.class, () -> headers.with("A", "b\r\nC: d"));
    assertThrows(IllegalArgumentException.class, () -> headers.with("A", "b\u010aC: d"));
    assertThrows(IllegalArgumentException.class, () -> headers.with("A B", "b"));
    assertThat(headers.with("A", "\u00e9\t").first("A")).hasValue("\u00e9\t");
    assertThat(headers.plus("a", "c").all("A")).containsExactly("b", "c").inOrder();
    assertThat(headers.plus("a", "c").without("A").fields()).isEmpty();
  }
}
