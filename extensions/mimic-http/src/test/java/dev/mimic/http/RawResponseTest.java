package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowServer;
import dev.mimic.http.RawServer.Ending;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of unusual, malformed and truncated HTTP/1.1 responses, over every transport. */
@ParameterizedClass
@EnumSource(Transport.Kind.class)
@Timeout(60)
final class RawResponseTest {
  private static final String HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

  private static final String REDIRECT_TO_HTTP =
      "HTTP/1.1 302 Found\r\nLocation: http://me:s3cret@x/\r\nContent-Length: 0\r\n\r\n";

  private final Transport.Kind kind;
  private Transport transport;

  RawResponseTest(Transport.Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    transport = new Transport(kind);
  }

  @AfterEach
  void close() throws IOException {
    transport.close();
  }

  private OkHttpClient client(RawServer server) {
    return transport.build(
        transport
            .client(server.address())
            .protocols(List.of(Protocol.HTTP_1_1))
            .readTimeout(Duration.ofSeconds(20)));
  }

  private static Response send(OkHttpClient client, String url) throws IOException {
    return client.newCall(new Request.Builder().url(url).build()).execute();
  }

  private static String get(OkHttpClient client, String url) throws IOException {
    try (Response response = send(client, url)) {
      return response.code() + " " + response.body().string();
    }
  }

  private static String post(OkHttpClient client, String url) throws IOException {
    Request request = new Request.Builder().url(url).post(RequestBody.create("body", null)).build();
    try (Response response = client.newCall(request).execute()) {
      return response.code() + " " + response.body().string();
    }
  }

  private RawServer answering(String... answers) throws IOException {
    return new RawServer(transport, Ending.SILENCE, List.of(answers));
  }

  // ---- Heads

  @Test
  void interimResponses_ofAnyStatus_areSkipped() throws Exception {
    RawServer server =
        answering(
            interim(103) + interim(104) + interim(199) + interim(100) + interim(100) + HI, HI);
    OkHttpClient client = client(server);
    assertThat(get(client, server.url())).isEqualTo("200 hi");
    assertThat(get(client, server.url())).isEqualTo("200 hi");
    assertThat(server.connections()).isEqualTo(1);
  }

  private static String interim(int status) {
    return "HTTP/1.1 %d Early\r\nLink: </a>\r\n\r\n".formatted(status);
  }

  @Test
  void switchingProtocols_unasked_isAnError() throws Exception {
    RawServer server = answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
    OkHttpClient client = client(server);
    ProtocolException failure =
        assertThrows(ProtocolException.class, () -> get(client, server.url()));
    assertThat(failure).hasMessageThat().contains("without being asked");
  }

  @Test
  void reason_notAscii_isRead() throws Exception {
    RawServer server = answering("HTTP/1.1 200 Tr\u00e8s bien\r\nContent-Length: 2\r\n\r\nhi");
    assertThat(get(client(server), server.url())).isEqualTo("200 hi");
  }

  @Test
  void field_folded_isRead() throws Exception {
    RawServer server =
        answering(
            "HTTP/1.1 200 OK\r\nX-A: one,\r\n two\r\n\tand: three\r\nContent-Length: 2\r\n\r\nhi");
    try (Response response = send(client(server), server.url())) {
      assertThat(response.headers("X-A")).containsExactly("one, two and: three");
      assertThat(response.headers().names()).containsExactly("X-A", "Content-Length");
      assertThat(response.body().string()).isEqualTo("hi");
    }
  }

  @Test
  void location_folded_isFollowed() throws Exception {
    RawServer server =
        answering("HTTP/1.1 302 Found\r\nLocation:\r\n /there\r\nContent-Length: 0\r\n\r\n", HI);
    assertThat(get(client(server), server.url())).isEqualTo("200 hi");
    assertThat(server.takeHead()).contains("GET / HTTP/1.1");
    assertThat(server.takeHead()).contains("GET /there HTTP/1.1");
  }

