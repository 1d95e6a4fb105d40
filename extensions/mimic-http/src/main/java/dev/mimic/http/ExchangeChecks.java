package dev.mimic.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.regex.Pattern;
import okhttp3.Connection;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.internal.connection.RealConnection;
import okhttp3.internal.http2.ConnectionShutdownException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * A network interceptor that corrects OkHttp 5.5 in single exchanges. Each correction is a row of
 * {@code docs/guide/http.md}.
 *
 * <p>It records the exchanges in the call's {@link Attempt}. {@link CallFailures} uses that to
 * decide whether a request can be sent again.
 */
final class ExchangeChecks implements Interceptor {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  /** The fields that delimit a response. OkHttp has used them before this interceptor runs. */
  private static final Set<String> FRAMING =
      Set.of("connection", "content-length", "transfer-encoding");

  /** The idempotent methods (RFC 9110, section 9.2.2), whose requests can be repeated. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  /** The connections that have answered a request, with the bytes read ahead on them. */
  private final Map<Connection, ReadAhead> proven =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** The exchanges of the current attempt of a call. */
  static final class Attempt {
    private volatile @Nullable Request first;
    private volatile boolean answered;

    static Attempt of(Chain chain) {
      return chain.call().tag(Attempt.class, Attempt::new);
    }

    void begin() {
      first = null;
      answered = false;
    }

    /** Returns whether no request of this attempt has been answered. */
    boolean isUnanswered() {
      return !answered;
    }

    /** Returns whether the first request is idempotent, or no request has been answered. */
    boolean mayBeRepeated() {
      Request request = first;
      return !answered || (request != null && IDEMPOTENT.contains(request.method()));
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Attempt attempt = Attempt.of(chain);
    Request first = attempt.first;
    if (first == null) {
      first = chain.request();
      attempt.first = first;
    }
    Request request = withoutForeignFields(chain, first);
    Connection connection = requireNonNull(chain.connection(), "connection");
    ReadAhead known = proven.get(connection);
    ReadAhead readAhead = known == null ? ReadAhead.of(chain, connection) : known;
    if (known != null) {
      known.closeIfSurplus();
    }
    Response response = proceed(chain, connection, request);
    if (known == null) {
      proven.put(connection, readAhead);
    }
    attempt.answered = true;
    return checked(chain, connection, response); // OkHttp drops the connection if this throws
  }

  /**
   * Proceeds; throws {@link EndedConnectionException} if an HTTP/2 connection has ended and can be
   * replaced. That is a connection that has answered a request before, or any connection if the
   * method is idempotent. OkHttp can lose a received response: if the server ends the connection
   * with its first response, and another thread flushes the request before the call does, the call
   * finds the connection closed and does not read the response.
   */
  private Response proceed(Chain chain, Connection connection, Request request) throws IOException {
    try {
      return chain.proceed(request);
    } catch (ProtocolException | InterruptedIOException | ConnectionShutdownException e) {
      throw e;
    } catch (IOException e) {
      boolean isReplaceable =
          proven.containsKey(connection) || IDEMPOTENT.contains(request.method());
      throw isReplaceable && hasEnded(connection) ? new EndedConnectionException(e) : e;
    }
  }

  private static boolean hasEnded(Connection connection) {
    return connection.protocol() != Protocol.HTTP_1_1
        && connection instanceof RealConnection real
        && !real.isHealthy(false);
  }

  /** The failure of an exchange whose connection has ended, and that can be repeated on another. */
  static final class EndedConnectionException extends IOException {
    private final IOException failure;

    EndedConnectionException(IOException failure) {
      super(failure.getMessage(), failure);
      this.failure = failure;
    }

    IOException failure() {
      return failure;
    }
  }

  // ---- Requests

  /** Returns the request without fields that the caller set for the server of the first request. */
  private static Request withoutForeignFields(Chain chain, Request first) {
    Request request = chain.request();
    HttpUrl url = request.url();
    if (isSameServer(url, first.url())) {
      return request;
    }
    Request.Builder own = request.newBuilder();
    if (isFrom(first, request, "Cookie") && chain.getCookieJar().loadForRequest(url).isEmpty()) {
      own.removeHeader("Cookie");
    }
    if (isFrom(first, request, "Host") && !url.host().equals(first.url().host())) {
      own.header("Host", authority(url));
    }
    return own.build();
  }

  private static boolean isFrom(Request first, Request request, String name) {
    String value = first.header(name);
    return value != null && value.equals(request.header(name));
  }

  private static boolean isSameServer(HttpUrl a, HttpUrl b) {
    return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
  }

  private static String authority(HttpUrl url) {
    boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
    String host = url.host().indexOf(':') < 0 ? url.host() : "[" + url.host() + "]";
    return usual ? host : host + ":" + url.port();
  }

  // ---- Responses

