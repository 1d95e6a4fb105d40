package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Locale;

/** A parser of proxy addresses, as users write them on a command line or in a configuration. */
public final class Proxies {
  private static final int SOCKS_PORT = 1080; // RFC 1928, section 3
  private static final String FORMS =
      "socks5://[USER:PASSWORD@]HOST[:PORT] or http://[USER:PASSWORD@]HOST:PORT";

  private Proxies() {}

  /**
   * Parses the address of a proxy: {@code socks5://user:password@host:1080} for a {@link
   * Socks5Proxy}, or {@code http://user:password@host:3128} for an {@link HttpProxy}. The user and
   * the password are optional, and percent-encoded in UTF-8. The port of SOCKS5 defaults to 1080.
   *
   * @throws IllegalArgumentException if the address is malformed. The message does not repeat the
   *     address, which may contain a password.
   */
  public static Network.Hop parse(String address) {
    URI uri;
    try {
      uri = new URI(address).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw malformed(e.getReason());
    }
    String path = uri.getRawPath();
    boolean hasQuery = uri.getRawQuery() != null || uri.getRawFragment() != null;
    if (uri.getHost() == null) {
      throw malformed("it has no host");
    }
    if (hasQuery || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw malformed("it has a path, a query or a fragment");
    }
    return switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
      case "socks5" -> socks5(uri);
      case "http" -> http(uri);
      default -> throw malformed("its scheme is neither socks5 nor http");
    };
  }

  private static Network.Hop socks5(URI uri) {
    Socks5Proxy proxy = Socks5Proxy.at(hostPort(uri, SOCKS_PORT));
    String[] login = userAndPassword(uri);
    return login.length == 0 ? proxy : proxy.withCredentials(login[0], login[1]);
  }

  private static Network.Hop http(URI uri) {
    if (uri.getPort() < 0) {
      throw malformed("it has no port");
    }
    HttpProxy proxy = HttpProxy.at(hostPort(uri, uri.getPort()));
    String[] login = userAndPassword(uri);
    return login.length == 0 ? proxy : proxy.withCredentials(login[0], login[1]);
  }

  private static HostPort hostPort(URI uri, int defaultPort) {
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    return new HostPort(host, uri.getPort() < 0 ? defaultPort : uri.getPort());
  }

  /** Returns the user and the password, or an empty array. */
  private static String[] userAndPassword(URI uri) {
    String info = uri.getRawUserInfo();
    if (info == null) {
      return new String[0];
    }
    int colon = info.indexOf(':');
    if (colon < 0) {
      throw malformed("it has a user and no password");
    }
    return new String[] {decode(info.substring(0, colon)), decode(info.substring(colon + 1))};
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static IllegalArgumentException malformed(String reason) {
    return new IllegalArgumentException(
        "malformed proxy address (%s): write %s".formatted(reason, FORMS));
  }
}
