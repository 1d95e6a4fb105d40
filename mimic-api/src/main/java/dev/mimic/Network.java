package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.util.List;

/**
 * A network that connects to a host and a port, and listens on them. A deployment target provides
 * one. Thread-safe.
 *
 * <p>Protocols take the network from the context, under {@link #KEY}. They run unchanged over the
 * host's TCP/IP stack, over a network in memory, and through proxies.
 */
public interface Network {

  /** The deployment target's own network, without hops. */
  Key<Network> BASE = Key.of("network.base", Network::kind);

  /**
   * The hops of a connection, the first hop first. Defaults to none. If there are derivations of
   * this key and none gives a list, that is a failure, and never a direct connection. A derivation
   * gives the empty list for a direct connection.
   */
  Key<List<Hop>> HOPS = Key.of("network.hops", Network::printed);

  /** The network that protocols use: {@link #BASE} through {@link #HOPS}. */
  Key<Network> KEY = Key.of("network", Network::kind);

  /**
   * Connects, and returns a flow that the caller owns.
   *
   * @param to a port of 0 is refused
   * @throws java.net.UnknownHostException if the host has no address
   * @throws java.net.ConnectException if there is no listener, or the port is 0
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.nio.channels.ClosedByInterruptException if the thread was interrupted
   * @throws IOException if the connection fails
   */
  Flow connect(HostPort to, Deadline deadline) throws IOException;

  /**
   * Listens, and returns a listener that the caller owns, whose {@link FlowListener#address()}
   * begins with {@code tcp://}. The deadline limits this call, such as the look-up of the host, and
   * not the listener.
   *
   * @param at a port of 0 lets the network choose; {@code 0.0.0.0} and {@code ::} are every address
   *     of the host
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.net.BindException if it is in use, or not an address of this host
   * @throws IOException if listening is not possible
   */
  FlowListener listen(HostPort at, Deadline deadline) throws IOException;

  /**
   * Listens as {@link #listen(HostPort, Deadline)} does, within 30 seconds of the system's clock.
   */
  default FlowListener listen(HostPort at) throws IOException {
    return listen(at, Deadline.after(ResolverBuilder.DEFAULT_TIMEOUT, TimeSource.system()));
  }

  /** Returns the layers of a connection, such as {@code tcp(localhost:80)}, for plans. */
  String describe(HostPort to);

  private static String kind(Network network) {
    String name = network.getClass().getSimpleName();
    return name.isEmpty() ? "a network" : name;
  }

  private static String printed(List<Hop> hops) {
    return hops.isEmpty() ? "none" : hops.size() + (hops.size() == 1 ? " hop" : " hops");
  }

  /** A network made from a network, such as a proxy or a jump host. Hops nest. */
  interface Hop {
    /**
     * Returns the network that reaches hosts through this hop, and this hop through {@code lower}.
     * Listeners do not use hops, unless a module derives that.
     */
    Network through(Network lower);
  }
}
