package dev.mimic.benchmarks;

import dev.mimic.http.Http;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/** An HTTP client that keeps its connections between requests. Thread-safe. */
interface HttpStack extends Closeable {

  /** Returns the content of a successful response; closing it ends the exchange. */
  InputStream get(String url) throws IOException, InterruptedException;

  @Override
  void close();

  /** OkHttp, over any sockets. */
  final class OverOkHttp implements HttpStack {
    private static final int KEPT = 32; // by default 5, so that 32 at a time would reconnect

    private final OkHttpClient client;
    private final Protocol expected;

    OverOkHttp(OkHttpClient.Builder builder, boolean http2) {
      this.expected = http2 ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
      this.client =
          builder
              .connectionPool(new ConnectionPool(KEPT, 1, TimeUnit.MINUTES))
              .protocols(
                  http2 ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1))
              .build();
    }

    @Override
    public InputStream get(String url) throws IOException {
      Response response = client.newCall(new Request.Builder().url(url).build()).execute();
      if (response.code() != 200 || response.protocol() != expected) {
        response.close();
        throw new IOException("%s was expected, by %s".formatted(response, expected));
      }
      return response.body().byteStream();
    }

    @Override
    public void close() {
      Http.close(client);
      client.dispatcher().executorService().shutdown();
    }
  }

  /** The JDK's own. */
  final class OfJdk implements HttpStack {
    private final HttpClient client;
    private final HttpClient.Version expected;

    OfJdk(TlsCredentials credentials, boolean http2) throws IOException {
      this.expected = http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
      this.client =
          HttpClient.newBuilder().sslContext(credentials.context()).version(expected).build();
    }

    @Override
    public InputStream get(String url) throws IOException, InterruptedException {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200 || response.version() != expected) {
        response.body().close();
        throw new IOException("%s was expected, by %s".formatted(response, expected));
      }
      return response.body();
    }

    @Override
    public void close() {
      client.shutdownNow();
    }
  }
}
