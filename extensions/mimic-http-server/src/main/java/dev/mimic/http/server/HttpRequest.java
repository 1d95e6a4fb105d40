package dev.mimic.http.server;

import dev.mimic.FlowInfo;
import java.net.URI;
import java.util.Optional;

/** A request, which an {@link HttpHandler} gets. Immutable, except for its body. */
public final class HttpRequest {
  private final String method;
  private final URI url;
  private final String path;
  private final HttpHeaders headers;
  private final HttpBody body;
  private final FlowInfo flow;

  HttpRequest(
      String method, URI url, String path, HttpHeaders headers, HttpBody body, FlowInfo flow) {
    this.method = method;
    this.url = url;
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.flow = flow;
  }

  /** Returns the method. */
  public String method() {
    return method;
  }

  /** Returns the whole URL; its host is the one that the client named. */
  public String url() {
    return url.toString();
  }

  /**
   * Returns the path as it was sent, undecoded: {@code /a%2Fb}, {@code /a//b} and {@code /..;x} are
   * possible. A handler that maps it to files decodes it, and then checks it. {@code /} if there
   * was none, {@code *} for a request for the server as a whole.
   */
  public String path() {
    return path;
  }

  /** Returns the part after the question mark, undecoded. */
  public Optional<String> query() {
    return Optional.ofNullable(url.getRawQuery());
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
    String text = url.toString();
    int query = text.indexOf('?');
    return method + " " + (query < 0 ? text : text.substring(0, query) + "?…");
  }
}
