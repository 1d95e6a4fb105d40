package dev.mimic.junit;

import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowListener;
import dev.mimic.guice.Deployment;
import dev.mimic.guice.MimicModule;
import dev.mimic.http.Http;
import dev.mimic.http.HttpModule;
import dev.mimic.http.server.HttpHandler;
import dev.mimic.http.server.HttpResponse;
import dev.mimic.http.server.HttpServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;

/**
 * HTTP servers and clients on the network of a test, by Jetty and OkHttp. Each server of {@code
 * https} gets a certificate from an authority of this object, which its clients trust. {@link
 * MimicExtension} closes the servers and clients when the test ends. Thread-safe.
 *
 * <pre>{@code
 * web.serve("https://api.example.com", request -> HttpResponse.of(200, "hello"));
 * OkHttpClient client = web.client();
 * }</pre>
 */
public final class TestWeb implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final InMemoryNetwork network;
  private final TestAuthority authority = TestAuthority.create();
  private final Context trust;
  private final MimicResolver local; // of the servers, and of clients without a host
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final List<OkHttpClient> clients = new CopyOnWriteArrayList<>();

  TestWeb(InMemoryNetwork network) {
    this.network = network;
    this.trust = Context.empty().with(Tls.TRUST, TlsTrust.of(authority.root()));
    this.local = resolver(network, new InMemoryModule(network));
  }

  /**
   * Serves HTTP/1.1 and HTTP/2 on the host of a URL, which is created if the network has none of
   * that name.
   *
   * @param url the scheme, the host and optionally the port, such as {@code
   *     https://api.example.com}
   * @return the server, for tests that stop it themselves
   */
  public HttpServer serve(String url, HttpHandler handler) throws IOException {
    requireNonNull(handler, "handler");
    MimicResolver resolver = local.with(Http.OFFERED);
    URI parsed = URI.create(url);
    if ("https".equalsIgnoreCase(parsed.getScheme()) && parsed.getHost() != null) {
      resolver = resolver.with(Tls.IDENTITY, identity(parsed.getHost()));
    }
    FlowListener listener = resolver.listen(url);
    HttpServer server =
        HttpServer.builder().timeSource(network.timeSource()).serve(listener, handler);
    servers.add(server);
    return server;
  }

  /** Serves this text under every path, as {@link #serve(String, HttpHandler)} does. */
  public HttpServer serve(String url, String text) throws IOException {
    return serve(url, request -> HttpResponse.of(200, text));
  }

  private TlsIdentity identity(String host) {
    TestCertificate certificate = authority.certificate(host.replaceAll("[\\[\\]]", ""));
    return TlsIdentity.of(certificate.privateKey(), certificate.chain());
  }

  /** Returns the authority of the servers' certificates, for clients of other kinds. */
  public TestAuthority authority() {
    return authority;
  }

  /** Returns a new client on {@code localhost}, with the defaults of OkHttp. */
  public OkHttpClient client() {
    return client(local);
  }

  /** Returns a new client on this host, which is created if there is none of that name. */
  public OkHttpClient client(String host) {
    return client(resolver(network, new InMemoryModule(network.host(host))));
  }

  private OkHttpClient client(MimicResolver resolver) {
    OkHttpClient client = Http.client(resolver, trust).build();
    clients.add(client);
    return client;
  }

  private static MimicResolver resolver(InMemoryNetwork network, InMemoryModule target) {
    MimicModule clock = new TestRun.ClockModule(network.timeSource());
    return Deployment.of("test", new TlsModule(), new HttpModule(), target, clock).resolver();
  }

  /** Closes the clients and stops the servers, which can take 2 seconds if a handler is busy. */
  @Override
  public void close() {
    clients.forEach(Http::close);
    for (HttpServer each : servers) {
      boolean unused = each.stop(STOP_TIMEOUT);
    }
  }
}
