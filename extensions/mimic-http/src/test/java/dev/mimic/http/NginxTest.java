package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Nginx;
import dev.mimic.peers.Programs;
import dev.mimic.proxy.HttpProxy;
import dev.mimic.proxy.Socks5Proxy;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsVersion;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import okhttp3.CipherSuite;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the client against nginx, with curl for comparison. */
@Timeout(60)
final class NginxTest {
  private static final int BIG = 32 << 20;
  private static final int MANY = 200;

  @TempDir Path folder;

  private final MimicResolver resolver = Transport.resolver(new UnixLikeModule());
  private final List<OkHttpClient> clients = new ArrayList<>();
  private @Nullable Nginx running;

  private Nginx start(String... more) throws IOException {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    Transport.certificate().writePem(certificate, key);
    Files.writeString(folder.resolve("ca.pem"), Transport.AUTHORITY.rootPem());
    Nginx nginx = Nginx.start(folder, certificate, key, more);
    running = nginx;
    Files.writeString(nginx.www().resolve("file"), "what is in it");
    return nginx;
  }

  @AfterEach
  void stop() throws IOException {
    clients.forEach(Http::close);
    if (running != null) {
      running.close();
    }
  }

  private OkHttpClient client() {
    return build(Http.client(resolver));
  }

  private OkHttpClient build(OkHttpClient.Builder builder) {
    OkHttpClient client = builder.readTimeout(Duration.ofSeconds(30)).build();
    clients.add(client);
    return client;
  }

  private static String exchange(OkHttpClient client, Request request) throws IOException {
    try (Response response = client.newCall(request).execute()) {
      return response.protocol() + " " + response.code() + " " + response.body().string();
    }
  }

  private static String get(OkHttpClient client, String url) throws IOException {
    return exchange(client, new Request.Builder().url(url).build());
  }

