package dev.mimic.benchmarks;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.guice.MimicModule;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpBody;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.nio.ByteBuffer;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A server that responds to each GET with the same bytes, by HTTP/1.1 in the clear or by HTTP/2
 * over TLS.
 */
interface HttpServing extends AutoCloseable {
  int port();

  @Override
  void close();

  static HttpServing start(String server, boolean http2, TlsCredentials tls, byte[] content)
      throws Exception {
    return switch (server) {
      case "mimic" -> mimic(http2, tls, content);
      case "jetty" -> jetty(http2, tls, content);
      default -> throw new IllegalArgumentException("no such server: " + server);
    };
  }

  private static HttpServing mimic(boolean http2, TlsCredentials tls, byte[] content)
      throws Exception {
    MimicResolver resolver =
        Guice.createInjector(
                new UnixLikeModule(), new TlsModule(), new HttpModule(), new Identity(tls))
            .getInstance(MimicResolver.class);
    HttpBody body = HttpBody.of(content);
    HttpServer server =
        HttpServer.listen(
            resolver,
            (http2 ? "https" : "http") + "://127.0.0.1:0",
            request -> HttpResponse.of(200, body));
    int port = Integer.parseInt(server.address().replaceFirst(".*:", ""));
    return new HttpServing() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  private static HttpServing jetty(boolean http2, TlsCredentials tls, byte[] content)
      throws Exception {
    Server server = new Server();
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
    ServerConnector connector =
        http2 ? secure(server, configuration, tls, http1) : new ServerConnector(server, http1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Same(content));
    server.start();
    return new HttpServing() {
      @Override
      public int port() {
        return connector.getLocalPort();
      }

      @Override
      public void close() {
        LifeCycle.stop(server);
      }
    };
  }

  private static ServerConnector secure(
      Server server,
      HttpConfiguration configuration,
      TlsCredentials tls,
      HttpConnectionFactory http1)
      throws Exception {
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setSslContext(tls.context());
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    return new ServerConnector(
        server,
        new SslConnectionFactory(context, alpn.getProtocol()),
        alpn,
        new HTTP2ServerConnectionFactory(configuration),
        http1);
  }

  /** Jetty's way to answer with bytes that are there. */
  final class Same extends Handler.Abstract {
    private final byte[] content;

    Same(byte[] content) {
      this.content = content;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.getHeaders().put("Content-Length", content.length);
      response.write(true, ByteBuffer.wrap(content), callback);
      return true;
    }
  }

  /** The server's certificate. */
  final class Identity extends MimicModule {
    private final TlsCredentials tls;

    Identity(TlsCredentials tls) {
      this.tls = tls;
    }

    @Override
    protected void contribute() {
      bindValue(Tls.IDENTITY, tls.identity());
    }
  }
}
