package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/** What is spoken to a proxy. */
enum ProxyKind {
  SOCKS5("socks5") {
    @Override
    Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
      Socks5Proxy proxy = Socks5Proxy.at(at);
      return credentials
          .map(who -> proxy.withCredentials(who.user(), who.password()))
          .orElse(proxy);
    }
  },

  HTTP("http-proxy") {
    @Override
    Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
      HttpProxy proxy = HttpProxy.at(at);
      return credentials
          .map(who -> proxy.withCredentials(who.user(), who.password()))
          .orElse(proxy);
    }
  };

  private final String protocol;

  ProxyKind(String protocol) {
    this.protocol = protocol;
  }

  abstract Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials);

  /** Returns how flows through it are described, without what follows. */
  String protocol() {
    return protocol;
  }
}
