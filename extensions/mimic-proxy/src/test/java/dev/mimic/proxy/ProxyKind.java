package dev.mimic.proxy;

import com.google.common.collect.ImmutableList;
import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/** A protocol of proxies. */
enum ProxyKind {
  SOCKS5("socks5", "the offer of a login", "the user and the password", "CONNECT localhost") {
    @Override
    Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
      Socks5Proxy proxy = Socks5Proxy.at(at);
      return credentials
          .map(login -> proxy.withCredentials(login.user(), login.password()))
          .orElse(proxy);
    }
  },

  HTTP("http-proxy", "CONNECT localhost") {
    @Override
    Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
      HttpProxy proxy = HttpProxy.at(at);
      return credentials
          .map(login -> proxy.withCredentials(login.user(), login.password()))
          .orElse(proxy);
    }
  };

  private final String protocol;
  private final ImmutableList<String> steps;

  ProxyKind(String protocol, String... steps) {
    this.protocol = protocol;
    this.steps = ImmutableList.copyOf(steps);
  }

  /** Returns the names of the requests of a handshake, in order, without the port. */
  ImmutableList<String> steps() {
    return steps;
  }

  abstract Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials);

  /** Returns the name of the layer in descriptions of flows. */
  String protocol() {
    return protocol;
  }
}
