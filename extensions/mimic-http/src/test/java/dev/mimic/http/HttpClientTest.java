package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.ResolutionException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.HashingSource;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of ordinary calls, over every transport and in both versions. */
@ParameterizedClass
@MethodSource("transports")
@Timeout(120)
final class HttpClientTest {
  private static final long MAX_SECONDS = 30;
  private static final int BIG = 4 << 20;
  private static final int MANY = 50;

  private final Transport.Kind kind;
  private final Protocol protocol;
  private Transport transport;

  HttpClientTest(Transport.Kind kind, Protocol protocol) {
    this.kind = kind;
    this.protocol = protocol;
  }

  static Stream<Arguments> transports() {
    return Arrays.stream(Transport.Kind.values())
        .flatMap(
            kind ->
                Stream.of(Protocol.HTTP_1_1, Protocol.HTTP_2)
                    .map(each -> Arguments.of(kind, each)));
  }

  @BeforeEach
  void open() throws IOException {
    transport = new Transport(kind);
  }

  @AfterEach
  void close() throws IOException {
    transport.close();
  }

  private MockServer serving(Function<RecordedRequest, MockResponse> answer) throws IOException {
    return new MockServer(transport, protocol, answer);
  }

  private OkHttpClient.Builder builder(MockServer server) {
    List<Protocol> protocols =
        protocol == Protocol.HTTP_1_1
            ? List.of(Protocol.HTTP_1_1)
            : kind.isTls()
                ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                : List.of(Protocol.H2_PRIOR_KNOWLEDGE);
    return transport
        .client(server.address())
        .protocols(protocols)
        .readTimeout(Duration.ofSeconds(MAX_SECONDS));
  }

  private static MockResponse text(String body) {
    return new MockResponse.Builder().body(body).build();
  }

