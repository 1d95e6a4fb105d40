package dev.mimic.http;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * What OkHttp 5.5 leaves to its users: refuses a redirection from https to http, an upgrade that
 * was not asked for, and HTTP/2 content that is not as long as its content-length (RFC 9113,
 * section 8.1.1); and keeps a cookie of the caller's from another server. A {@link
 * ProtocolException} is not tried again by OkHttp.
 */
final class ExchangeChecks implements Interceptor {
  private static final int SWITCHING_PROTOCOLS = 101;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response =
        chain.proceed(withoutForeignCookie(chain.request(), chain.call().request()));
    try {
      requireUpgradeAsked(response);
      if (chain.getFollowRedirects() && chain.getFollowSslRedirects()) {
        requireNoDowngrade(response);
      }
    } catch (ProtocolException e) {
      response.close();
      throw e;
    }
    return withExactLength(response);
  }

  private static Request withoutForeignCookie(Request request, Request first) {
    String cookie = first.header("Cookie");
    return cookie != null
            && cookie.equals(request.header("Cookie"))
            && !isSameServer(request.url(), first.url())
        ? request.newBuilder().removeHeader("Cookie").build()
        : request;
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

  private static Response withExactLength(Response response) {
    ResponseBody body = response.body();
    boolean counts =
        response.protocol() == Protocol.HTTP_2
            || response.protocol() == Protocol.H2_PRIOR_KNOWLEDGE;
    if (!counts || body.contentLength() < 0 || response.request().method().equals("HEAD")) {
      return response;
    }
    Source exact = new ExactSource(body.source(), body.contentLength());
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(exact), body.contentType(), body.contentLength()))
        .build();
  }

  /** Content that must be as long as was promised. */
  private static final class ExactSource extends ForwardingSource {
    private final long length;
    private long left;

    ExactSource(Source content, long length) {
      super(content);
      this.length = length;
      this.left = length;
    }

    @Override
    public long read(Buffer sink, long most) throws IOException {
      long count = super.read(sink, most);
      left -= Math.max(count, 0);
      if (left < 0 || (count < 0 && left > 0)) {
        throw new ProtocolException(
            "the response has %s bytes than the %d of its content-length"
                .formatted(left < 0 ? "more" : "fewer", length));
      }
      return count;
    }
  }
}
