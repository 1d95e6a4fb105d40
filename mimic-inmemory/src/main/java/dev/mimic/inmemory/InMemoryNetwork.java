package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A network that lives in memory. Thread-safe. Networks share nothing, so that every test can have
 * its own; nothing has to be closed.
 *
 * <pre>{@code
 * InMemoryNetwork network = InMemoryNetwork.create();
 * FlowListener listener = network.host("server").listen(new HostPort("server", 80));
 * Flow flow = network.host("client").connect(new HostPort("server", 80), deadline);
 * }</pre>
 *
 * <p>Its {@link #host hosts} are networks too, each as that host sees it. The network itself is
 * seen from a host called {@code localhost}, which connects; and it listens at any name, making
 * that host if it is new. A whole program can so be run over it, clients and servers, without a
 * word of who is where.
 *
 * <p>The flows are {@link dev.mimic.FlowPipe.End}s, and hold 64 KiB each way.
 */
public final class InMemoryNetwork implements Network {
  static final String LOCALHOST = "localhost";

  private final TimeSource time;
  private final ConcurrentMap<String, InMemoryHost> hosts = new ConcurrentHashMap<>();

  private final InMemoryHost localhost;

  private InMemoryNetwork(TimeSource time) {
    this.time = requireNonNull(time, "time");
    this.localhost = host(LOCALHOST);
  }

  /** Returns a new network, with no host but {@code localhost}. */
  public static InMemoryNetwork create() {
    return create(TimeSource.system());
  }

  /** Returns a new network whose flows take the read time-out's clock from here. */
  public static InMemoryNetwork create(TimeSource time) {
    return new InMemoryNetwork(time);
  }

  /**
   * Returns the host of this name, and makes it if it is new.
   *
   * @param name in either case; not one of those that mean the host itself: {@code 127.0.0.1},
   *     {@code ::1}, {@code 0.0.0.0}, {@code ::}. {@code localhost} is the host that the network
   *     itself connects from
   */
  public InMemoryHost host(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean anyHostsOwn = InMemoryHost.meansItself(lower) && !lower.equals(LOCALHOST);
    if (lower.isBlank() || anyHostsOwn) {
      throw new IllegalArgumentException(
          "name (%s) must not be blank, nor one by which every host means itself".formatted(name));
    }
    return hosts.computeIfAbsent(lower, key -> new InMemoryHost(this, key, time));
  }

  /** Connects from the host called {@code localhost}. */
  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    return localhost.connect(to, deadline);
  }

  /**
   * Listens on the host of that name, which is made if it is new. What means the host itself, such
   * as {@code 127.0.0.1} or a wildcard, is {@code localhost}.
   */
  @Override
  public FlowListener listen(HostPort at) throws IOException {
    InMemoryHost host = InMemoryHost.meansItself(at.host()) ? localhost : host(at.host());
    return host.listen(at);
  }

  /** Returns what a connection is made of, such as {@code inmemory(server:80)}. */
  @Override
  public String describe(HostPort to) {
    return InMemoryHost.PROTOCOL + "(" + to + ")";
  }

  /** Returns the host that is there under this name. */
  InMemoryHost existing(String name) throws UnknownHostException {
    InMemoryHost host = hosts.get(name.toLowerCase(Locale.ROOT));
    if (host == null) {
      throw new UnknownHostException(
          "no host is called \"%s\" in this network: its hosts are %s"
              .formatted(name, Listed.of(hosts.keySet())));
    }
    return host;
  }

  /** Returns the kind and the hosts, such as {@code InMemoryNetwork[client, server]}. */
  @Override
  public String toString() {
    return "InMemoryNetwork[" + Listed.of(hosts.keySet()) + "]";
  }
}
