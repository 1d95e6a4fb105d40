package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Locale;

/** Proxies by the addresses that users write. */
public final class Proxies {
  private static final int SOCKS_PORT = 1080; // RFC 1928, section 3
  private static final String FORMS =
      "socks5://[USER:PASSWORD@]HOST[:PORT] or http://[USER:PASSWORD@]HOST:PORT";

  private Proxies() {}

  /**
   * Returns the proxy of an address: {@code socks5://user:password@host:1080}, or {@code
   * http://user:password@host:3128} for one that is asked by CONNECT. User and password are
   * percent-encoded, in UTF-8.
   *
   * @throws IllegalArgumentException if it is no such address; the message does not repeat it, for
   *     it may hold a password
   */
  public static Network.Hop parse(String address) {
    URI uri;
    try {
      uri = new URI(address).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw wrong(e.getReason());
    }
    String path = uri.getRawPath();
    boolean hasMore = uri.getRawQuery() != null || uri.getRawFragment() != null;
    if (uri.getHost() == null || hasMore || !(path == null || isBare(path))) {
      throw wrong("it has no host, or more than a host and a port");
    }
    return switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
      case "socks5" -> socks5(uri);
      case "http" -> http(uri);
      default -> throw wrong("its scheme is another");
    };
  }

  private static boolean isBare(String path) {
    return path.isEmpty() || path.equals("/");
  }

  private static Network.Hop socks5(URI uri) {
    Socks5Proxy proxy = Socks5Proxy.at(at(uri, SOCKS_PORT));
    String[] who = credentials(uri);
    return who.length == 0 ? proxy : proxy.withCredentials(who[0], who[1]);
  }

  private static Network.Hop http(URI uri) {
    if (uri.getPort() < 0) {
      throw wrong("it has no port");
    }
    HttpProxy proxy = HttpProxy.at(at(uri, uri.getPort()));
    String[] who = credentials(uri);
    return who.length == 0 ? proxy : proxy.withCredentials(who[0], who[1]);
  }

  private static HostPort at(URI uri, int defaultPort) {
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    return new HostPort(host, uri.getPort() < 0 ? defaultPort : uri.getPort());
  }

  /** Returns user and password, or nothing. */
  private static String[] credentials(URI uri) {
    String both = uri.getRawUserInfo();
    if (both == null) {
      return new String[0];
    }
    int colon = both.indexOf(':');
    if (colon < 0) {
      throw wrong("it has a user and no password");
    }
    return new String[] {decoded(both.substring(0, colon)), decoded(both.substring(colon + 1))};
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(
        "that is no address of a proxy (%s): write %s".formatted(why, FORMS));
  }
}
