package dev.mimic.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** URLs, as requests have them. */
final class Urls {
  private Urls() {}

  static URI parse(String url) {
    try {
      return checked(new URI(url).parseServerAuthority());
    } catch (URISyntaxException e) {
      // Its own message holds the URL, which may hold a password.
      throw new IllegalArgumentException(
          "that is no URL: %s at index %d; write http://host/path, percent-encoded"
              .formatted(e.getReason(), e.getIndex()));
    }
  }

  private static URI checked(URI uri) throws URISyntaxException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals(Http.SECURE_SCHEME)) {
      throw new IllegalArgumentException(
          "a URL of HTTP begins with http:// or https://, and not with \"%s\"".formatted(scheme));
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the URL holds a user: leave that out, and use withBasicAuthorization(user, password)");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("the URL has no host: write http://host/path");
    }
    return normal(scheme, uri);
  }

  /** Returns it with scheme and host in lower case, without a default port or a fragment. */
  private static URI normal(String scheme, URI uri) throws URISyntaxException {
    int port = uri.getPort() == defaultPort(scheme) ? -1 : uri.getPort();
    StringBuilder text = new StringBuilder(scheme).append("://");
    text.append(uri.getHost().toLowerCase(Locale.ROOT));
    if (port >= 0) {
      text.append(':').append(port);
    }
    text.append(uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
    if (uri.getRawQuery() != null) {
      text.append('?').append(uri.getRawQuery());
    }
    return new URI(text.toString());
  }

  static int defaultPort(String scheme) {
    return scheme.equals(Http.SECURE_SCHEME) ? Http.SECURE_PORT : Http.PORT;
  }

  static String shown(URI url) {
    String text = url.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?…";
  }
}
