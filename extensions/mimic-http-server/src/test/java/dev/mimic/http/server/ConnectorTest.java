package dev.mimic.http.server;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
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

/** Tests of a connector in a plain Jetty server with its own thread pool and handlers. */
@Timeout(60)
final class ConnectorTest {
  private final MimicResolver memory = Transport.resolver(true);
  private final MimicResolver host = Transport.resolver(false);
  private final Server server = new Server();

  /** A handler that answers with the path and the length of the body. */
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

  private String exchange(String address, String request) throws IOException {
    try (Flow flow = memory.resolve(address)) {
      flow.write(ISO_8859_1.encode(request));
      return new String(flow.inputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void jetty_hasVersionOfThisRun() {
    String expected = System.getProperty("mimic.jetty");
    if (expected != null) { // not set in an IDE
      assertThat(Server.getVersion()).isEqualTo(expected);
    }
  }

  @Test
  void handler_ofJetty_isServedInMemory() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    String head =
        "PUT /a%2fb HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\n";
    assertThat(exchange(connector.address(), head + "hello")).endsWith("http false /a%2fb 5");
  }

  @Test
  void body_arrivingSlowly_isRead() throws Exception {
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
  void javaNetHttp_overTls_usesHttp2() throws Exception {
    FlowConnector connector = start(host.with(Http.OFFERED).listen("https://localhost:0"));
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(Transport.trust().sslContext()).build()) {
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
  void stop_withJavaNetHttpClient_doesNotWait() throws Exception {
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
            HttpClient.newBuilder().sslContext(Transport.trust().sslContext()).build()) {
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
  void shutdown_closesIdleConnections() throws Exception {
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
  void start_secondTime_isRefused() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    server.stop();
    IllegalStateException refused = assertThrows(IllegalStateException.class, connector::start);
    assertThat(refused).hasMessageThat().contains("create another connector");
  }

  @Test
  void malformedRequest_toJettyHandler_is400() throws Exception {
    FlowConnector connector = start(memory.listen("http://localhost:0"));
    String answer = exchange(connector.address(), "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ");
    assertThat(answer).doesNotContain(HttpHeader.SERVER.asString() + ":");
    assertThat(exchange(connector.address(), "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"))
        .startsWith("HTTP/1.1 501 ");
  }
}
