package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.ForwardingFlow;
import java.util.Map;
import java.util.Optional;

/**
 * A flow that a proxy passes on: the bytes of the one to the proxy, and another description. What
 * the proxy tells of the far side is what it makes of it: a reset there may be an end here.
 */
final class ProxiedFlow extends ForwardingFlow {
  private final FlowInfo info;

  ProxiedFlow(Flow below, String protocol, HostPort to) {
    super(below);
    this.info =
        new FlowInfo(
            protocol, below.info().local(), to.toString(), Optional.of(below.info()), Map.of());
  }

  /** Returns what carries it, such as {@code socks5(a.org:80 by tcp(b.org:1080))}. */
  @Override
  public FlowInfo info() {
    return info;
  }
}
