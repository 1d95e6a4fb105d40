package dev.mimic.demo;

import dev.mimic.MimicResolver;
import dev.mimic.guice.Deployment;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpBody;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The part of the demo in which a network fails: a download over a slow link is reset in the middle
 * of its body, and the second attempt succeeds. Always in memory.
 */
final class FaultStory {
  private static final String API = "api";
  private static final byte[] BODY = new byte[20_000];
  private static final int RESET_AFTER = 8_000;
  private static final int[] WIDTHS = {21, 55};

  private FaultStory() {}

  /** Plays the story, prints its timeline, and returns whether it went as it should. */
  @SuppressWarnings("try") // the server and the fault act until the end of the block
  static boolean play(PrintStream out) throws IOException {
    InMemoryNetwork network = InMemoryNetwork.builder().recordBytes().build();
    InMemoryHost api = network.host(API);
    network.link("app", API).latency(Duration.ofMillis(15));
    out.printf("A download that is reset after %,d bytes, over a slow link:%n%n", RESET_AFTER);
    try (HttpServer server =
            HttpServer.listen(
                resolver(api),
                "http://" + API,
                request -> HttpResponse.of(200, HttpBody.of(BODY)));
        Fault reset = network.inject(Faults.resetAfter(RESET_AFTER).from(API).once())) {
      boolean well = download(resolver(network.host("app")), out);
      out.println("\nWhat the network saw:\n");
      out.println(network.timeline());
      return well;
    }
  }

  private static MimicResolver resolver(InMemoryHost host) {
    return Deployment.of(host.name(), host.module(), new HttpModule()).resolver();
  }

  private static boolean download(MimicResolver resolver, PrintStream out) throws IOException {
    OkHttpClient client = Http.client(resolver).build();
    try {
      String first = attempt(client);
      String second = attempt(client);
      out.print(
          new Table(2).row("first attempt", first).row("second attempt", second).print(WIDTHS));
      return first.contains("reset") && second.equals("%,d bytes".formatted(BODY.length));
    } finally {
      Http.close(client);
    }
  }

  private static String attempt(OkHttpClient client) {
    Request request = new Request.Builder().url("http://" + API + "/catalogue").build();
    try (Response response = client.newCall(request).execute()) {
      return "%,d bytes".formatted(response.body().bytes().length);
    } catch (IOException e) {
      return "failed: " + e.getMessage();
    }
  }
}
