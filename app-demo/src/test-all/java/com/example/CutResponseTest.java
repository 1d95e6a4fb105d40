package com.example;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.http.Http;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class CutResponseTest {
  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.create()).build();

  @Test
  void body_thatIsCut_fails() throws IOException {
    OkHttpClient client = Http.client(resolver).build();
    Request request = new Request.Builder().url("http://server.example/").build();
    try (FlowServer server =
            FlowServer.serve(resolver.listen("tcp://server.example:80"), CutResponseTest::answer);
        Response response = client.newCall(request).execute()) {
      assertEquals("tcp://server.example:80", server.address());
      assertEquals(200, response.code());
      assertThrows(IOException.class, () -> response.body().bytes());
    } finally {
      Http.close(client);
    }
  }

  /** Promises ten bytes, sends five, and ends. */
  private static void answer(Flow flow) throws IOException {
    BufferedReader head = new BufferedReader(new InputStreamReader(flow.inputStream(), US_ASCII));
    for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {}
    flow.write(US_ASCII.encode("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"));
  }
}
