package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.http.RawHttp2Server.Script;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of unusual, malformed and truncated HTTP/2 responses, over every transport. */
@ParameterizedClass
@EnumSource(Transport.Kind.class)
@Timeout(60)
final class RawHttp2ResponseTest {
  private static final int NO_ERROR = 0;
  private static final int REFUSED_STREAM = 7;

  private final Transport.Kind kind;
  private Transport transport;

  RawHttp2ResponseTest(Transport.Kind kind) {
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

  private OkHttpClient client(RawHttp2Server server) {
    return transport.build(
        transport
            .client(server.address())
            .protocols(
                kind.isTls()
                    ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                    : List.of(Protocol.H2_PRIOR_KNOWLEDGE)));
  }

  private static String get(OkHttpClient client, String url) throws IOException {
    return text(client, new Request.Builder().url(url).build());
  }

  private static String post(OkHttpClient client, String url) throws IOException {
    return text(
        client, new Request.Builder().url(url).post(RequestBody.create("body", null)).build());
  }

  private static String text(OkHttpClient client, Request request) throws IOException {
    try (Response response = client.newCall(request).execute()) {
      return response.code() + " " + response.body().string();
    }
  }

  private RawHttp2Server serving(Script script) throws IOException {
    return new RawHttp2Server(transport, script);
  }

  @Test
  void interimResponses_ofAnyStatus_areSkipped() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              peer.head(stream, 103, -1);
              peer.head(stream, 199, -1);
              peer.head(stream, 100, -1);
              peer.hi(stream);
            });
    OkHttpClient client = client(server);
    assertThat(get(client, server.url())).isEqualTo("200 hi");
    assertThat(post(client, server.url())).isEqualTo("200 hi");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void content_ofOtherLengthThanContentLength_isAnError() throws Exception {
    for (int length : new int[] {0, 1, 3}) {
      RawHttp2Server server =
          serving(
              (peer, stream, connection) -> {
                peer.head(stream, 200, length);
                peer.data(stream, "hi", true);
              });
      OkHttpClient client = client(server);
      assertThrows(ProtocolException.class, () -> get(client, server.url()));
    }
  }

  @Test
  void completeResponse_beforeTheConnectionEnds_isDelivered() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              peer.hi(stream);
              if (connection % 2 == 0) {
                peer.goAway(stream, NO_ERROR);
              }
              RawServer.cut(peer.flow(), false);
            });
    OkHttpClient client = client(server);
    for (int i = 0; i < 20; i++) {
      assertThat(get(client, server.url())).isEqualTo("200 hi");
    }
  }

  @Test
  void request_notProcessedByGoAway_isSentAgain() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              if (connection == 0) {
                peer.goAway(0, NO_ERROR);
              } else {
                peer.hi(stream);
              }
            });
    assertThat(post(client(server), server.url())).isEqualTo("200 hi");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void request_refused_isSentAgain() throws Exception {
    int[] requests = new int[1];
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              if (requests[0]++ == 0) {
                peer.reset(stream, REFUSED_STREAM);
              } else {
                peer.hi(stream);
              }
            });
    assertThat(post(client(server), server.url())).isEqualTo("200 hi");
  }

  @Test
  void idleConnection_endedByServer_isReplaced() throws Exception {
    Semaphore delivered = new Semaphore(0);
    Semaphore ended = new Semaphore(0);
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              peer.hi(stream);
              if (connection < 3) {
                acquire(delivered); // a reset would discard the response
                RawServer.cut(peer.flow(), connection == 1);
                ended.release();
              }
            });
    OkHttpClient client = client(server);
    for (int i = 0; i < 5; i++) {
      String answer = i % 2 == 0 ? get(client, server.url()) : post(client, server.url());
      assertThat(answer).isEqualTo("200 hi");
      if (i < 3) {
        delivered.release();
        acquire(ended);
      }
    }
    assertThat(server.connections()).isEqualTo(4);
  }

  @Test
  void firstConnection_endedUnanswered_isReplacedIfIdempotent() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              if (connection % 2 == 1) {
                peer.hi(stream);
              }
              RawServer.cut(peer.flow(), false);
            });
    assertThat(get(client(server), server.url())).isEqualTo("200 hi");
    assertThrows(IOException.class, () -> post(client(server), server.url()));
    assertThat(server.connections()).isEqualTo(3);
  }

  @Test
  void post_answeredByRedirection_isNotSentAgain() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              if (requests.getAndIncrement() == 0) {
                peer.redirect(stream, "/there");
              } else {
                peer.reset(stream, REFUSED_STREAM);
              }
            });
    OkHttpClient client = client(server);
    assertThrows(IOException.class, () -> post(client, server.url()));
    assertThat(server.bodies()).isEqualTo(1);
  }

  @Test
  void notModified_withContentLength_hasNoContent() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              peer.head(stream, 304, 100);
              peer.data(stream, "", true);
            });
    assertThat(get(client(server), server.url())).isEqualTo("304 ");
  }

  @Test
  void requestBody_failing_isWrittenOnce() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              peer.hi(stream);
            });
    OkHttpClient client = client(server);
    assertThat(get(client, server.url())).isEqualTo("200 hi");
    AtomicInteger writes = new AtomicInteger();
    RequestBody failing =
        new RequestBody() {
          @Override
          public @Nullable MediaType contentType() {
            return null;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            writes.incrementAndGet();
            throw new IOException("the disk is broken");
          }
        };
    Request request = new Request.Builder().url(server.url()).put(failing).build();
    IOException failure = assertThrows(IOException.class, () -> text(client, request));
    assertThat(failure).hasMessageThat().isEqualTo("the disk is broken");
    assertThat(writes.get()).isEqualTo(1);
  }

  private static void acquire(Semaphore semaphore) {
    try {
      assertThat(semaphore.tryAcquire(20, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void body_cutShort_isAnError() throws Exception {
    RawHttp2Server server =
        serving(
            (peer, stream, connection) -> {
              peer.head(stream, 200, -1);
              peer.data(stream, "hi", false);
              RawServer.cut(peer.flow(), false);
            });
    OkHttpClient client = client(server);
    assertThrows(IOException.class, () -> get(client, server.url()));
  }
}
