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
 * HTTP over the flows of a resolver: an {@link OkHttpClient} whose connections the resolver makes,
 * and what a listener of a server is opened with.
 *
 * <pre>{@code
 * OkHttpClient client = Http.client(resolver).callTimeout(Duration.ofSeconds(10)).build();
 * Request request = new Request.Builder().url("https://example.org/").build();
 * try (Response response = client.newCall(request).execute()) {
 *   use(response.body().string());
 * }
 * }</pre>
 *
 * <p>All else is OkHttp's: time-outs, interceptors, cache, cookies, WebSocket. What is decided
 * here:
 *
 * <ul>
 *   <li>Names are looked up by the resolver's network alone. Proxies and jump hosts are the
 *       resolver's ({@code Network.HOPS}); those of the JVM's settings are not used.
 *   <li>{@code https} runs over the resolver's TLS: its provider, trust, client certificate, rules
 *       about names, and messages ({@link Tls#CLIENT}). A stream that is cut off without
 *       close_notify is an error.
 *   <li>A redirection from https to http is an error, as is an upgrade that was not asked for, and
 *       HTTP/2 content that is not as long as its content-length. An HTTP/1.1 connection on which
 *       more came than was asked for is not used again.
 *   <li>A {@code Cookie} field that the caller set is not sent to another server by a redirection,
 *       nor a {@code Host} field to another host.
 *   <li>A connection that cannot be made fails with a {@link dev.mimic.ResolutionException}, which
 *       says why.
 * </ul>
 *
 * <p>A client belongs to its caller; {@link #close} ends one. Two clients share nothing.
 */
public final class Http {
  static final int PORT = 80;
  static final int SECURE_PORT = 443;
  static final String SECURE_SCHEME = "https";

  /** The names of HTTP/2 and HTTP/1.1 in a TLS handshake (RFC 7301), in order of preference. */
  public static final List<String> ALPN = List.of("h2", "http/1.1");

  /**
   * The context to open a server's listener with, so that both versions are offered over TLS:
   * {@code resolver.listen("https://localhost:0", Http.OFFERED)}. Without it, HTTP/1.1 is spoken
   * there.
   */
  public static final Context OFFERED = Context.empty().with(Tls.ALPN, ALPN);

  private static final ConnectionSpec TLS_OF_THE_RESOLVER =
      new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
          .allEnabledCipherSuites()
          .allEnabledTlsVersions()
          .build();

  private Http() {}

  /** Returns the builder of a client that connects by this resolver to the host of each URL. */
  public static OkHttpClient.Builder client(MimicResolver resolver) {
    return client(resolver, Context.empty());
  }

  /**
   * Returns the builder of a client that connects by this resolver to the host of each URL.
   *
   * @param context comes before what the resolver itself has: hops, trust, an identity
   */
  public static OkHttpClient.Builder client(MimicResolver resolver, Context context) {
    return client(resolver, context, FlowSocketFactory.of(resolver).with(context));
  }

  /**
   * Returns the builder of a client whose every connection goes to one address, whatever host a URL
   * names: {@code unix:/run/x.sock}, for example. Redirections to other hosts go there, too.
   */
  public static OkHttpClient.Builder clientOver(MimicResolver resolver, String address) {
    return clientOver(resolver, address, Context.empty());
  }

  /**
   * Returns the builder of a client whose every connection goes to one address.
   *
   * @param context comes before what the resolver itself has
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
        .fastFallback(false) // the resolver races a name's addresses; this connects in its thread
        .proxy(Proxy.NO_PROXY)
        .sslSocketFactory(tls, tls.trustManager())
        .hostnameVerifier(TlsSocket::isVerified)
        .connectionSpecs(List.of(TLS_OF_THE_RESOLVER, ConnectionSpec.CLEARTEXT))
        .dispatcher(new Dispatcher(Executors.newVirtualThreadPerTaskExecutor()))
        .addInterceptor(new CallFailures())
        .addNetworkInterceptor(new ExchangeChecks());
  }

  /**
   * Cancels the calls of a client, and closes its connections. The client may still be used
   * afterwards. A call whose response is not closed keeps its connection until it is.
   */
  public static void close(OkHttpClient client) {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
