package dev.mimic.demo;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.proxy.Proxies;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshJump;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The proxies and jump hosts of {@code --proxy}. */
final class Hops {
  private static final int SSH_PORT = 22;

  private static final String SOCKS = "socks5://[USER:PASSWORD@]HOST[:PORT]";
  private static final String HTTP =
      "http://[USER:PASSWORD@]HOST:PORT (a proxy that supports CONNECT)";
  private static final String SSH = "ssh://[USER@]HOST[:PORT] (a jump host)";

  /** The forms of all kinds of hops, for help and messages. */
  static final String FORMS = SOCKS + ", " + HTTP + ", " + SSH;

  private static final List<Kind> KINDS =
      List.of(
          new Kind(SOCKS, (at, client) -> Proxies.parse(at)),
          new Kind(HTTP, (at, client) -> Proxies.parse(at)),
          new Kind(SSH, Hops::jump));

  private Hops() {}

  /** A kind of hop, by the form of its addresses, which begins with the scheme. */
  private record Kind(String form, Parser parser) {
    boolean isOf(String scheme) {
      return form.startsWith(scheme + ":");
    }
  }

  private interface Parser {
    Network.Hop parse(String address, SshClient client);
  }

  /**
   * Returns the hop of this address.
   *
   * @param client the client for jump hosts
   * @throws IllegalArgumentException if the address is not of a hop
   */
  static Network.Hop parse(String address, SshClient client) {
    String scheme = scheme(address);
    return KINDS.stream()
        .filter(kind -> kind.isOf(scheme))
        .findFirst()
        .orElseThrow(() -> noHop(scheme))
        .parser()
        .parse(address, client);
  }

  /** Returns whether the address is that of a jump host, well formed or not. */
  static boolean isSsh(String address) {
    return scheme(address).equals("ssh");
  }

  private static String scheme(String address) {
    int colon = address.indexOf(':');
    String scheme = colon < 0 ? "" : address.substring(0, colon).toLowerCase(Locale.ROOT);
    return scheme.matches("[a-z][a-z0-9+.-]*") ? scheme : "";
  }

  /** The address is not repeated: it may hold a password. */
  private static IllegalArgumentException noHop(String scheme) {
    String found = scheme.isEmpty() ? "HOP has no scheme" : "no hop has the scheme " + scheme;
    return new IllegalArgumentException("%s: write one of %s".formatted(found, FORMS));
  }

  private static Network.Hop jump(String address, SshClient client) {
    URI uri;
    try {
      uri = new URI(address).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw noJump();
    }
    boolean bare = uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
    boolean hasPassword = uri.getUserInfo() != null && uri.getUserInfo().indexOf(':') >= 0;
    if (uri.getHost() == null || !bare || uri.getQuery() != null || hasPassword) {
      throw noJump();
    }
    String user = Optional.ofNullable(uri.getUserInfo()).orElse(System.getProperty("user.name"));
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    int port = uri.getPort() < 0 ? SSH_PORT : uri.getPort();
    return SshJump.of(new HostPort(host, port), user, client);
  }

  private static IllegalArgumentException noJump() {
    return new IllegalArgumentException(
        "this is not the address of a jump host: write ssh://[USER@]HOST[:PORT]");
  }
}
