package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.http.Http;
import dev.mimic.inmemory.InMemoryNetwork;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class SilentPeerTest {
  private final ManualTimeSource time = new ManualTimeSource();
  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.create(time)).timeSource(time).build();

  @Test
  void call_toSilentServer_timesOut() throws Exception {
    OkHttpClient client = Http.client(resolver).readTimeout(Duration.ofSeconds(30)).build();
    Request request = new Request.Builder().url("http://silent.example/").build();
    FutureTask<Response> call = new FutureTask<>(client.newCall(request)::execute);
    try (FlowListener listener = resolver.listen("tcp://silent.example:80")) {
      Thread.ofVirtual().start(call);
      try (Flow server = listener.accept()) {
        assertThat(server.inputStream().read()).isEqualTo((int) 'G'); // the request has arrived

        time.awaitTimers(1, Duration.ofSeconds(10)); // the client waits for the response
        time.advance(Duration.ofSeconds(30)); // takes no time

        Exception failure = assertThrows(ExecutionException.class, () -> call.get(10, SECONDS));
        assertThat(failure).hasCauseThat().isInstanceOf(SocketTimeoutException.class);
      }
    } finally {
      Http.close(client);
    }
  }
}
