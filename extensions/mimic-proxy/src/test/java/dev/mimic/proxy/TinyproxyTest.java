package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.peers.Daemon;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The contract of proxies with tinyproxy, over TCP. */
final class TinyproxyTest extends ProxyContract {
  @TempDir Path folder;

  @Override
  Network network() {
    return TcpNetwork.create();
  }

  @Override
  RunningProxy start(Optional<ProxyCredentials> required) throws IOException {
    int port = Daemon.freePort();
    List<String> lines =
        new ArrayList<>(
            List.of("Port " + port, "Listen 127.0.0.1", "Timeout 60", "Allow 127.0.0.1"));
    required.ifPresent(
        login -> lines.add("BasicAuth %s %s".formatted(login.user(), login.password())));
    Path configuration = Files.write(folder.resolve("proxy-%d.conf".formatted(port)), lines);
    Daemon daemon = Daemon.start(port, "tinyproxy", "-d", "-c", configuration.toString());
    return new RunningDaemon(new HostPort("127.0.0.1", port), daemon);
  }

  @Override
  ProxyKind kind() {
    return ProxyKind.HTTP;
  }
}
