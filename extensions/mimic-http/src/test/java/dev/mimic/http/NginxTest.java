package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.PeerGoneException;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Nginx;
import dev.mimic.proxy.HttpProxy;
import dev.mimic.proxy.Socks5Proxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client beside nginx. */
@Timeout(60)
final class NginxTest {
  private static final int MANY = 200;

  @TempDir Path folder;

  private final MimicResolver resolver = Place.resolver(false);
  private final List<HttpClient> clients = new ArrayList<>();
  private Nginx nginx;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    Place.certificate().writePem(certificate, key);
    nginx =
        Nginx.start(
            folder,
            certificate,
            key,
            "location /old { return 302 /file; }",
            "location /slowly { limit_rate 64k; }",
            "location /private { auth_basic \"x\"; auth_basic_user_file " + folder + "/users; }");
    Files.writeString(nginx.www().resolve("file"), "what is in it");
    Files.writeString(folder.resolve("users"), "me:{PLAIN}secret\n");
    client = client(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);
  }

  @AfterEach
  void stop() throws IOException {
    clients.forEach(HttpClient::close);
    if (nginx != null) {
      nginx.close();
    }
  }

  private HttpClient client(HttpVersion... versions) {
    HttpClient one = HttpClient.builder(resolver).versions(versions).build();
    clients.add(one);
    return one;
  }

  private static String exchange(HttpClient client, HttpRequest request) throws IOException {
    try (HttpResponse response = client.send(request)) {
      return response + " " + response.body().text();
    }
  }

  private List<HttpRequest> everyWayTo(String path) {
    return List.of(
        HttpRequest.get(nginx.url() + path),
        HttpRequest.get(nginx.tlsUrl() + path),
        HttpRequest.get("http://localhost" + path).over("unix:" + nginx.socket()));
  }

  @Test
  void filesAreFetchedByEveryWay() throws Exception {
    List<String> answers = new ArrayList<>();
    for (HttpRequest request : everyWayTo("/file")) {
      answers.add(exchange(client, request));
    }
    HttpClient http2 = client(HttpVersion.HTTP_2);
    answers.add(exchange(http2, HttpRequest.get(nginx.http2Url() + "/file")));
    HttpClient http1 = client(HttpVersion.HTTP_1_1);
    answers.add(exchange(http1, HttpRequest.get(nginx.tlsUrl() + "/file")));
    assertThat(answers)
        .containsExactly(
            "HTTP/1.1 200 what is in it",
            "HTTP/2 200 what is in it",
            "HTTP/1.1 200 what is in it",
            "HTTP/2 200 what is in it",
            "HTTP/1.1 200 what is in it")
        .inOrder();
  }

  @Test
  void redirectionsStatusesAndCredentialsAreAsTheyAre() throws Exception {
    for (HttpRequest request : everyWayTo("/old")) {
      assertThat(exchange(client, request)).endsWith("200 what is in it");
    }
    Files.createDirectory(nginx.www().resolve("private"));
    Files.writeString(nginx.www().resolve("private/file"), "for me");
    HttpRequest request = HttpRequest.get(nginx.tlsUrl() + "/private/file");
    try (HttpResponse refused = client.send(request)) {
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("www-authenticate")).hasValue("Basic realm=\"x\"");
    }
    assertThat(exchange(client, request.withBasicAuthorization("me", "secret")))
        .isEqualTo("HTTP/2 200 for me");
    assertThat(exchange(client, HttpRequest.get(nginx.url() + "/none"))).contains(" 404 ");
  }

  @Test
  void bigBodiesStreamBothWays() throws Exception {
    long size = 32L << 20;
    for (String url : List.of(nginx.url(), nginx.tlsUrl())) {
      HttpRequest put =
          HttpRequest.put(
              url + "/big",
              HttpBody.written(out -> new Pattern(size).writeTo(out, new AtomicLong())));
      try (HttpResponse response = client.send(put)) {
        assertThat(response.status()).isAnyOf(201, 204);
      }
      try (HttpResponse response = client.send(HttpRequest.get(url + "/big"));
          InputStream body = response.body().stream()) {
        assertThat(Pattern.verified(body)).isEqualTo(size);
      }
    }
  }

  @Test
  void manyRequestsShareOneConnection() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        answers.add(
            threads.submit(() -> exchange(client, HttpRequest.get(nginx.tlsUrl() + "/file"))));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(30, SECONDS)).isEqualTo("HTTP/2 200 what is in it");
      }
    }
    assertThat(client.connections()).isEqualTo(1);
  }

  @Test
  void aServerThatDiesInMidBodyIsGone() throws Exception {
    try (OutputStream file = Files.newOutputStream(nginx.www().resolve("slowly"))) {
      new Pattern(4L << 20).writeTo(file, new AtomicLong());
    }
    HttpRequest clear = HttpRequest.get(nginx.url() + "/slowly");
    HttpRequest secure = HttpRequest.get(nginx.tlsUrl() + "/slowly");
    try (HttpResponse http1 = client.send(clear);
        InputStream body1 = http1.body().stream();
        HttpResponse http2 = client.send(secure);
        InputStream body2 = http2.body().stream()) {
      assertThat(body1.readNBytes(100)).hasLength(100);
      assertThat(body2.readNBytes(100)).hasLength(100);
      nginx.close();
      assertThrows(PeerGoneException.class, body1::readAllBytes);
      assertThrows(PeerGoneException.class, body2::readAllBytes);
    }
  }

  @Test
  void nothingIsLostThroughProxies() throws Exception {
    int socks = Daemon.freePort();
    int http = Daemon.freePort();
    Path configuration =
        Files.write(
            folder.resolve("tinyproxy.conf"),
            List.of("Port " + http, "Listen 127.0.0.1", "Timeout 60", "Allow 127.0.0.1"));
    try (Daemon microsocks =
            Daemon.start(socks, "microsocks", "-i", "127.0.0.1", "-p", "" + socks);
        Daemon tinyproxy = Daemon.start(http, "tinyproxy", "-d", "-c", configuration.toString())) {
      List<Network.Hop> hops =
          List.of(
              Socks5Proxy.at(new HostPort("127.0.0.1", socks)),
              HttpProxy.at(new HostPort("127.0.0.1", http)));
      for (List<Network.Hop> way : List.of(hops.subList(0, 1), hops.subList(1, 2), hops)) {
        Context through = Context.empty().with(Network.HOPS, way);
        HttpRequest request = HttpRequest.get(nginx.tlsUrl() + "/file").withContext(through);
        assertThat(exchange(client, request)).isEqualTo("HTTP/2 200 what is in it");
        assertThat(exchange(client, request)).isEqualTo("HTTP/2 200 what is in it");
      }
      assertThat(client.connections()).isEqualTo(hops.size() + 1);
      assertThat(microsocks.printed()).contains("connected to");
      assertThat(tinyproxy.printed()).contains("CONNECT ");
    }
  }

  @Test
  void aResponseThatIsNotReadLeavesTheConnectionToOthers() throws Exception {
    try (OutputStream file = Files.newOutputStream(nginx.www().resolve("slowly"))) {
      new Pattern(1L << 20).writeTo(file, new AtomicLong());
    }
    try (HttpResponse response = client.send(HttpRequest.get(nginx.tlsUrl() + "/slowly"))) {
      assertThat(response.status()).isEqualTo(200); // and is closed long before its end
    }
    assertThat(exchange(client, HttpRequest.get(nginx.tlsUrl() + "/file"))).endsWith("in it");
    assertThat(client.connections()).isEqualTo(1);
  }
}
