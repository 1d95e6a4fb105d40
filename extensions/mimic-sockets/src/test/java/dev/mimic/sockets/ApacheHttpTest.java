package dev.mimic.sockets;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Apache's HTTP client and server, which know nothing of flows, over each kind of socket. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ForeignClientTest {

  /** Looks nothing up. */
  private static final class ByName implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) {
      return List.of(InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  private static CloseableHttpClient client(Kind.Sockets sockets) {
    SocketFactory sockets1 = sockets.clients();
    DefaultHttpClientConnectionOperator operator =
        new DefaultHttpClientConnectionOperator(
            proxy -> sockets1.createSocket(),
            null,
            sockets.kind() == Kind.JDK ? null : new ByName(),
            RegistryBuilder.<org.apache.hc.client5.http.ssl.TlsSocketStrategy>create().build());
    return HttpClients.custom()
        .setConnectionManager(new BasicHttpClientConnectionManager(operator, null))
        .disableAutomaticRetries()
        .build();
  }

  private static HttpServer serve(Kind.Sockets sockets) throws IOException {
    HttpServer server =
        ServerBootstrap.bootstrap()
            .setLocalAddress(InetAddress.getLoopbackAddress())
            .setServerSocketFactory(sockets.servers())
            .register(
                "/echo",
                (request, response, context) ->
                    response.setEntity(
                        new StringEntity(
                            "got " + EntityUtils.toString(request.getEntity()),
                            ContentType.TEXT_PLAIN)))
            .register(
                "/slow",
                (request, response, context) -> {
                  try {
                    boolean unused = new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                })
            .create();
    server.start();
    return server;
  }

  private static HttpHost at(HttpServer server) {
    return new HttpHost("http", "localhost", server.getLocalPort());
  }

  @ParameterizedTest
  @EnumSource
  void requestsAreAnsweredOverOneConnection(Kind kind) throws Exception {
    Kind.Sockets sockets = kind.sockets();
    HttpServer server = serve(sockets);
    try (CloseableHttpClient client = client(sockets)) {
      for (int i = 0; i < 3; i++) {
        HttpPost post = new HttpPost("/echo");
        post.setEntity(new StringEntity("hello " + i, ContentType.TEXT_PLAIN));
        String answer =
            client.execute(
                at(server), post, response -> EntityUtils.toString(response.getEntity()));
        assertThat(answer).isEqualTo("got hello " + i);
      }
    } finally {
      server.close(CloseMode.IMMEDIATE);
      server.awaitTermination(TimeValue.ofSeconds(10));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsSilentIsGivenUp(Kind kind) throws Exception {
    Kind.Sockets sockets = kind.sockets();
    HttpServer server = serve(sockets);
    try (CloseableHttpClient client = client(sockets)) {
      HttpGet get = new HttpGet("/slow");
      get.setConfig(RequestConfig.custom().setResponseTimeout(50, TimeUnit.MILLISECONDS).build());
      assertThrows(
          SocketTimeoutException.class,
          () -> client.execute(at(server), get, response -> response.getCode()));
    } finally {
      server.close(CloseMode.IMMEDIATE);
      server.awaitTermination(TimeValue.ofSeconds(10));
    }
  }
}
