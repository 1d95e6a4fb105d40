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

/** Tests of Apache's unmodified HTTP client and server over each kind of socket. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ApacheHttpTest {
  private final CountDownLatch testEnd = new CountDownLatch(1);

  /** A resolver that returns unresolved addresses. */
  private static final class UnresolvedNames implements DnsResolver {
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

  private static CloseableHttpClient client(SocketKind.Sockets sockets) {
    SocketFactory factory = sockets.clients();
    DefaultHttpClientConnectionOperator operator =
        new DefaultHttpClientConnectionOperator(
            proxy -> factory.createSocket(),
            null,
            sockets.kind() == SocketKind.JDK ? null : new UnresolvedNames(),
            RegistryBuilder.<org.apache.hc.client5.http.ssl.TlsSocketStrategy>create().build());
    return HttpClients.custom()
        .setConnectionManager(new BasicHttpClientConnectionManager(operator, null))
        .disableAutomaticRetries()
        .build();
  }

  private HttpServer serve(SocketKind.Sockets sockets) throws IOException {
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
                    boolean unused = testEnd.await(60, TimeUnit.SECONDS);
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
  void requests_overOneConnection_areAnswered(SocketKind kind) throws Exception {
    SocketKind.Sockets sockets = kind.sockets();
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
  void server_silent_timesOut(SocketKind kind) throws Exception {
    SocketKind.Sockets sockets = kind.sockets();
    HttpServer server = serve(sockets);
    try (CloseableHttpClient client = client(sockets)) {
      HttpGet get = new HttpGet("/slow");
      get.setConfig(RequestConfig.custom().setResponseTimeout(50, TimeUnit.MILLISECONDS).build());
      assertThrows(
          SocketTimeoutException.class,
          () -> client.execute(at(server), get, response -> response.getCode()));
    } finally {
      testEnd.countDown(); // an interrupt can come before the handler waits
      server.close(CloseMode.IMMEDIATE);
      server.awaitTermination(TimeValue.ofSeconds(10));
    }
  }
}
