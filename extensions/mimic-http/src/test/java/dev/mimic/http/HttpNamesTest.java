package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsTrust;
import dev.mimic.unix.UnixLikeModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/** Names of hosts, the servers that a client trusts, and what is told to nobody. */
@Timeout(60)
final class HttpNamesTest {
  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final MimicResolver resolver = Way.resolver(new InMemoryModule(network));
  private final List<OkHttpClient> clients = new ArrayList<>();
  private final List<String> hosts = new ArrayList<>();

  @AfterEach
  void close() {
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
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("Host: ")) {
        hosts.add(line.substring(6));
      }
      if (line.isEmpty()) {
        flow.write(ISO_8859_1.encode(answer));
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
  void host_thatOnlyTheNetworkKnows_isReached() throws Exception {
    for (String host : List.of("my_service", "a.b_c.example", "192.0.2.7", "2001:db8::7")) {
      String authority = new HostPort(host, 8080).toString();
      try (FlowServer server =
          FlowServer.serve(network.listen(new HostPort(host, 8080)), this::serve)) {
        OkHttpClient client = build(Http.client(resolver));
        assertThat(get(client, "http://" + authority + "/")).isEqualTo("hi");
        assertThat(hosts.getLast()).isEqualTo(authority);
        Http.close(client);
        assertThat(server.address()).contains(authority);
      }
    }
  }

  @Test
  void networks_twoAtOnce_haveHostsOfTheSameName() throws Exception {
    InMemoryNetwork other = InMemoryNetwork.create();
    MimicResolver toOther = Way.resolver(new InMemoryModule(other));
    try (FlowServer server = FlowServer.serve(other.listen(new HostPort("api", 80)), this::serve)) {
      assertThat(get(build(Http.client(toOther)), "http://api/")).isEqualTo("hi");
      OkHttpClient nowhere = build(Http.client(resolver));
      assertThrows(ResolutionException.class, () -> get(nowhere, "http://api/"));
      assertThat(server.flows()).isAtMost(1);
    }
  }

  @Test
  void certificate_ofAnotherHostOrAuthority_isRefused() throws Exception {
    MimicResolver host = Way.resolver(new UnixLikeModule());
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
  void challenge_thatDoesNotParse_isLoggedNowhere() throws Exception {
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
    } finally {
      logger.removeHandler(handler);
    }
    for (LogRecord each : logged) {
      assertThat(Objects.toString(each.getMessage()) + each.getThrown()).doesNotContain("s3cret");
    }
  }
}
