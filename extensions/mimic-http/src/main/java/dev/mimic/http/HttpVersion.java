package dev.mimic.http;

/** A version of HTTP; it prints as {@code HTTP/1.1} or {@code HTTP/2}. */
public enum HttpVersion {
  /** RFC 9112. */
  HTTP_1_1("HTTP/1.1", "http/1.1"),

  /** RFC 9113. */
  HTTP_2("HTTP/2", "h2");

  private final String printed;
  private final String alpn;

  HttpVersion(String printed, String alpn) {
    this.printed = printed;
    this.alpn = alpn;
  }

  /** Returns the name by which it is agreed on in a TLS handshake (RFC 7301). */
  public String alpn() {
    return alpn;
  }

  @Override
  public String toString() {
    return printed;
  }
}
