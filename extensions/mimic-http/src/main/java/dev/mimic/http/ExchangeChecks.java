package dev.mimic.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Mends what OkHttp 5.5 lets pass in a single exchange: refuses a redirection from https to http,
 * an upgrade that was not asked for, and HTTP/2 content that is shorter than its content-length
 * (RFC 9113, section 8.1.1); keeps a cookie and a Host field of the caller's from another server;
 * and drops an HTTP/1.1 connection on which more has come than the last response. A {@link
 * ProtocolException} is not tried again by OkHttp.
 */
final class ExchangeChecks implements Interceptor {
  private static final int SWITCHING_PROTOCOLS = 101;

  /** The methods that may be sent again (RFC 9110, section 9.2.2). */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  /** The connections that have answered a request. */
  private final Set<Connection> proven =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = forItsServer(chain.request(), chain.call().request());
    ReadAhead.of(chain).dropSurplus();
    Response response = proceed(chain, request);
    try {
      requireUpgradeAsked(response);
      if (chain.getFollowRedirects() && chain.getFollowSslRedirects()) {
        requireNoDowngrade(response);
      }
    } catch (ProtocolException e) {
      response.close();
      throw e;
    }
    return withCheckedBody(response);
  }

  /**
   * Proceeds, and says so where a connection of HTTP/2 fails that may be replaced: one that has
   * answered before, or any if the method is idempotent. OkHttp can lose a response that has come:
   * where the server ends a connection with its first response, and another thread has flushed the
   * request before the call does, the call finds the connection closed and looks for no response.
   */
  private Response proceed(Chain chain, Request request) throws IOException {
    Connection connection = requireNonNull(chain.connection(), "connection");
    try {
      Response response = chain.proceed(request);
      proven.add(connection);
      return response;
    } catch (ProtocolException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      boolean isReplaced = proven.contains(connection) || IDEMPOTENT.contains(request.method());
      throw isReplaced && connection.protocol() != Protocol.HTTP_1_1 && mayBeTheEnd(e)
          ? new EndedConnectionException(e)
          : e;
    }
  }

  /** Returns whether a connection may have ended, for which OkHttp cancels its streams. */
  private static boolean mayBeTheEnd(IOException failure) {
    return !(failure instanceof StreamResetException reset) || reset.errorCode == ErrorCode.CANCEL;
  }

  /** A connection has ended, and the request may be sent again on another one. */
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

  /** Returns a request without what the caller meant for the server of the first one. */
  private static Request forItsServer(Request request, Request first) {
    HttpUrl url = request.url();
    Request.Builder own = request.newBuilder();
    if (isFrom(first, request, "Cookie") && !isSameServer(url, first.url())) {
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

  private static String authority(HttpUrl url) {
    boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
    String host = url.host().indexOf(':') < 0 ? url.host() : "[" + url.host() + "]";
    return usual ? host : host + ":" + url.port();
  }

  private static boolean isSameServer(HttpUrl a, HttpUrl b) {
    return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
  }

  private static void requireUpgradeAsked(Response response) throws ProtocolException {
    if (response.code() == SWITCHING_PROTOCOLS && response.request().header("Upgrade") == null) {
      throw new ProtocolException(
          "%s: the server switched to another protocol without being asked"
              .formatted(response.request().url().redact()));
    }
  }

  private static void requireNoDowngrade(Response response) throws ProtocolException {
    HttpUrl from = response.request().url();
    HttpUrl to = target(response);
    if (from.isHttps() && to != null && !to.isHttps()) {
      throw new ProtocolException(
          "%s redirects to %s, which is not encrypted: ask for that URL by itself if it is meant"
              .formatted(from.redact(), to.redact()));
    }
  }

  private static @Nullable HttpUrl target(Response response) {
    String location = response.isRedirect() ? response.header("Location") : null;
    return location == null ? null : response.request().url().resolve(location);
  }

  private static Response withCheckedBody(Response response) {
    ResponseBody body = response.body();
    long promised = promised(response);
    return promised < 0
        ? response
        : response
            .newBuilder()
            .body(
                ResponseBody.create(
                    Okio.buffer(new CheckedSource(body.source(), promised)),
                    body.contentType(),
                    promised))
            .build();
  }

  /** Returns how many bytes an HTTP/2 response must have; -1 if any number will do. */
  private static long promised(Response response) {
    boolean isHttp2 =
        response.protocol() == Protocol.HTTP_2
            || response.protocol() == Protocol.H2_PRIOR_KNOWLEDGE;
    return isHttp2 && !response.request().method().equals("HEAD")
        ? response.body().contentLength()
        : -1;
  }

  /** A response's content, whose length is checked at its end. */
  private static final class CheckedSource extends ForwardingSource {
    private final long promised;
    private long received;

    CheckedSource(Source content, long promised) {
      super(content);
      this.promised = promised;
    }

    @Override
    public long read(Buffer sink, long most) throws IOException {
      long count = super.read(sink, most);
      received += Math.max(count, 0);
      if (count < 0 && received < promised) {
        throw new ProtocolException(
            "the response ended after %d bytes, and its content-length is %d"
                .formatted(received, promised));
      }
      return count;
    }
  }
}
