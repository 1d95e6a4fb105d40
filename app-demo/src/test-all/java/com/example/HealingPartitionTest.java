package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.http.Http;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.Fault;
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

@SuppressWarnings("try") // a fault lasts while it is open
class HealingPartitionTest {
  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final OkHttpClient client =
      Http.client(resolver("web")).readTimeout(Duration.ofSeconds(10)).build();

  private MimicResolver resolver(String host) {
    return MimicResolver.builder().network(network.host(host)).timeSource(time).build();
  }

  private HttpServer serve() throws IOException {
    return HttpServer.serve(
        resolver("api").listen("tcp://api:80"), request -> HttpResponse.of(200, "hello"));
  }

  private String call() throws IOException {
    Request request = new Request.Builder().url("http://api/").build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  private FutureTask<String> start() throws Exception {
    int others = time.timers(); // of the server
    FutureTask<String> call = new FutureTask<>(this::call);
    Thread.ofVirtual().start(call);
    time.awaitTimers(others + 1, Duration.ofSeconds(10)); // the call waits for the response
    return call;
  }

  @AfterEach
  void closeClient() {
    Http.close(client);
  }

  @Test
  void call_duringShortPartition_isAnswered() throws Exception {
    try (HttpServer server = serve()) {
      assertThat(call()).isEqualTo("hello");
      FutureTask<String> second;
      try (Fault cut = network.partition("web", "api")) {
        second = start();
        time.advance(Duration.ofSeconds(9));
      }
      assertThat(second.get(10, SECONDS)).isEqualTo("hello");
      assertThat(server.connections()).isEqualTo(1); // the pool has kept its connection
    }
  }

  @Test
  void call_duringLongPartition_timesOut() throws Exception {
    try (HttpServer server = serve()) {
      assertThat(call()).isEqualTo("hello");
      try (Fault cut = network.partition("web", "api")) {
        FutureTask<String> second = start();
        time.advance(Duration.ofSeconds(10));
        Exception failure = assertThrows(ExecutionException.class, () -> second.get(10, SECONDS));
        assertThat(failure).hasCauseThat().isInstanceOf(SocketTimeoutException.class);
      }
      assertThat(call()).isEqualTo("hello"); // by a new connection
      assertThat(network.timeline().toString()).contains("#2 api -> web");
    }
  }
}
