package dev.mimic.junit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.http.server.HttpResponse;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MimicExtension.class)
class TestWebTest {
  private static Call call(OkHttpClient client, String url) {
    return client.newCall(new Request.Builder().url(url).build());
  }

  @Test
  void body_cutInMiddle_isReadByRetry(InMemoryNetwork network, TestWeb web) throws IOException {
    String text = "hello ".repeat(100_000);
    web.serve("https://api.example.com", text);
    // More than the buffers hold: OkHttp has read the head, and does not retry by itself.
    network.inject(Faults.resetAfter(300_000).from("api.example.com").once());
    Call call = call(web.client("web"), "https://api.example.com");

    assertThrows(IOException.class, () -> call.execute().body().string());

    assertThat(call.clone().execute().body().string()).isEqualTo(text);
    NetworkSubject.assertThat(network).hasReset();
    NetworkSubject.assertThat(network).connections("web", "api.example.com").isEqualTo(2);
    NetworkSubject.assertThat(network).bytes("api.example.com", "web").isAtLeast(900_000L);
  }

  @Test
  void servers_ofSeveralUrls_answerByHost(TestWeb web) throws IOException {
    web.serve("http://plain:8080", request -> HttpResponse.of(200, request.path()));
    web.serve("https://[2001:db8::99]", "by address");
    OkHttpClient client = web.client();

    assertThat(call(client, "http://plain:8080/x").execute().body().string()).isEqualTo("/x");
    assertThat(call(client, "https://[2001:db8::99]/").execute().body().string())
        .isEqualTo("by address");
  }
}
