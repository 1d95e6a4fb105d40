package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

/**
 * What is reached through a proxy.
 *
 * @param lower what the proxy is reached by
 * @param proxy where it is
 */
record ProxiedNetwork(Network lower, HostPort proxy, Dialogue dialogue) implements Network {
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
      return deadline.bound(flow, below -> asked(below, to));
    } catch (SocketTimeoutException e) {
      var late =
          new SocketTimeoutException(
              "no answer of %s about %s: %s".formatted(described(), to, e.getMessage()));
      late.initCause(e);
      throw late;
    }
  }

  private Flow asked(Flow below, HostPort to) throws IOException {
    dialogue.ask(below, to);
    return new ProxiedFlow(below, dialogue.protocol(), to);
  }

  /** Fails: a proxy listens for nobody. Addresses are listened on without hops. */
  @Override
  public FlowListener listen(HostPort at) throws IOException {
    throw new IOException(
        "%s cannot be listened on through %s: listen without hops".formatted(at, described()));
  }

  private String described() {
    return "the proxy " + dialogue.protocol() + "(" + proxy + ")";
  }

  @Override
  public String describe(HostPort to) {
    return "%s(%s by %s)".formatted(dialogue.protocol(), to, lower.describe(proxy));
  }
}
