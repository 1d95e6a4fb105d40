package com.example;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpClient;
import dev.mimic.http.HttpModule;
import dev.mimic.http.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;

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
                request -> HttpResponse.of(200, "hello " + request.path()));
        HttpClient client = HttpClient.of(resolver);
        var response = client.send(HttpRequest.get(server.address() + "/you"))) {
      return response.body().text();
    }
  }
}
