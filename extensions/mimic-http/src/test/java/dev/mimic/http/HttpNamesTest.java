package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of host names, trust and secrets. */
@Timeout(60)
final class HttpNamesTest {
  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final MimicResolver resolver = Transport.resolver(new InMemoryModule(network));
  private final List<OkHttpClient> clients = new ArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>(); // the lines of all requests
  private final Map<String, String> answers = new HashMap<>(); // by request line

  @AfterEach
  void closeClients() {
    clients.forEach(Http::close);
  }

  private OkHttpClient build(OkHttpClient.Builder builder) {
    OkHttpClient client = builder.build();
    clients.add(client);
    return client;
  }

  private String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  private void serve(Flow flow) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(flow.inputStream(), ISO_8859_1));
    List<String> request = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      request.add(line);
      if (line.isEmpty()) {
        received.addAll(request);
        flow.write(ISO_8859_1.encode(answers.getOrDefault(request.getFirst(), answer)));
        request.clear();
      }
    }
  }

  private static Response send(OkHttpClient client, String url) throws IOException {
    return client.newCall(new Request.Builder().url(url).build()).execute();
  }

  private static String get(OkHttpClient client, String url) throws IOException {
    try (Response response = send(client, url)) {
      return response.body().string();
    }
  }

  @Test
  void host_knownToNetworkOnly_isReached() throws Exception {
    for (String host : List.of("my_service", "a.b_c.example", "192.0.2.7", "2001:db8::7")) {
      String authority = new HostPort(host, 8080).toString();
      try (FlowServer server =
          FlowServer.serve(network.listen(new HostPort(host, 8080)), this::serve)) {
        OkHttpClient client = build(Http.client(resolver));
        assertThat(get(client, "http://" + authority + "/")).isEqualTo("hi");
        assertThat(received).contains("Host: " + authority);
        Http.close(client);
        assertThat(server.address()).contains(authority);
      }
    }
  }

  /** Java's TLS server refuses a server name with an underscore. */
  @Test
  void host_withUnderscoreOfJavaServer_isReachedOverTls() throws Exception {
    TestCertificate own = Transport.AUTHORITY.certificate("a_b.example");
    Context identity =
        Context.empty().with(Tls.IDENTITY, TlsIdentity.of(own.privateKey(), own.chain()));
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {}) // of the refused server name
            .serve(resolver.with(identity).listen("https://a_b.example"), this::serve)) {
      OkHttpClient client = build(Http.client(resolver));
      for (int i = 0; i < 3; i++) {
        assertThat(get(client, "https://a_b.example/")).isEqualTo("hi");
        client.connectionPool().evictAll();
      }
      assertThat(server.address()).contains("a_b");
    }
  }

  @Test
  void redirection_toOtherHost_dropsFieldsOfFirstServer() throws Exception {
    answers.put("GET /first HTTP/1.1", redirection("/second"));
    answers.put("GET /second HTTP/1.1", redirection("http://there:8080/third"));
    Request request =
        new Request.Builder()
            .url("http://here/first")
            .header("Host", "virtual")
            .header("Cookie", "c=s3cret")
            .header("Authorization", "Bearer s3cret")
            .build();
    Request bare = new Request.Builder().url(request.url()).build();
    OkHttpClient client = build(Http.client(resolver));
    assertOwnFieldsStay(client, request);
    assertOwnFieldsStay(
        build(
            client
                .newBuilder()
                .addInterceptor(
                    chain ->
                        chain.proceed(
                            chain.request().newBuilder().headers(request.headers()).build()))),
        bare);
  }

  private void assertOwnFieldsStay(OkHttpClient client, Request request) throws IOException {
    received.clear();
    try (FlowServer here = FlowServer.serve(network.listen(new HostPort("here", 80)), this::serve);
        FlowServer there =
            FlowServer.serve(network.listen(new HostPort("there", 8080)), this::serve)) {
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.body().string()).isEqualTo("hi");
      }
      assertThat(List.of(here.flows(), there.flows())).containsExactly(1, 1);
      closeClients();
    }
    int third = received.indexOf("GET /third HTTP/1.1");
    List<String> own = List.of("Host: virtual", "Cookie: c=s3cret", "Authorization: Bearer s3cret");
    assertThat(received.subList(received.indexOf("GET /second HTTP/1.1"), third))
        .containsAtLeastElementsIn(own);
    assertThat(received.subList(third, received.size())).contains("Host: there:8080");
    assertThat(received.subList(third, received.size())).containsNoneIn(own);
  }

  private static String redirection(String location) {
    return "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n".formatted(location);
  }

  @Test
  void networks_withHostsOfSameName_areSeparate() throws Exception {
    InMemoryNetwork other = InMemoryNetwork.create();
    MimicResolver toOther = Transport.resolver(new InMemoryModule(other));
    try (FlowServer server = FlowServer.serve(other.listen(new HostPort("api", 80)), this::serve)) {
      assertThat(get(build(Http.client(toOther)), "http://api/")).isEqualTo("hi");
      OkHttpClient nowhere = build(Http.client(resolver));
      assertThrows(ResolutionException.class, () -> get(nowhere, "http://api/"));
      assertThat(server.flows()).isAtMost(1);
      closeClients(); // before the server, which waits for them
    }
  }

  @Test
  void exception_ofCallersInterceptor_isNotReplaced() {
    OkHttpClient client =
        build(
            Http.client(resolver)
                .addInterceptor(
                    chain -> {
                      try {
                        return chain.proceed(chain.request());
                      } catch (IOException e) {
                        throw new IOException("mine", e);
                      }
                    }));
    IOException failure = assertThrows(IOException.class, () -> get(client, "http://nowhere/"));
    assertThat(failure).hasMessageThat().isEqualTo("mine");
  }

  @Test
  void certificate_ofAnotherHostOrAuthority_isRefused() throws Exception {
    MimicResolver host = Transport.resolver(new UnixLikeModule());
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {})
            .serve(host.listen("https://localhost:0"), this::serve)) {
      String url = server.address().replace("tls:", "https:") + "/";
      assertThat(get(build(Http.client(host)), url)).isEqualTo("hi");

      OkHttpClient strict =
          build(Http.client(host, Context.empty().with(Tls.TRUST, TlsTrust.platform())));
      SSLException unknown = assertThrows(SSLException.class, () -> get(strict, url));
      assertThat(unknown).hasMessageThat().contains("localhost");

      Context expecting = Context.empty().with(Tls.SERVER_NAME, "other.example");
      OkHttpClient other = build(Http.client(host, expecting));
      assertThrows(SSLException.class, () -> get(other, url));
      closeClients();
    }
  }

  @Test
  void https_withoutTls_namesTheModule() throws Exception {
    MimicResolver bare = MimicResolver.builder().network(network).build();
    try (FlowServer server =
        FlowServer.builder()
            .reporter((what, failure) -> {})
            .serve(network.listen(new HostPort("api", 443)), this::serve)) {
      OkHttpClient client = build(Http.client(bare));
      SSLException failure = assertThrows(SSLException.class, () -> get(client, "https://api/"));
      assertThat(failure).hasMessageThat().contains("install TlsModule of mimic-tls");
      assertThat(server.address()).isNotEmpty();
    }
  }

  @Test
  void challenge_malformed_isNotLogged() throws Exception {
    List<LogRecord> logged = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("okhttp3.OkHttpClient");
    logger.addHandler(handler);
    answer =
        """
        HTTP/1.1 401 No\r
        WWW-Authenticate: Basic s3cret="s3cret, =\r
        Content-Length: 0\r
        \r
        """;
    try (FlowServer server =
        FlowServer.serve(network.listen(new HostPort("api", 80)), this::serve)) {
      OkHttpClient client = build(Http.client(resolver));
      try (Response response = send(client, "http://api/")) {
        assertThat(response.code()).isEqualTo(401);
        assertThat(response.challenges().toString()).doesNotContain("s3cret=");
      }
      assertThat(server.address()).isNotEmpty();
      closeClients();
    } finally {
      logger.removeHandler(handler);
    }
    for (LogRecord each : logged) {
      assertThat(Objects.toString(each.getMessage()) + each.getThrown()).doesNotContain("s3cret");
    }
  }
}