  @Test
  void contentLength_invalid_isRefused() throws Exception {
    for (String lengths : List.of("-2", "2x", "\r\n 2", "2\r\nContent-Length: 3", "2, 2")) {
      RawServer server = answering("HTTP/1.1 200 OK\r\nContent-Length: " + lengths + "\r\n\r\nhi");
      OkHttpClient client = client(server);
      assertThrows(RefusedResponseException.class, () -> get(client, server.url()));
    }
  }

  @Test
  void notModified_withContentLength_hasNoContent() throws Exception {
    RawServer server =
        new RawServer(
            transport,
            Ending.SILENCE,
            List.of("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"),
            List.of(HI));
    OkHttpClient client = client(server);
    try (Response response = send(client, server.url())) {
      assertThat(response.code()).isEqualTo(304);
      assertThat(response.header("Content-Length")).isEqualTo("100");
      assertThat(response.body().string()).isEmpty();
    }
    assertThat(get(client, server.url())).isEqualTo("200 hi");
  }

  /** An overloaded server can answer before it has read a request. */
  @Test
  void response_beforeTheRequest_isDelivered() throws Exception {
    try (FlowServer server =
        transport.serve(
            flow -> {
              flow.write(
                  ISO_8859_1.encode(
                      "HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy"));
              flow.shutdownOutput();
              flow.inputStream().skip(Long.MAX_VALUE);
            })) {
      OkHttpClient client =
          transport.build(transport.client(server.address()).protocols(List.of(Protocol.HTTP_1_1)));
      assertThat(get(client, transport.url(server.address()))).isEqualTo("503 busy");
      Http.close(client);
    }
  }

  @Test
  void requestHead_of12KiB_isSent() throws Exception {
    RawServer server = answering(HI);
    String value = "x".repeat(12 * 1024);
    Request request = new Request.Builder().url(server.url()).header("X-Long", value).build();
    try (Response response = client(server).newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
    }
    assertThat(server.takeHead()).contains("X-Long: " + value);
  }

  @Test
  void path_notAscii_isPercentEncodedUtf8() throws Exception {
    RawServer server = answering(HI);
    assertThat(get(client(server), server.url() + "/\u00e9t\u00e9 \u20ac?q=\u00fc"))
        .isEqualTo("200 hi");
    assertThat(server.takeHead().getFirst())
        .isEqualTo("GET /%C3%A9t%C3%A9%20%E2%82%AC?q=%C3%BC HTTP/1.1");
  }

  // ---- Redirections (RFC 3986, section 5.4)

  @Test
  void location_relative_isResolved() throws Exception {
    assertThat(redirected("?y")).isEqualTo("GET /b/c/d;p?y HTTP/1.1");
    assertThat(redirected("")).isEqualTo("GET /b/c/d;p?q HTTP/1.1");
    assertThat(redirected("../../../g")).isEqualTo("GET /g HTTP/1.1");
    assertThat(redirected("./g/.")).isEqualTo("GET /b/c/g/ HTTP/1.1");
    assertThat(redirected("/@babel%2fcore")).isEqualTo("GET /@babel%2fcore HTTP/1.1");
  }

  private String redirected(String location) throws Exception {
    RawServer server =
        answering(
            "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n".formatted(location),
            HI);
    assertThat(get(client(server), server.url() + "/b/c/d;p?q")).isEqualTo("200 hi");
    List<String> unused = server.takeHead();
    return server.takeHead().getFirst();
  }

  @Test
  void location_fromHttpsToHttp_isRefused() throws Exception {
    RawServer server = answering(REDIRECT_TO_HTTP);
    OkHttpClient client = client(server);
    if (kind.isTls()) {
      ProtocolException failure =
          assertThrows(ProtocolException.class, () -> get(client, server.url()));
      assertThat(failure).hasMessageThat().contains("which is not encrypted");
      assertThat(failure).hasMessageThat().doesNotContain("s3cret");
    }
    OkHttpClient staying = client.newBuilder().followRedirects(false).build();
    assertThat(get(staying, answering(REDIRECT_TO_HTTP).url())).isEqualTo("302 ");
  }

  @Test
  void location_unparsable_isNotFollowedOrQuoted() throws Exception {
    RawServer server =
        answering(
            "HTTP/1.1 302 Found\r\nLocation: http://me:s3cret@[x/\r\nContent-Length: 0\r\n\r\n");
    try (Response response = send(client(server), server.url())) {
      assertThat(response.code()).isEqualTo(302);
      assertThat(response.toString()).doesNotContain("s3cret");
    }
  }

