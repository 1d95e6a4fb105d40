package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.peers.Daemon;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contract of proxies with microsocks, over TCP. */
final class MicrosocksTest extends ProxyContract {
  @Override
  Network network() {
    return TcpNetwork.create();
  }

  @Override
  RunningProxy start(Optional<ProxyCredentials> required) throws IOException {
    int port = Daemon.freePort();
    List<String> arguments = new ArrayList<>(List.of("-i", "127.0.0.1", "-p", "" + port));
    required.ifPresent(
        login -> arguments.addAll(List.of("-u", login.user(), "-P", login.password())));
    Daemon daemon = Daemon.start(port, "microsocks", arguments.toArray(String[]::new));
    return new RunningDaemon(new HostPort("127.0.0.1", port), daemon);
  }

  @Override
  ProxyKind kind() {
    return ProxyKind.SOCKS5;
  }
}
