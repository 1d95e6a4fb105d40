package dev.mimic.http;

import dev.mimic.Context;
import dev.mimic.tls.Tls;
import java.util.List;

/** What is common to both sides. */
public final class Http {
  static final int PORT = 80;
  static final int SECURE_PORT = 443;
  static final String SECURE_SCHEME = "https";

  /** The names of HTTP/2 and HTTP/1.1 in a TLS handshake (RFC 7301), the most wanted first. */
  public static final List<String> ALPN =
      List.of(HttpVersion.HTTP_2.alpn(), HttpVersion.HTTP_1_1.alpn());

  /**
   * What a listener for an {@link HttpServer} is opened with, so that both versions are offered
   * over TLS: {@code resolver.listen("https://localhost:0", Http.OFFERED)}. Without it, what is
   * spoken there is HTTP/1.1.
   */
  public static final Context OFFERED = Context.empty().with(Tls.ALPN, ALPN);

  private Http() {}
}
