package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/** The response of an {@link HttpHandler}. Immutable, except for its body. */
public final class HttpResponse {
  private static final int FIRST_STATUS = 200;
  private static final int LAST_STATUS = 599;
  private static final int SERVER_FIELDS_BYTES = 512; // reserved for fields that the server adds
  private static final int FIELD_OVERHEAD_BYTES = 32; // RFC 9113, section 6.5.2

  private final int status;
  private final HttpHeaders headers;
  private final HttpBody body;

  private HttpResponse(int status, HttpHeaders headers, HttpBody body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** Returns a response with this status and an empty body. */
  public static HttpResponse of(int status) {
    return of(status, HttpBody.empty());
  }

  /** Returns a response with this status and a body of text. */
  public static HttpResponse of(int status, String text) {
    return of(status, HttpBody.of(text));
  }

  /**
   * Returns a response with this status and body.
   *
   * @param status from 200 to 599
   */
  public static HttpResponse of(int status, HttpBody body) {
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      throw new IllegalArgumentException("status (%d) must be from 200 to 599".formatted(status));
    }
    return new HttpResponse(status, HttpHeaders.empty(), requireNonNull(body, "body"));
  }

  /**
   * Returns this response with these headers in place of its own.
   *
   * @throws IllegalArgumentException if the head of the response would exceed 32 KiB
   */
  public HttpResponse withHeaders(HttpHeaders replacing) {
    int bytes = SERVER_FIELDS_BYTES;
    for (Map.Entry<String, String> field : replacing.fields()) {
      bytes += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD_BYTES;
    }
    if (bytes > FlowConnector.MAX_HEAD_BYTES) {
      throw new IllegalArgumentException(
          "the head of the response would have %d bytes, more than %d: send large values in the body"
              .formatted(bytes, FlowConnector.MAX_HEAD_BYTES));
    }
    return new HttpResponse(status, requireNonNull(replacing, "replacing"), body);
  }

  /** Returns this response with this header field in place of all fields of its name. */
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

  /** Returns the body. */
  public HttpBody body() {
    return body;
  }

  /** Returns the status, such as {@code status 200}. */
  @Override
  public String toString() {
    return "status " + status;
  }
}