  // ---- Ends of connections

  @Test
  void idleConnection_endedByServer_isReplaced() throws Exception {
    for (Ending ending :
        List.of(Ending.CLOSE, Ending.CUT, Ending.RESET, Ending.CLOSE_AFTER_REQUEST)) {
      RawServer server = new RawServer(transport, ending, List.of(HI));
      OkHttpClient client = client(server);
      for (int i = 1; i <= 4; i++) {
        String answer = i % 2 == 0 ? post(client, server.url()) : get(client, server.url());
        assertThat(answer).isEqualTo("200 hi");
        if (ending != Ending.CLOSE_AFTER_REQUEST) {
          server.awaitEnd();
        }
      }
      assertThat(server.connections()).isEqualTo(4);
    }
  }

  @Test
  void body_cutShort_isAnError() throws Exception {
    for (Ending ending : List.of(Ending.CLOSE, Ending.CUT, Ending.RESET)) {
      for (String head :
          List.of(
              "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhi",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n")) {
        RawServer server = new RawServer(transport, ending, List.of(head));
        OkHttpClient client = client(server);
        assertThrows(IOException.class, () -> get(client, server.url()));
      }
    }
  }

  @Test
  void body_endedByConnection_isCompleteAfterOrderlyClose() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi";
    RawServer orderly = new RawServer(transport, Ending.CLOSE, List.of(head));
    assertThat(get(client(orderly), orderly.url())).isEqualTo("200 hi");
    if (kind.isTls()) {
      RawServer cut = new RawServer(transport, Ending.CUT, List.of(head));
      OkHttpClient client = client(cut);
      assertThrows(IOException.class, () -> get(client, cut.url()));
    }
  }

  @Test
  void surplusBytes_afterResponse_areNotReadAsTheNext() throws Exception {
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    for (String first : List.of(HI + EVIL, chunked + EVIL, HI + "HTTP/1.1 200 OK\r\nX-Evil: ")) {
      RawServer server = new RawServer(transport, Ending.SILENCE, List.of(first, HI), List.of(HI));
      OkHttpClient client = client(server);
      assertThat(get(client, server.url())).isEqualTo("200 hi");
      try (Response response = send(client, server.url())) {
        assertThat(response.body().string()).isEqualTo("hi");
        assertThat(response.header("X-Evil")).isNull();
      }
    }
  }

  @Test
  void connection_takenBeforeTheLastReadReturns_isKept() throws Exception {
    String large = "x".repeat(1 << 20);
    String second = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(large.length());
    RawServer server = answering(HI, second + large);
    CompletableFuture<Response> next = new CompletableFuture<>();
    OkHttpClient.Builder builder = client(server).newBuilder();
    builder.eventListener(
        new EventListener() {
          @Override
          public void connectionReleased(Call call, Connection connection) {
            if (!next.isDone()) {
              try {
                next.complete(send(builder.build(), server.url()));
              } catch (IOException e) {
                next.completeExceptionally(e);
              }
            }
          }
        });
    assertThat(get(builder.build(), server.url())).isEqualTo("200 hi");
    try (Response response = next.get(20, SECONDS)) {
      assertThat(response.body().string()).isEqualTo(large);
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  // ---- Time

  @Test
  void server_silent_isATimeout() throws Exception {
    RawServer server = new RawServer(transport, Ending.SILENCE, List.of());
    OkHttpClient client =
        transport.build(transport.client(server.address()).readTimeout(Duration.ofMillis(200)));
    assertThrows(SocketTimeoutException.class, () -> get(client, server.url()));
  }

  @Test
  void call_cancelled_endsTheConnection() throws Exception {
    RawServer server =
        new RawServer(
            transport, Ending.SILENCE, List.of("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
    OkHttpClient client = client(server);
    var call = client.newCall(new Request.Builder().url(server.url()).build());
    try (Response response = call.execute()) {
      call.cancel();
      assertThrows(IOException.class, () -> response.body().string());
    }
    server.awaitEnd();
  }
}
