package dev.mimic.http.server;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.MimicResolver;
import dev.mimic.http.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connector in a Jetty that others made, with its thread pool and its handlers. */
@Timeout(60)
final class ConnectorTest {
  private final MimicResolver memory = Place.resolver(true);
  private final MimicResolver host = Place.resolver(false);
  private final Server server = new Server();

  /** Answers with the request's path and body; asks for the body as it comes. */
  private static final class Echo extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String body = Content.Source.asString(request, UTF_8);
      String seen =
          "%s %s %s %s"
              .formatted(
                  request.getHttpURI().getScheme(),
                  request.isSecure(),
                  request.getHttpURI().getPath(),
                  body.length());
      Content.Sink.write(response, true, seen, callback);
      return true;
    }
  }

  private FlowConnector start(FlowListener listener) throws Exception {
    FlowConnector connector = new FlowConnector(server, listener);
    server.addConnector(connector);
    server.setHandler(new Echo());
    server.start();
    return connector;
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private String said(String address, String request) throws IOException {
    try (Flow flow = memory.resolve(address)) {
      flow.write(ISO_8859_1.encode(request));
      return new String(flow.inputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void jetty_isTheOneOfThisRun() {
    String expected = System.getProperty("mimic.jetty");
    if (expected != null) { // not so where an IDE runs this
      assertThat(Server.getVersion()).isEqualTo(expected);
    }
  }

  @Test
  void handlers_ofJetty_areServedInMemory() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    String head =
        "PUT /a%2fb HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\n";
    assertThat(said(connector.address(), head + "hello")).endsWith("http false /a%2fb 5");
  }

  @Test
  void body_thatComesLater_isReadByAnotherThread() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    try (Flow flow = memory.resolve(connector.address())) {
      String head =
          "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n";
      flow.write(ISO_8859_1.encode(head));
      for (int i = 0; i < 10; i++) {
        boolean unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        flow.write(ISO_8859_1.encode("x".repeat(10_000)));
      }
      String answer = new String(flow.inputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer).endsWith("http false / 100000");
    }
  }

  @Test
  void javaNetHttp_isServedOverTls_inHttp2() throws Exception {
    FlowConnector connector = start(host.listen("https://localhost:0", Http.OFFERED));
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(Place.trust().sslContext()).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(connector.address() + "/x"))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[2_000_000]))
              .build();
      var response = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(response.body()).isEqualTo("https true /x 2000000");
    }
  }

  @Test
  void stop_withJavaNetHttp_isAtOnce() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CountDownLatch goOn = new CountDownLatch(1);
    try (HttpServer http =
            HttpServer.listen(
                host,
                "https://localhost:0",
                request -> {
                  asked.complete(null);
                  assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
                  return HttpResponse.of(200, "done");
                });
        HttpClient client =
            HttpClient.newBuilder().sslContext(Place.trust().sslContext()).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(http.address())).build();
      var response = client.sendAsync(request, java.net.http.HttpResponse.BodyHandlers.ofString());
      asked.get(20, TimeUnit.SECONDS);
      CompletableFuture<Boolean> stopped =
          CompletableFuture.supplyAsync(() -> http.stop(Duration.ofSeconds(50)));
      goOn.countDown();
      assertThat(response.get(20, TimeUnit.SECONDS).body()).isEqualTo("done");
      assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shutdown_endsIdleConnections() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    try (Flow flow = memory.resolve(connector.address())) {
      flow.write(ISO_8859_1.encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      byte[] answer = new byte[1];
      assertThat(flow.inputStream().read(answer)).isEqualTo(1);
      Graceful.shutdown(server).get(20, TimeUnit.SECONDS);
      assertThat(connector.connections()).isEqualTo(0);
    }
  }

  @Test
  void secondStart_isRefused() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    server.stop();
    IllegalStateException refused = assertThrows(IllegalStateException.class, connector::start);
    assertThat(refused).hasMessageThat().contains("make another connector");
  }

  @Test
  void malformedRequest_ofJetty_is400() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    String answer = said(connector.address(), "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ");
    assertThat(answer).doesNotContain(HttpHeader.SERVER.asString() + ":");
    assertThat(said(connector.address(), "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"))
        .startsWith("HTTP/1.1 501 ");
  }
}
