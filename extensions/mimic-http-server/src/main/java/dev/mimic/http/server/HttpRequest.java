package dev.mimic.http.server;

import dev.mimic.FlowInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request, which an {@link HttpHandler} gets. Immutable, except for its body. */
public final class HttpRequest {
  private final String method;
  private final String site;
  private final String path;
  private final @Nullable String query;
  private final HttpHeaders headers;
  private final HttpBody body;
  private final FlowInfo flow;

  /** Makes a request of a site, such as {@code http://localhost:8080}. */
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
   * Returns the whole URL; its host is the one that the client named. Its query is as it was sent,
   * and may have characters that {@link java.net.URI} refuses, such as {@code |}.
   */
  public String url() {
    return urlWithoutQuery() + (query == null ? "" : "?" + query);
  }

  private String urlWithoutQuery() {
    return site + (path.startsWith("/") ? path : "/");
  }

  /**
   * Returns the path as it was sent, undecoded: {@code /a%2Fb}, {@code /a//b} and {@code /a/..;x}
   * are possible; a path that leaves the root, and {@code %00}, are refused with status 400. A
   * handler that maps it to files decodes it, and then checks it. {@code /} if there was none,
   * {@code *} for a request for the server as a whole.
   */
  public String path() {
    return path;
  }

  /** Returns the part after the question mark, undecoded. */
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

  /** Returns the body, a stream that can be read once, by one thread at a time. */
  public HttpBody body() {
    return body;
  }

  /** Returns what the connection is made of. */
  public FlowInfo flow() {
    return flow;
  }

  /** Returns the method and the URL without its query, which may hold a secret. */
  @Override
  public String toString() {
    return method + " " + urlWithoutQuery() + (query == null ? "" : "?…");
  }
}
