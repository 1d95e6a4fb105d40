package dev.mimic.git;

import static com.google.common.collect.Comparators.max;
import static com.google.common.collect.Comparators.min;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.Http;
import java.io.File;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP connections of one JGit transport, with OkHttp over the flows of a resolver. The
 * transport closes it.
 */
final class FlowHttp implements HttpConnectionFactory2, HttpConnectionFactory2.GitSession {
  // The range of timeouts of OkHttp.
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  static final Duration MAX_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

  private final OkHttpClient client;
  private final GitAddress at;
  private final HttpCredentials credentials;
  private final @Nullable File folder;
  private final Limits limits;
  private final List<HttpExchange> exchanges = new ArrayList<>();

  /**
   * Creates a factory without connections.
   *
   * @param limits the time limits. That on connecting also applies to the response of a request
   *     without a body. A server may need more time for a request with one.
   * @param at the only server that receives credentials
   * @param folder a private folder for large request bodies
   */
  FlowHttp(
      MimicResolver resolver,
      Context context,
      Limits limits,
      GitAddress at,
      HttpCredentials credentials,
      @Nullable File folder) {
    this.limits = limits;
    this.at = at;
    this.credentials = credentials;
    this.folder = folder;
    this.client =
        Http.client(resolver, context)
            .followRedirects(false) // JGit follows them, and sends later requests to the new server
            .connectTimeout(inRange(limits.timeout()))
            .readTimeout(inRange(limits.silenceTimeout()))
            .writeTimeout(inRange(limits.silenceTimeout()))
            .build();
  }

  /** Returns the nearest timeout that OkHttp accepts. */
  static Duration inRange(Duration limit) {
    return max(MIN_TIMEOUT, min(limit, MAX_TIMEOUT));
  }

  @Override
  public HttpConnection create(URL url) {
    HttpExchange exchange = new HttpExchange(url, client, at, credentials, limits, folder);
    exchanges.add(exchange);
    return exchange;
  }

  /** Ignores the proxy of the JVM, since the resolver chooses proxies. */
  @Override
  public HttpConnection create(URL url, Proxy proxy) {
    return create(url);
  }

  @Override
  public GitSession newSession() {
    return this;
  }

  /** Ignores {@code http.sslVerify} of git: the resolver always verifies certificates. */
  @Override
  public HttpConnection configure(HttpConnection connection, boolean sslVerify) {
    return connection;
  }

  @Override
  public void close() {
    exchanges.forEach(HttpExchange::close);
    Http.close(client);
  }
}
