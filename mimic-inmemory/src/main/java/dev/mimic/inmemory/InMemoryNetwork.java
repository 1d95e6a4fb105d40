package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * A network in memory. Thread-safe. Networks share nothing, so each test can have its own; a
 * network need not be closed.
 *
 * <pre>{@code
 * InMemoryNetwork network = InMemoryNetwork.create();
 * FlowListener listener = network.host("server").listen(new HostPort("server", 80));
 * Flow flow = network.host("client").connect(new HostPort("server", 80), deadline);
 * }</pre>
 *
 * <p>Each {@link #host host} is a network too: it connects from that host and listens on it. The
 * network itself connects from the host {@code localhost}. It listens on any host, and creates the
 * host if there is none of that name. A whole program, clients and servers, can therefore run on
 * the network without naming hosts.
 *
 * <p>Flows are {@link dev.mimic.flow.FlowPipe.End}s with a buffer of 64 KiB in each direction.
 */
public final class InMemoryNetwork implements Network {
  static final String LOCALHOST = "localhost";
  private static final int MAX_LISTED = 8;

  private final TimeSource time;
  private final ConcurrentMap<String, InMemoryHost> hosts = new ConcurrentHashMap<>();

  private final InMemoryHost localhost;

  private InMemoryNetwork(TimeSource time) {
    this.time = requireNonNull(time, "time");
    this.localhost = host(LOCALHOST);
  }

  /** Returns a new network whose only host is {@code localhost}. */
  public static InMemoryNetwork create() {
    return create(TimeSource.system());
  }

  /** Returns a new network whose flows use this clock for the read timeout. */
  public static InMemoryNetwork create(TimeSource time) {
    return new InMemoryNetwork(time);
  }

  /**
   * Returns the host of this name; creates it if there is none.
   *
   * @param name a name, not case-sensitive; {@code localhost} is the host that the network itself
   *     connects from. {@code 127.0.0.1}, {@code ::1}, {@code 0.0.0.0} and {@code ::} are refused,
   *     because they refer to whichever host uses them
   */
  public InMemoryHost host(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean isAddress = InMemoryHost.isOwnName(lower) && !lower.equals(LOCALHOST);
    if (lower.isBlank() || isAddress) {
      throw new IllegalArgumentException(
          "name (%s) must not be blank, a loopback address or a wildcard".formatted(name));
    }
    return hosts.computeIfAbsent(lower, key -> new InMemoryHost(this, key, time));
  }

  /** Connects from the host called {@code localhost}. */
  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    return localhost.connect(to, deadline);
  }

  /**
   * Listens on the host of that name; creates the host if there is none. Loopback addresses and
   * wildcards refer to {@code localhost}.
   */
  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
    InMemoryHost host = InMemoryHost.isOwnName(at.host()) ? localhost : host(at.host());
    return host.listen(at, deadline);
  }

  /** Returns the description of a connection, such as {@code inmemory(server:80)}. */
  @Override
  public String describe(HostPort to) {
    return InMemoryHost.PROTOCOL + "(" + to + ")";
  }

  /** Returns the host of this name. */
  InMemoryHost existing(String name) throws UnknownHostException {
    InMemoryHost host = hosts.get(name.toLowerCase(Locale.ROOT));
    if (host == null) {
      throw new UnknownHostException(
          "no host is called \"%s\" in this network: its hosts are %s"
              .formatted(name, list(hosts.keySet())));
    }
    return host;
  }

  /** Returns the first elements in order, separated by commas, and the number of the others. */
  static <T extends Comparable<T>> String list(Collection<T> all) {
    List<T> sorted = all.stream().sorted().toList();
    String first =
        sorted.stream().limit(MAX_LISTED).map(Object::toString).collect(Collectors.joining(", "));
    int others = sorted.size() - MAX_LISTED;
    return others <= 0 ? first : first + " and " + others + " more";
  }

  /** Returns the type and the hosts, such as {@code InMemoryNetwork[client, server]}. */
  @Override
  public String toString() {
    return "InMemoryNetwork[" + list(hosts.keySet()) + "]";
  }
}
