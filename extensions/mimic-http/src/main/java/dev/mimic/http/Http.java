package dev.mimic.http;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.sockets.FlowSocketFactory;
import dev.mimic.sockets.FlowSockets;
import dev.mimic.tls.Tls;
import java.net.Proxy;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.SocketFactory;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * HTTP over the flows of a resolver: an {@link OkHttpClient} whose connections are made by the
 * resolver, and the context for the listener of a server.
 *
 * <pre>{@code
 * OkHttpClient client = Http.client(resolver).callTimeout(Duration.ofSeconds(10)).build();
 * Request request = new Request.Builder().url("https://example.org/").build();
 * try (Response response = client.newCall(request).execute()) {
 *   use(response.body().string());
 * }
 * }</pre>
 *
 * <p>Timeouts, interceptors, cache, cookies and WebSocket are those of OkHttp. The differences:
 *
 * <ul>
 *   <li>Names are looked up by the resolver's network only. Proxies and jump hosts come from the
 *       resolver ({@code Network.HOPS}), not from the settings of the JVM.
 *   <li>{@code https} uses the resolver's TLS: its provider, trust, client certificate, name
 *       verification and messages ({@link Tls#CLIENT}). A stream truncated without close_notify is
 *       an error.
 *   <li>A redirection from https to http is an error, as is an upgrade without a request for it,
 *       and HTTP/2 content whose length differs from its content-length. An HTTP/1.1 connection
 *       with surplus bytes after a response is not reused.
 *   <li>A redirection does not send a {@code Cookie} field of the caller to another server, nor a
 *       {@code Host} field to another host.
 *   <li>A failed connection is a {@link dev.mimic.ResolutionException}, whose message gives the
 *       reason.
 * </ul>
 *
 * <p>The caller owns a client and ends it with {@link #close}. Clients share no state.
 */
public final class Http {
  static final int PORT = 80;
  static final int SECURE_PORT = 443;
  static final String SECURE_SCHEME = "https";

  /** The ALPN names (RFC 7301) of HTTP/2 and HTTP/1.1, in order of preference. */
  public static final List<String> ALPN = List.of("h2", "http/1.1");

  /**
   * The context for a server's listener that offers HTTP/2 and HTTP/1.1 over TLS: {@code
   * resolver.with(Http.OFFERED).listen("https://localhost:0")}. Without it, the listener negotiates
   * HTTP/1.1.
   */
  public static final Context OFFERED = Context.empty().with(Tls.ALPN, ALPN);

  private static final ConnectionSpec RESOLVER_TLS =
      new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
          .allEnabledCipherSuites()
          .allEnabledTlsVersions()
          .build();

  private Http() {}

  /** Returns the builder of a client that connects to the host of each URL by this resolver. */
  public static OkHttpClient.Builder client(MimicResolver resolver) {
    return client(resolver, Context.empty());
  }

  /**
   * Returns the builder of a client that connects to the host of each URL by this resolver.
   *
   * @param context values such as hops, trust or an identity, which take precedence over those of
   *     the resolver
   */
  public static OkHttpClient.Builder client(MimicResolver resolver, Context context) {
    return client(resolver, context, FlowSocketFactory.of(resolver).with(context));
  }

  /**
   * Returns the builder of a client that makes all connections to one address, such as {@code
   * unix:/run/x.sock}, regardless of the host in a URL. Redirections to other hosts go there too.
   */
  public static OkHttpClient.Builder clientOver(MimicResolver resolver, String address) {
    return clientOver(resolver, address, Context.empty());
  }

  /**
   * Returns the builder of a client that makes all connections to one address.
   *
   * @param context values that take precedence over those of the resolver
   */
  public static OkHttpClient.Builder clientOver(
      MimicResolver resolver, String address, Context context) {
    return client(resolver, context, FlowSocketFactory.ofAddress(resolver, address).with(context));
  }

  private static OkHttpClient.Builder client(
      MimicResolver resolver, Context context, SocketFactory sockets) {
    TlsSocketFactory tls = new TlsSocketFactory(resolver, context);
    return new OkHttpClient.Builder()
        .socketFactory(sockets)
        .dns(host -> List.of(FlowSockets.byName(host)))
        .fastFallback(false) // the resolver races the addresses of a name itself
        .proxy(Proxy.NO_PROXY)
        .sslSocketFactory(tls, tls.trustManager())
        .hostnameVerifier(TlsSocket::isVerified)
        .connectionSpecs(List.of(RESOLVER_TLS, ConnectionSpec.CLEARTEXT))
        .dispatcher(new Dispatcher(Executors.newVirtualThreadPerTaskExecutor()))
        .addInterceptor(new CallFailures())
        .addNetworkInterceptor(new ExchangeChecks());
  }

  /**
   * Cancels the calls of a client and closes its connections. The client can still be used. A call
   * keeps its connection until its response is closed.
   */
  public static void close(OkHttpClient client) {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
