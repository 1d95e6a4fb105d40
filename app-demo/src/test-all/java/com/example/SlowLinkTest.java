package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.http.Http;
import dev.mimic.inmemory.Bandwidth;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlowLinkTest {
  private final SteppedClock clock = new SteppedClock();
  private final InMemoryNetwork network = InMemoryNetwork.create(clock);

  private MimicResolver resolver(String host) {
    return MimicResolver.builder().network(network.host(host)).timeSource(clock).build();
  }

  /** Answers each request with 50,000 bytes. */
  private static Void serve(FlowListener listener) throws IOException {
    try (Flow flow = listener.accept()) {
      byte[] head = new byte[1000];
      while (flow.inputStream().read(head) > 0) {
        String response = "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + "x".repeat(50_000);
        flow.write(US_ASCII.encode(response));
      }
    }
    return null;
  }

  private static int call(OkHttpClient client) throws IOException {
    Request request = new Request.Builder().url("http://api/").build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().bytes().length;
    }
  }

  /** Calls twice by one connection. The link becomes slow before the second call. */
  private FutureTask<Integer> callOnSlowLink(Duration readTimeout) throws IOException {
    OkHttpClient client = Http.client(resolver("web")).readTimeout(readTimeout).build();
    try (FlowListener listener = resolver("api").listen("tcp://api:80")) {
      FutureTask<Void> server = clock.startDaemon(() -> serve(listener));
      assertThat(call(client)).isEqualTo(50_000);
      assertThat(clock.nanoTime()).isEqualTo(0);

      network
          .link("web", "api")
          .latency(Duration.ofSeconds(2))
          .bandwidth(Bandwidth.ofKilobits(80)); // five seconds for the response
      FutureTask<Integer> call = clock.start(() -> call(client));
      clock.run();
      assertThat(server.isDone()).isFalse();
      return call;
    } finally {
      Http.close(client);
    }
  }

  @AfterEach
  void closeNetwork() {
    network.close(); // ends the server's read
  }

  @Test
  void call_withEnoughTime_succeeds() throws Exception {
    assertThat(callOnSlowLink(Duration.ofSeconds(5)).get()).isEqualTo(50_000);
    Duration elapsed = Duration.ofNanos(clock.nanoTime());
    assertThat(elapsed).isGreaterThan(Duration.ofSeconds(9)); // twice two, and five
    assertThat(elapsed).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void call_withShortTimeout_fails() throws Exception {
    FutureTask<Integer> call = callOnSlowLink(Duration.ofSeconds(3));
    Exception failure = assertThrows(ExecutionException.class, call::get);
    assertThat(failure).hasCauseThat().isInstanceOf(SocketTimeoutException.class);
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofSeconds(3).toNanos());
  }
}
