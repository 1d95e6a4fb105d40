package dev.mimic.proxy;

import com.google.common.collect.ImmutableList;
import dev.mimic.HostPort;
import dev.mimic.Network;
import java.util.Optional;

/** What is spoken to a proxy. */
enum ProxyKind {
  SOCKS5("socks5", "the offer of a login", "the user and the password", "CONNECT localhost") {
    @Override
    Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
      Socks5Proxy proxy = Socks5Proxy.at(at);
      return credentials
          .map(who -> proxy.withCredentials(who.user(), who.password()))
          .orElse(proxy);
    }
  },

  HTTP("http-proxy", "CONNECT localhost") {
    @Override
    Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials) {
      HttpProxy proxy = HttpProxy.at(at);
      return credentials
          .map(who -> proxy.withCredentials(who.user(), who.password()))
          .orElse(proxy);
    }
  };

  private final String protocol;
  private final ImmutableList<String> steps;

  ProxyKind(String protocol, String... steps) {
    this.protocol = protocol;
    this.steps = ImmutableList.copyOf(steps);
  }

  /** Returns what a proxy is asked, up to the port of the server on localhost. */
  ImmutableList<String> steps() {
    return steps;
  }

  abstract Network.Hop hop(HostPort at, Optional<ProxyCredentials> credentials);

  /** Returns how flows through it are described, without what follows. */
  String protocol() {
    return protocol;
  }
}
