package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.MimicResolver;
import dev.mimic.http.Http;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try") // a server serves while it is open
class RestartedServerTest {
  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final InMemoryHost api = network.host("api");
  private final OkHttpClient client = Http.client(resolver(network.host("web"))).build();

  private static MimicResolver resolver(InMemoryHost host) {
    return MimicResolver.builder().network(host).build();
  }

  private HttpServer serve(String text) throws IOException {
    return HttpServer.serve(
        resolver(api).listen("tcp://api:80"), request -> HttpResponse.of(200, text));
  }

  private String call() throws IOException {
    Request request = new Request.Builder().url("http://api/").build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void call_afterRestart_usesNewConnection(boolean crash) throws IOException {
    try (HttpServer old = serve("old")) {
      assertThat(call()).isEqualTo("old"); // the pool keeps the connection
      if (crash) {
        api.crash(); // the client notices nothing until it writes
        api.restart();
      } else {
        api.stop(); // the kernel of the host closes the connection
      }
    }
    try (HttpServer restarted = serve("new")) {
      assertThat(call()).isEqualTo("new");
    } finally {
      Http.close(client);
    }
  }
}
