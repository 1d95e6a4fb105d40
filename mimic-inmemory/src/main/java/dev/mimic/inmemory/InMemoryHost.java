package dev.mimic.inmemory;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A host of an {@link InMemoryNetwork}. As a network, it connects from this host and listens on
 * this host. Thread-safe.
 *
 * <p>{@code localhost}, {@code 127.0.0.1}, {@code ::1} and the wildcards {@code 0.0.0.0} and {@code
 * ::} refer to this host.
 */
public final class InMemoryHost implements Network {
  static final String PROTOCOL = "inmemory";

  private static final Set<String> OWN_NAMES =
      Set.of("localhost", "127.0.0.1", "::1", "0.0.0.0", "::");
  private static final int BACKLOG = 128;

  // The dynamic ports (RFC 6335, section 6).
  private static final int FIRST_EPHEMERAL = 49_152;
  private static final int EPHEMERAL_PORTS = 65_536 - FIRST_EPHEMERAL;

  private final InMemoryNetwork network;
  private final String name;
  private final TimeSource time;
  private final ConcurrentMap<Integer, InMemoryListener> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger nextSourcePort = new AtomicInteger();
  private final AtomicInteger nextListeningPort = new AtomicInteger();

  InMemoryHost(InMemoryNetwork network, String name, TimeSource time) {
    this.network = network;
    this.name = name;
    this.time = time;
  }

  /** Returns the clock of the network. */
  TimeSource timeSource() {
    return time;
  }

  /** Returns whether the name is a loopback or wildcard name, which each host uses for itself. */
  static boolean isOwnName(String host) {
    return OWN_NAMES.contains(lower(host));
  }

  /** Returns the name, in lower case. */
  public String name() {
    return name;
  }

  /**
   * Connects to a listener of this host or another host. Returns when the flow is in the listener's
   * queue, without waiting for it to be accepted. Blocks only while that queue is full.
   *
   * <p>The source port in {@link Flow#info} is informational. Each host counts from 49152 to 65535
   * and starts again, so two flows can show the same port.
   *
   * @throws java.net.UnknownHostException if the network has no host of that name
   * @throws ConnectException if that port has no listener, or the listener is closed while this
   *     waits
   */
  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    InterruptibleLock.requireNotInterrupted();
    requireTimeLeft(deadline, "connect to", to);
    if (to.port() == 0) {
      throw new ConnectException(
          "port 0 is for listening: connect to the port that the listener's address shows");
    }
    InMemoryHost host = isOwnName(to.host()) ? this : network.existing(to.host());
    InMemoryListener listener = host.listeners.get(to.port());
    if (listener == null) {
      throw host.connectionRefused(to.port());
    }
    FlowPipe pipe = pipeTo(listener.place());
    listener.enqueue(pipe.far(), deadline);
    return pipe.near();
  }

  private static void requireTimeLeft(Deadline deadline, String action, HostPort at)
      throws SocketTimeoutException {
    if (deadline.remaining().isZero()) {
      throw new SocketTimeoutException("no time is left to %s %s".formatted(action, at));
    }
  }

  private FlowPipe pipeTo(String server) {
    String client = place(ephemeral(nextSourcePort));
    return FlowPipe.builder()
        .timeSource(time)
        .info(FlowInfo.of(PROTOCOL, client, server), FlowInfo.of(PROTOCOL, server, client))
        .build();
  }

  ConnectException connectionRefused(int port) {
    return new ConnectException(
        "connection refused: no listener on %s (%s)"
            .formatted(
                place(port),
                listeners.isEmpty()
                    ? "%s has no listener: listen before you connect".formatted(name)
                    : "%s listens on port %s"
                        .formatted(name, InMemoryNetwork.list(listeners.keySet()))));
  }

  /**
   * Listens on this host with a backlog of 128 flows.
   *
   * @param at a name of this host or a wildcard; port 0 selects a free port from 49152 upwards
   * @throws ClosedByInterruptException if the thread is interrupted
   */
  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
    InterruptibleLock.requireNotInterrupted();
    requireTimeLeft(deadline, "listen on", at);
    return listen(at, BACKLOG);
  }

  /**
   * Listens on this host; up to {@code backlog} flows can wait to be accepted.
   *
   * @throws BindException if the host is another one, or the port is in use
   * @throws IllegalArgumentException if the backlog is not positive
   */
  public FlowListener listen(HostPort at, int backlog) throws IOException {
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog (%d) must be positive".formatted(backlog));
    }
    InterruptibleLock.requireNotInterrupted();
    if (!isOwnName(at.host()) && !lower(at.host()).equals(name)) {
      throw new BindException(
          "cannot listen on %s from host %s: use %s, localhost or 0.0.0.0"
              .formatted(at.host(), name, name));
    }
    return at.port() == 0 ? listenAnywhere(backlog) : listenOn(at.port(), backlog);
  }

  private FlowListener listenOn(int port, int backlog) throws BindException {
    InMemoryListener listener = new InMemoryListener(this, port, backlog);
    if (listeners.putIfAbsent(port, listener) != null) {
      throw new BindException(
          "%s is in use: close its listener first, or listen on port 0".formatted(place(port)));
    }
    return listener;
  }

  private FlowListener listenAnywhere(int backlog) throws BindException {
    for (int i = 0; i < EPHEMERAL_PORTS; i++) {
      int port = ephemeral(nextListeningPort);
      InMemoryListener listener = new InMemoryListener(this, port, backlog);
      if (listeners.putIfAbsent(port, listener) == null) {
        return listener;
      }
    }
    throw new BindException(
        "ports %d to 65535 of %s are all in use: close a listener"
            .formatted(FIRST_EPHEMERAL, name));
  }

  /** Returns this host and a port, such as {@code server:80}. */
  String place(int port) {
    return new HostPort(name, port).toString();
  }

  /** Removes a listener, which frees its port. */
  void remove(int port, InMemoryListener listener) {
    listeners.remove(port, listener);
  }

  /** Returns the description of a connection, such as {@code inmemory(server:80)}. */
  @Override
  public String describe(HostPort to) {
    return network.describe(to);
  }

  private static int ephemeral(AtomicInteger counter) {
    return FIRST_EPHEMERAL + Math.floorMod(counter.getAndIncrement(), EPHEMERAL_PORTS);
  }

  private static String lower(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  /** Returns the type and the name, such as {@code InMemoryHost[server]}. */
  @Override
  public String toString() {
    return "InMemoryHost[" + name + "]";
  }
}