  private static String exchange(OkHttpClient client, Request request) throws IOException {
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  private static Request get(String url) {
    return new Request.Builder().url(url).build();
  }

  @Test
  void response_hasProtocolStatusFieldsAndHandshake() throws Exception {
    MockServer server =
        serving(
            request ->
                new MockResponse.Builder()
                    .code(203)
                    .addHeader("X-Target", Objects.requireNonNull(request.getTarget()))
                    .body("hi")
                    .build());
    OkHttpClient client = transport.build(builder(server));
    try (Response response = client.newCall(get(server.url() + "/a%20b?c=d")).execute()) {
      assertThat(response.code()).isEqualTo(203);
      assertThat(response.header("X-Target")).isEqualTo("/a%20b?c=d");
      assertThat(response.body().string()).isEqualTo("hi");
      boolean isHttp2 = response.protocol() != Protocol.HTTP_1_1;
      assertThat(isHttp2).isEqualTo(protocol == Protocol.HTTP_2);
      assertThat(response.handshake() != null).isEqualTo(kind.isTls());
      if (kind.isTls()) {
        // The chain ends with the authority that the resolver trusts.
        assertThat(Objects.requireNonNull(response.handshake()).peerCertificates()).hasSize(2);
      }
    }
  }

  @Test
  void bigBodies_bothWays_arriveWhole() throws Exception {
    byte[] big = new byte[BIG];
    for (int i = 0; i < BIG; i++) {
      big[i] = (byte) ((i * 31) >> 3);
    }
    MockServer server =
        serving(
            request ->
                new MockResponse.Builder()
                    .body(new Buffer().write(Objects.requireNonNull(request.getBody())))
                    .build());
    OkHttpClient client = transport.build(builder(server));
    Request request =
        new Request.Builder()
            .url(server.url())
            .put(RequestBody.create(big, MediaType.get("application/octet-stream")))
            .build();
    try (Response response = client.newCall(request).execute();
        HashingSource hashed = HashingSource.sha256(response.body().source())) {
      assertThat(Okio.buffer(hashed).readAll(Okio.blackhole())).isEqualTo(BIG);
      assertThat(hashed.hash()).isEqualTo(ByteString.of(big).sha256());
    }
  }

  @Test
  void manyCalls_atOnce_areAllAnswered() throws Exception {
    MockServer server = serving(request -> text(Objects.requireNonNull(request.getTarget())));
    OkHttpClient client = transport.build(builder(server));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        Request request = get(server.url() + "/" + i);
        answers.add(threads.submit(() -> exchange(client, request)));
      }
      for (int i = 0; i < MANY; i++) {
        assertThat(answers.get(i).get(MAX_SECONDS, SECONDS)).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void calls_oneAfterAnother_shareAConnection() throws Exception {
    MockServer server =
        serving(request -> text(request.getConnectionIndex() + " " + request.getExchangeIndex()));
    OkHttpClient client = transport.build(builder(server));
    for (int i = 0; i < 3; i++) {
      assertThat(exchange(client, get(server.url()))).isEqualTo("0 " + i);
    }
  }

  @Test
  void call_enqueued_isAnswered() throws Exception {
    MockServer server = serving(request -> text("hi"));
    OkHttpClient client = transport.build(builder(server));
    CompletableFuture<String> answer = new CompletableFuture<>();
    client
        .newCall(get(server.url()))
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(e);
              }

              @Override
              public void onResponse(Call call, Response response) throws IOException {
                answer.complete(response.body().string());
              }
            });
    assertThat(answer.get(MAX_SECONDS, SECONDS)).isEqualTo("hi");
  }

  @Test
  void callTimeout_exceeded_endsTheCall() throws Exception {
    MockServer server =
        serving(
            request -> new MockResponse.Builder().headersDelay(20, SECONDS).body("late").build());
    OkHttpClient client = transport.build(builder(server).callTimeout(Duration.ofMillis(300)));
    InterruptedIOException failure =
        assertThrows(InterruptedIOException.class, () -> exchange(client, get(server.url())));
    assertThat(failure).hasMessageThat().isEqualTo("timeout");
  }

  @Test
  void readTimeout_duringBody_isAnError() throws Exception {
    MockServer server =
        serving(request -> new MockResponse.Builder().body("late").bodyDelay(20, SECONDS).build());
    OkHttpClient client = transport.build(builder(server).readTimeout(Duration.ofMillis(300)));
    assertThrows(SocketTimeoutException.class, () -> exchange(client, get(server.url())));
  }

  @Test
  void thread_interrupted_endsTheCall() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    MockServer server =
        serving(
            request -> {
              asked.countDown();
              return new MockResponse.Builder().headersDelay(20, SECONDS).body("late").build();
            });
    OkHttpClient client = transport.build(builder(server));
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Runnable call =
        () -> {
          Throwable failure =
              assertThrows(IOException.class, () -> exchange(client, get(server.url())));
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
          thrown.complete(failure);
        };
    Thread thread = Thread.ofVirtual().start(call);
    assertThat(asked.await(MAX_SECONDS, SECONDS)).isTrue();
    thread.interrupt();
    assertThat(thrown.get(5, SECONDS)).isInstanceOf(IOException.class);
  }

  @Test
  void thread_alreadyInterrupted_connectsToNothing() throws Exception {
    MockServer server = serving(request -> text("hi"));
    OkHttpClient client = transport.build(builder(server));
    Thread.currentThread().interrupt();
    try {
      assertThrows(IOException.class, () -> exchange(client, get(server.url())));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(client.connectionPool().connectionCount()).isEqualTo(0);
  }

  @Test
  void requestBody_failing_isReported() throws Exception {
    MockServer server = serving(request -> text("hi"));
    OkHttpClient client = transport.build(builder(server));
    RequestBody failing =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return MediaType.get("text/plain");
          }

          @Override
          public boolean isOneShot() {
            return true;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            sink.write(new byte[100_000]);
            throw new IOException("the disk is broken");
          }
        };
    Request request = new Request.Builder().url(server.url()).post(failing).build();
    IOException failure = assertThrows(IOException.class, () -> exchange(client, request));
    assertThat(failure).hasMessageThat().isEqualTo("the disk is broken");
  }

  @Test
  void webSocket_overHttp1_echoes() throws Exception {
    Assumptions.assumingThat(
        protocol == Protocol.HTTP_1_1,
        () -> {
          MockServer server =
              serving(
                  request ->
                      new MockResponse.Builder().webSocketUpgrade(new WebSocketEcho()).build());
          OkHttpClient client = transport.build(builder(server));
          BlockingQueue<String> messages = new LinkedBlockingQueue<>();
          WebSocket socket =
              client.newWebSocket(
                  get(server.url()),
                  new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket webSocket, String text) {
                      messages.add(text);
                    }
                  });
          assertThat(socket.send("ping")).isTrue();
          assertThat(messages.poll(MAX_SECONDS, SECONDS)).isEqualTo("ping");
          assertThat(socket.close(1000, null)).isTrue();
        });
  }

  private static final class WebSocketEcho extends WebSocketListener {
    @Override
    public void onMessage(WebSocket webSocket, String text) {
      boolean unused = webSocket.send(text);
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      boolean unused = webSocket.close(code, reason);
    }
  }

  @Test
  void server_unreachable_isAResolutionException() throws Exception {
    MockServer server = serving(request -> text("hi"));
    OkHttpClient client = transport.build(builder(server));
    server.close();
    ResolutionException failure =
        assertThrows(ResolutionException.class, () -> exchange(client, get(server.url())));
    assertThat(failure).hasMessageThat().startsWith("cannot connect to ");
    assertThat(failure).hasMessageThat().doesNotContain("0.0.0.0");
  }
}
