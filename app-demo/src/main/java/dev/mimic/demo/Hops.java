package dev.mimic.demo;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.proxy.Proxies;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshJump;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Hops by what users write. */
final class Hops {
  private static final int SSH_PORT = 22;

  private Hops() {}

  /**
   * Returns the hop of this address.
   *
   * @param client who one is to a jump host
   * @throws IllegalArgumentException if it is none
   */
  static Network.Hop parse(String address, SshClient client) {
    return address.startsWith("ssh:") ? jump(address, client) : Proxies.parse(address);
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
        "that is no address of a jump host: write ssh://[USER@]HOST[:PORT]");
  }
}
