package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ForwardingFlow;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

/**
 * A network that connects through a proxy.
 *
 * @param lower the network that reaches the proxy
 * @param proxy the host and port of the proxy
 */
record ProxiedNetwork(Network lower, HostPort proxy, ProxyHandshake handshake) implements Network {
  ProxiedNetwork {
    requireNonNull(lower, "lower");
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    if (to.port() == 0) {
      throw new ConnectException("port 0 is for listening, where it lets the system choose");
    }
    Flow flow = lower.connect(proxy, deadline);
    try {
      return deadline.guard(flow, below -> handshake(below, to));
    } catch (SocketTimeoutException e) {
      var timeout =
          new SocketTimeoutException(
              "no answer from %s about %s: %s".formatted(description(), to, e.getMessage()));
      timeout.initCause(e);
      throw timeout;
    }
  }

  private Flow handshake(Flow below, HostPort to) throws IOException {
    handshake.connect(below, to);
    return new ProxiedFlow(below, handshake.protocol(), to);
  }

  /** Throws, since proxies only connect. */
  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
    throw new IOException(
        "%s cannot be listened on through %s: listen without hops".formatted(at, description()));
  }

  private String description() {
    return "the proxy " + handshake.protocol() + "(" + proxy + ")";
  }

  @Override
  public String describe(HostPort to) {
    return "%s(%s by %s)".formatted(handshake.protocol(), to, lower.describe(proxy));
  }

  /**
   * A flow to the destination. It transfers the bytes of the flow to the proxy, and describes
   * itself differently. The proxy decides how events at the destination appear here: a reset there
   * can become an end of stream.
   */
  private static final class ProxiedFlow extends ForwardingFlow {
    private final FlowInfo info;

    ProxiedFlow(Flow below, String protocol, HostPort to) {
      super(below);
      this.info = below.info().under(protocol, to.toString());
    }

    /** Returns a description such as {@code socks5(a.org:80 by tcp(b.org:1080))}. */
    @Override
    public FlowInfo info() {
      return info;
    }
  }
}