  private static Response checked(Chain chain, Connection connection, Response response)
      throws IOException {
    requireUpgradeAsked(response);
    requireLength(response);
    Response unfolded = unfolded(response);
    if (chain.getFollowRedirects() && chain.getFollowSslRedirects()) {
      requireNoDowngrade(unfolded);
    }
    boolean hasNoContent = response.code() == NO_CONTENT || response.code() == NOT_MODIFIED;
    return hasNoContent ? withoutContent(connection, unfolded) : withCheckedBody(unfolded);
  }

  private static void requireUpgradeAsked(Response response) throws RefusedResponseException {
    if (response.code() == SWITCHING_PROTOCOLS && response.request().header("Upgrade") == null) {
      throw new RefusedResponseException(
          response, "the server switched to another protocol without being asked");
    }
  }

  /** Requires numeric and equal values of Content-Length (RFC 9112, section 6.3). */
  private static void requireLength(Response response) throws RefusedResponseException {
    List<String> lengths = response.headers("Content-Length");
    for (String each : lengths) {
      if (!LENGTH.matcher(each).matches()) {
        throw new RefusedResponseException(
            response, "the Content-Length of the response is not a number");
      }
      if (!each.equals(lengths.getFirst())) {
        throw new RefusedResponseException(
            response, "the response has several values of Content-Length");
      }
    }
  }

  /**
   * Returns the response with each folded field joined to one line (RFC 9112, section 5.2). OkHttp
   * reads continuation lines as fields whose names are empty or begin with a space.
   */
  private static Response unfolded(Response response) throws RefusedResponseException {
    Headers headers = response.headers();
    if (!hasFolded(headers)) {
      return response;
    }
    Headers.Builder joined = new Headers.Builder();
    String name = "";
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < headers.size(); i++) {
      if (isFolded(headers.name(i))) {
        if (name.isEmpty() || FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
          throw new RefusedResponseException(
              response, "a line of the response head is not a valid field");
        }
        String colon = headers.name(i).isEmpty() ? "" : ": ";
        value.append(' ').append((headers.name(i) + colon + headers.value(i)).strip());
      } else {
        if (!name.isEmpty()) {
          joined.addUnsafeNonAscii(name, value.toString().strip());
        }
        name = headers.name(i);
        value = new StringBuilder(headers.value(i));
      }
    }
    joined.addUnsafeNonAscii(name, value.toString().strip());
    return response.newBuilder().headers(joined.build()).build();
  }

  private static boolean hasFolded(Headers headers) {
    for (int i = 0; i < headers.size(); i++) {
      if (isFolded(headers.name(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFolded(String name) {
    return name.isEmpty() || name.charAt(0) == ' ' || name.charAt(0) == '\t';
  }

  private static void requireNoDowngrade(Response response) throws RefusedResponseException {
    HttpUrl from = response.request().url();
    HttpUrl to = target(response);
    if (from.isHttps() && to != null && !to.isHttps()) {
      throw new RefusedResponseException(
          response,
          "the server redirects to %s, which is not encrypted: request that URL directly to allow it"
              .formatted(to.redact()));
    }
  }

  private static @Nullable HttpUrl target(Response response) {
    String location = response.isRedirect() ? response.header("Location") : null;
    return location == null ? null : response.request().url().resolve(location);
  }

  /** Returns a response without content; its status allows none, despite its Content-Length. */
  private static Response withoutContent(Connection connection, Response response)
      throws IOException {
    ResponseBody body = response.body();
    if (body.contentLength() <= 0) {
      return response;
    }
    if (connection.protocol() == Protocol.HTTP_1_1) {
      connection.socket().close(); // OkHttp would wait for the content
    }
    body.close();
    return response.newBuilder().body(ResponseBody.create(new byte[0], body.contentType())).build();
  }

  private static Response withCheckedBody(Response response) {
    ResponseBody body = response.body();
    boolean isComplete =
        response.protocol() == Protocol.HTTP_1_1 || response.request().method().equals("HEAD");
    long promised = isComplete ? -1 : body.contentLength();
    return promised < 0
        ? response
        : response
            .newBuilder()
            .body(
                ResponseBody.create(
                    Okio.buffer(new CheckedSource(response, promised)),
                    body.contentType(),
                    promised))
            .build();
  }

  /** The content of an HTTP/2 response, with a check of its length at the end. */
  private static final class CheckedSource extends ForwardingSource {
    private final Response response;
    private final long promised;
    private long received;

    CheckedSource(Response response, long promised) {
      super(response.body().source());
      this.response = response;
      this.promised = promised;
    }

    @Override
    public long read(Buffer sink, long maxBytes) throws IOException {
      long count = super.read(sink, maxBytes);
      received += Math.max(count, 0);
      if (count < 0 && received < promised) {
        throw new RefusedResponseException(
            response, "the response ended after %d bytes of %d".formatted(received, promised));
      }
      return count;
    }
  }
}
