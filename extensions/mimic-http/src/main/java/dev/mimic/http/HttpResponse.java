package dev.mimic.http;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * A response: what a client returns as soon as its head is here, and what an {@link HttpHandler}
 * answers with. Immutable, but for its body.
 *
 * <p><b>Ownership.</b> Who gets one from a client closes it, or reads its body to the end. Closing
 * it before the end tells the server that no more is wanted; over HTTP/1.1 that ends the
 * connection. A handler hands over what it returns.
 */
public final class HttpResponse implements Closeable {
  private static final int FIRST_STATUS = 200;
  private static final int LAST_STATUS = 599;

  private final int status;
  private final HttpHeaders headers;
  private final HttpBody body;
  private final HttpVersion version;
  private final String url;

  HttpResponse(int status, HttpHeaders headers, HttpBody body, HttpVersion version, String url) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.version = version;
    this.url = url;
  }

  /** Returns an answer with this status and an empty body. */
  public static HttpResponse of(int status) {
    return of(status, HttpBody.empty());
  }

  /** Returns an answer of text. */
  public static HttpResponse of(int status, String text) {
    return of(status, HttpBody.of(text));
  }

  /**
   * Returns an answer with this status and body.
   *
   * @param status from 200 to 599
   */
  public static HttpResponse of(int status, HttpBody body) {
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      throw new IllegalArgumentException("status (%d) must be from 200 to 599".formatted(status));
    }
    return new HttpResponse(
        status, HttpHeaders.empty(), requireNonNull(body, "body"), HttpVersion.HTTP_1_1, "");
  }

  /** Returns this response with these headers in place of its own. */
  public HttpResponse withHeaders(HttpHeaders replacing) {
    return new HttpResponse(status, requireNonNull(replacing, "replacing"), body, version, url);
  }

  /** Returns this response with this header field in place of those of its name. */
  public HttpResponse withHeader(String name, String value) {
    return withHeaders(headers.with(name, value));
  }

  /** Returns the status code, such as 200. */
  public int status() {
    return status;
  }

  /** Returns the header fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /** Returns the value of the first header field of this name. */
  public Optional<String> header(String name) {
    return headers.first(name);
  }

  /**
   * Returns the body. That of a response which was received is a stream, which can be read once,
   * and by one thread at a time; what the server sends is read ahead by a bounded amount only.
   */
  public HttpBody body() {
    return body;
  }

  /** Returns the version by which it was received. */
  public HttpVersion version() {
    return version;
  }

  /** Returns the URL that it is from, which is another than the request's after redirections. */
  public String url() {
    return url;
  }

  /** Closes the body; does nothing the second time. */
  @Override
  public void close() throws IOException {
    body.close();
  }

  /** Returns the version and the status, such as {@code HTTP/2 200}. */
  @Override
  public String toString() {
    return version + " " + status;
  }
}