  private String curl(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("-sS", "--cacert", folder + "/ca.pem"));
    all.addAll(List.of(arguments));
    return Programs.run(folder, "curl", all.toArray(String[]::new));
  }

  @Test
  void file_overEveryTransport_isFetched() throws Exception {
    Nginx nginx = start();
    OkHttpClient overSocket = build(Http.clientOver(resolver, "unix:" + nginx.socket()));
    OkHttpClient http2 =
        build(Http.client(resolver).protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)));
    OkHttpClient http1 = build(Http.client(resolver).protocols(List.of(Protocol.HTTP_1_1)));
    assertThat(
            List.of(
                get(client(), nginx.url() + "/file"),
                get(client(), nginx.tlsUrl() + "/file"),
                get(overSocket, "http://localhost/file"),
                get(http2, nginx.http2Url() + "/file"),
                get(http1, nginx.tlsUrl() + "/file")))
        .containsExactly(
            "http/1.1 200 what is in it",
            "h2 200 what is in it",
            "http/1.1 200 what is in it",
            "h2_prior_knowledge 200 what is in it",
            "http/1.1 200 what is in it")
        .inOrder();
    assertThat(curl(nginx.tlsUrl() + "/file")).isEqualTo("what is in it");
  }

  @Test
  void connections_ofOneRequestEach_loseNoResponse() throws Exception {
    Nginx nginx = start("keepalive_requests 1;");
    OkHttpClient client = client();
    for (int i = 0; i < MANY; i++) {
      assertThat(get(client, nginx.tlsUrl() + "/file")).isEqualTo("h2 200 what is in it");
    }
    String thrice = nginx.tlsUrl() + "/file";
    assertThat(curl(thrice, thrice, thrice)).isEqualTo("what is in it".repeat(3));
  }

  @Test
  void connections_ofOneRequestEach_loseNoConcurrentResponse() throws Exception {
    Nginx nginx = start("keepalive_requests 1;");
    OkHttpClient client = client();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        answers.add(threads.submit(() -> get(client, nginx.tlsUrl() + "/file")));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(30, SECONDS)).isEqualTo("h2 200 what is in it");
      }
    }
  }

  @Test
  void tls_notOfferedByResolver_isNotNegotiated() throws Exception {
    Nginx nginx = start("ssl_protocols TLSv1.2;");
    Context only13 = Context.empty().with(Tls.VERSIONS, Set.of(TlsVersion.TLS_1_3));
    OkHttpClient strict = build(Http.client(resolver, only13));
    assertThrows(SSLException.class, () -> get(strict, nginx.tlsUrl() + "/file"));
    Context suite =
        Context.empty().with(Tls.CIPHER_SUITES, List.of("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
    Request request = new Request.Builder().url(nginx.tlsUrl() + "/file").build();
    OkHttpClient chosen = build(Http.client(resolver, suite));
    try (Response response = chosen.newCall(request).execute()) {
      assertThat(requireNonNull(response.handshake()).cipherSuite().toString())
          .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    }
  }

  @Test
  void tls_withoutForwardSecrecyOrAead_isNotNegotiatedByDefault() throws Exception {
    Nginx nginx = start("ssl_protocols TLSv1.2;", "ssl_ciphers ECDHE-ECDSA-AES128-SHA;");
    assertThrows(SSLException.class, () -> get(client(), nginx.tlsUrl() + "/file"));
    assertThat(curl(nginx.tlsUrl() + "/file")).isEqualTo("what is in it");
  }

  @Test
  void connectionSpec_narrowsVersionsAndSuites() throws Exception {
    Nginx nginx = start();
    ConnectionSpec spec =
        new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
            .tlsVersions(okhttp3.TlsVersion.TLS_1_2)
            .cipherSuites(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
            .build();
    OkHttpClient client = build(Http.client(resolver).connectionSpecs(List.of(spec)));
    Request request = new Request.Builder().url(nginx.tlsUrl() + "/file").build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(requireNonNull(response.handshake()).tlsVersion())
          .isEqualTo(okhttp3.TlsVersion.TLS_1_2);
      assertThat(requireNonNull(response.handshake()).cipherSuite())
          .isEqualTo(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
    }
  }

  @Test
  void idleConnections_closedByServer_areReplaced() throws Exception {
    Nginx nginx = start("keepalive_timeout 1ms;");
    OkHttpClient client = client();
    for (int i = 0; i < MANY; i++) {
      assertThat(get(client, nginx.url() + "/file")).isEqualTo("http/1.1 200 what is in it");
      assertThat(get(client, nginx.tlsUrl() + "/file")).isEqualTo("h2 200 what is in it");
    }
  }

  @Test
  void redirectionsAndCredentials_ofNginx_work() throws Exception {
    Nginx nginx =
        start(
            "location /old { return 302 /file; }",
            "location /private { auth_basic \"x\"; auth_basic_user_file " + folder + "/users; }");
    Files.writeString(folder.resolve("users"), "me:{PLAIN}secret\n");
    Files.createDirectory(nginx.www().resolve("private"));
    Files.writeString(nginx.www().resolve("private/file"), "for me");
    OkHttpClient client = client();
    assertThat(get(client, nginx.tlsUrl() + "/old")).isEqualTo("h2 200 what is in it");
    Request request = new Request.Builder().url(nginx.tlsUrl() + "/private/file").build();
    try (Response refused = client.newCall(request).execute()) {
      assertThat(refused.code()).isEqualTo(401);
      assertThat(refused.challenges().getFirst().realm()).isEqualTo("x");
    }
    OkHttpClient loggingIn =
        build(
            client
                .newBuilder()
                .authenticator(
                    (route, response) ->
                        response
                            .request()
                            .newBuilder()
                            .header("Authorization", Credentials.basic("me", "secret"))
                            .build()));
    assertThat(exchange(loggingIn, request)).isEqualTo("h2 200 for me");
  }

  @Test
  void bigBodies_bothWays_arriveWhole() throws Exception {
    Nginx nginx = start();
    byte[] big = new byte[BIG];
    new Random(42).nextBytes(big);
    OkHttpClient client = client();
    for (String url : List.of(nginx.url() + "/big", nginx.tlsUrl() + "/big")) {
      Request put = new Request.Builder().url(url).put(RequestBody.create(big)).build();
      try (Response response = client.newCall(put).execute()) {
        assertThat(response.code()).isAnyOf(201, 204);
      }
      assertThat(ByteString.of(Files.readAllBytes(nginx.www().resolve("big"))).sha256())
          .isEqualTo(ByteString.of(big).sha256());
      Request request = new Request.Builder().url(url).build();
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.body().byteString().sha256()).isEqualTo(ByteString.of(big).sha256());
      }
    }
  }

  @Test
  void manyCalls_overHttp2_shareOneConnection() throws Exception {
    Nginx nginx = start();
    OkHttpClient client = client();
    assertThat(get(client, nginx.tlsUrl() + "/file")).isEqualTo("h2 200 what is in it");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(threads.submit(() -> get(client, nginx.tlsUrl() + "/file")));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(30, SECONDS)).isEqualTo("h2 200 what is in it");
      }
    }
    assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
  }

  @Test
  void server_endingDuringBody_isAnError() throws Exception {
    Nginx nginx = start("location /slowly { limit_rate 64k; }");
    Files.write(nginx.www().resolve("slowly"), new byte[4 << 20]);
    OkHttpClient client = client();
    Request clear = new Request.Builder().url(nginx.url() + "/slowly").build();
    Request secure = new Request.Builder().url(nginx.tlsUrl() + "/slowly").build();
    try (Response http1 = client.newCall(clear).execute();
        Response http2 = client.newCall(secure).execute()) {
      http1.body().source().require(100);
      http2.body().source().require(100);
      nginx.close();
      assertThrows(IOException.class, () -> http1.body().bytes());
      assertThrows(IOException.class, () -> http2.body().bytes());
    }
  }

  @Test
  void calls_throughProxies_areLoggedByThem() throws Exception {
    Nginx nginx = start();
    int socks = Daemon.freePort();
    int http = Daemon.freePort();
    Path configuration =
        Files.write(
            folder.resolve("tinyproxy.conf"),
            List.of("Port " + http, "Listen 127.0.0.1", "Timeout 60", "Allow 127.0.0.1"),
            UTF_8);
    try (Daemon microsocks =
            Daemon.start(socks, "microsocks", "-i", "127.0.0.1", "-p", "" + socks);
        Daemon tinyproxy = Daemon.start(http, "tinyproxy", "-d", "-c", configuration.toString())) {
      List<Network.Hop> hops =
          List.of(
              Socks5Proxy.at(new HostPort("127.0.0.1", socks)),
              HttpProxy.at(new HostPort("127.0.0.1", http)));
      for (List<Network.Hop> chain : List.of(hops.subList(0, 1), hops.subList(1, 2), hops)) {
        OkHttpClient client =
            build(Http.client(resolver, Context.empty().with(Network.HOPS, chain)));
        assertThat(get(client, nginx.tlsUrl() + "/file")).isEqualTo("h2 200 what is in it");
        assertThat(get(client, nginx.url() + "/file")).isEqualTo("http/1.1 200 what is in it");
      }
      assertThat(microsocks.printed()).contains("connected to");
      assertThat(tinyproxy.printed()).contains("CONNECT ");
    }
  }

  @Test
  void response_unread_leavesConnectionUsable() throws Exception {
    Nginx nginx = start("location /slowly { limit_rate 64k; }");
    Files.write(nginx.www().resolve("slowly"), new byte[1 << 20]);
    OkHttpClient client = client();
    Request request = new Request.Builder().url(nginx.tlsUrl() + "/slowly").build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200); // closed long before the end of the body
    }
    assertThat(get(client, nginx.tlsUrl() + "/file")).endsWith("in it");
    assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
  }
}
