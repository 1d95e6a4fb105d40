package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.FlowServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SmokeTest {
  @ParameterizedTest
  @EnumSource(Way.Kind.class)
  void smoke(Way.Kind kind) throws Exception {
    try (Way way = new Way(kind)) {
      FlowServer server =
          way.serve(
              flow -> {
                BufferedReader lines =
                    new BufferedReader(new InputStreamReader(flow.inputStream(), ISO_8859_1));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.isEmpty()) {
                    flow.write(ISO_8859_1.encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
                  }
                }
              });
      OkHttpClient client =
          way.build(
              way.client(server.address()).protocols(java.util.List.of(okhttp3.Protocol.HTTP_1_1)));
      for (int i = 0; i < 3; i++) {
        Request request = new Request.Builder().url(way.url(server.address()) + "/").build();
        try (Response response = client.newCall(request).execute()) {
          assertThat(response.body().string()).isEqualTo("hi");
        }
      }
    }
  }
}
