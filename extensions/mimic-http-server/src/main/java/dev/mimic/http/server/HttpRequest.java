package dev.mimic.http.server;

import dev.mimic.flow.FlowInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The request that an {@link HttpHandler} answers. Immutable, except for its body. */
public final class HttpRequest {
  private final String method;
  private final String site;
  private final String path;
  private final @Nullable String query;
  private final HttpHeaders headers;
  private final HttpBody body;
  private final FlowInfo flow;

  /** Creates a request; {@code site} is scheme and authority, as {@code http://localhost:8080}. */
  HttpRequest(
      String method,
      String site,
      String path,
      @Nullable String query,
      HttpHeaders headers,
      HttpBody body,
      FlowInfo flow) {
    this.method = method;
    this.site = site;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
    this.flow = flow;
  }

  /** Returns the method. */
  public String method() {
    return method;
  }

  /**
   * Returns the whole URL. Its host is the one that the client sent. The query is not decoded and
   * can have characters that {@link java.net.URI} refuses, such as {@code |}.
   */
  public String url() {
    return urlWithoutQuery() + (query == null ? "" : "?" + query);
  }

  private String urlWithoutQuery() {
    return site + (path.startsWith("/") ? path : "/");
  }

  /**
   * Returns the path without decoding; {@code /a%2Fb}, {@code /a//b} and {@code /a/..;x} are
   * possible. It is {@code /} if the client sent none, and {@code *} for a request about the server
   * as a whole. A path that leaves the root and {@code %00} are refused with status 400.
   *
   * <p>A handler that maps the path to files must decode it first and check the result.
   */
  public String path() {
    return path;
  }

  /** Returns the part after the question mark, without decoding. */
  public Optional<String> query() {
    return Optional.ofNullable(query);
  }

  /** Returns the header fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /** Returns the value of the first header field of this name. */
  public Optional<String> header(String name) {
    return headers.first(name);
  }

  /** Returns the body, a stream that can be read once and by one thread at a time. */
  public HttpBody body() {
    return body;
  }

  /** Returns the description of the connection. */
  public FlowInfo flow() {
    return flow;
  }

  /** Returns the method and the URL without its query, which can contain a secret. */
  @Override
  public String toString() {
    return method + " " + urlWithoutQuery() + (query == null ? "" : "?…");
  }
}
