package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.MimicResolver;
import dev.mimic.guice.Deployment;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class HttpTest {

  @Test
  void request_inMemory_isAnswered() throws IOException {
    MimicResolver resolver =
        Deployment.of("http", new InMemoryModule(InMemoryNetwork.create()), new HttpModule())
            .resolver();
    try (HttpServer server =
        HttpServer.listen(
            resolver,
            "http://localhost:0",
            request -> HttpResponse.of(200, "hello " + request.path()))) {
      OkHttpClient client = Http.client(resolver).build();
      Request request = new Request.Builder().url(server.address() + "/you").build();
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.body().string()).isEqualTo("hello /you");
      } finally {
        Http.close(client);
      }
    }
  }
}
