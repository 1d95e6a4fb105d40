package com.example;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.Flow;
import dev.mimic.proxy.Socks5Proxy;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshJump;
import dev.mimic.tls.TlsModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.util.List;

/** A program behind a proxy, whose server is behind a jump host. */
final class ThroughHops {
  private ThroughHops() {}

  public static void main(String[] args) throws IOException {
    MimicResolver resolver =
        Guice.createInjector(new UnixLikeModule(), new TlsModule())
            .getInstance(MimicResolver.class);
    Network.Hop proxy =
        Socks5Proxy.at(new HostPort("proxy.example", 1080)).withCredentials("me", args[0]);
    Network.Hop jump =
        SshJump.of(new HostPort("jump.example", 22), "me", SshClient.builder().build());
    Context through = Context.empty().with(Network.HOPS, List.of(proxy, jump));

    try (Flow flow = resolver.with(through).resolve("tls://inside.example:443")) {
      System.out.println(flow.info());
    }
  }
}
