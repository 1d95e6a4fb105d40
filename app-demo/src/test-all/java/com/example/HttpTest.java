package com.example;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
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

/** The shortest client and server of HTTP. */
final class HttpHello {
  private HttpHello() {}

  static String exchange() throws IOException {
    MimicResolver resolver =
        Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new HttpModule())
            .getInstance(MimicResolver.class);

    try (HttpServer server =
        HttpServer.listen(
            resolver,
            "http://localhost:0",
            request -> HttpResponse.of(200, "hello " + request.path()))) {
      OkHttpClient client = Http.client(resolver).build();
      Request request = new Request.Builder().url(server.address() + "/you").build();
      try (Response response = client.newCall(request).execute()) {
        return response.body().string();
      } finally {
        Http.close(client);
      }
    }
  }
}
