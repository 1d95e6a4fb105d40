package com.example;

import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.Flow;
import dev.mimic.guice.Deployment;
import dev.mimic.proxy.Socks5Proxy;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshJump;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.util.List;

/** Connects through a proxy and then through a jump host. */
final class ThroughHops {
  private ThroughHops() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Deployment.of("inside", new UnixLikeModule(), new TlsModule()).resolver();
    Network.Hop proxy =
        Socks5Proxy.at(new HostPort("proxy.example", 1080)).withCredentials("me", args[0]);
    Network.Hop jump =
        SshJump.of(new HostPort("jump.example", 22), "me", SshClient.builder().build());

    try (Flow flow =
        resolver.with(Network.HOPS, List.of(proxy, jump)).resolve("tls://inside.example:443")) {
      System.out.println(flow.info());
    }
  }
}
