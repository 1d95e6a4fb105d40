package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import dev.mimic.HappyEyeballs;
import dev.mimic.HostPort;
import dev.mimic.IpAddresses;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeSource;
import dev.mimic.guice.MimicModule;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host of an {@link InMemoryNetwork}. As a network, it connects from this host and listens on
 * this host. Thread-safe.
 *
 * <p>{@code localhost}, {@code 127.0.0.1}, {@code ::1} and the wildcards {@code 0.0.0.0} and {@code
 * ::} refer to this host. It has an IPv4 address from 198.18.0.0/15 and an IPv6 address from
 * 2001:db8::/32, which are for tests and documentation, and those of {@link #address}.
 */
public final class InMemoryHost implements Network {
  static final String PROTOCOL = "inmemory";

  private static final Set<String> OWN_NAMES =
      Set.of("localhost", "127.0.0.1", "::1", "0.0.0.0", "::");
  private static final int BACKLOG = 128;
  private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250); // RFC 8305, section 5
  private static final int MAX_HOSTS = (1 << 17) - 2;

  // The dynamic ports (RFC 6335, section 6).
  private static final int FIRST_EPHEMERAL = 49_152;
  private static final int EPHEMERAL_PORTS = 65_536 - FIRST_EPHEMERAL;

  private final InMemoryNetwork network;
  private final String name;
  private final List<InetAddress> addresses = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Integer, List<InMemoryListener>> listeners =
      new ConcurrentHashMap<>();
  private final AtomicInteger nextSourcePort = new AtomicInteger();
  private final AtomicInteger nextListeningPort = new AtomicInteger();
  private final AtomicInteger freezes = new AtomicInteger();
  private volatile boolean crashed;

  InMemoryHost(InMemoryNetwork network, String name, int number) {
    if (number > MAX_HOSTS) {
      throw new IllegalStateException("a network has at most %d hosts".formatted(MAX_HOSTS));
    }
    this.network = network;
    this.name = name;
    addresses.add(assigned(new byte[] {(byte) 198, 18, 0, 0}, number));
    byte[] ipv6 = new byte[16];
    System.arraycopy(new byte[] {0x20, 0x01, 0x0d, (byte) 0xb8}, 0, ipv6, 0, 4);
    addresses.add(assigned(ipv6, number));
    literal(name)
        .filter(each -> !addresses.contains(each))
        .ifPresent(each -> addresses.add(0, each));
  }

  private static InetAddress assigned(byte[] prefix, int number) {
    int last = prefix.length - 1;
    prefix[last] = (byte) number;
    prefix[last - 1] = (byte) (number >> 8);
    prefix[last - 2] += (byte) (number >> 16);
    try {
      return InetAddress.getByAddress(prefix);
    } catch (UnknownHostException e) {
      throw new AssertionError("the length is 4 or 16", e);
    }
  }

  private static Optional<InetAddress> literal(String text) {
    try {
      return IpAddresses.literal(text);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Returns the clock of the network. */
  TimeSource timeSource() {
    return network.timeSource();
  }

  /** Returns whether the name is a loopback or wildcard name, which each host uses for itself. */
  static boolean isOwnName(String host) {
    return OWN_NAMES.contains(Names.lower(host));
  }

  /** Returns the name, in lower case. */
  public String name() {
    return name;
  }

  /** Returns the addresses, most preferred first: those that were given last, then the assigned. */
  public List<InetAddress> addresses() {
    return List.copyOf(addresses);
  }

  /**
   * Gives the host one more address, which it prefers to those that it has.
   *
   * @param literal an IPv4 or IPv6 address that no host of the network has
   */
  public InMemoryHost address(String literal) {
    InetAddress address =
        literal(literal)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "literal (%s) must be an IPv4 or IPv6 address".formatted(literal)));
    network.add(address, this);
    addresses.remove(address);
    addresses.add(0, address);
    return this;
  }

  /** Gives the host one more name. */
  public InMemoryHost alias(String alias) {
    network.names().add(alias, this);
    return this;
  }

  /** Returns the module of a program that runs on this host. */
  public MimicModule module() {
    return new InMemoryModule(this);
  }

  // Faults of a host.

  /**
   * Freezes the host: nothing leaves it or reaches it, until the fault is closed and everything
   * continues. Its programs still run; what they write stays in their buffers.
   */
  public Fault freeze() {
    AtomicBoolean ended = new AtomicBoolean();
    freezes.incrementAndGet();
    changed("freezes");
    return () -> {
      if (ended.compareAndSet(false, true) && freezes.decrementAndGet() == 0) {
        changed("continues");
      }
    };
  }

  /**
   * Crashes the host, as a loss of power does. Its listeners and flows are closed for its own
   * threads. Its peers notice nothing: their connects and writes wait, their reads hang. {@link
   * #restart} ends that.
   */
  public void crash() {
    crashed = true;
    changed("crashes");
    network.endConnects(this);
    for (InMemoryListener each : listeners()) {
      remove(each);
      each.crash();
    }
    for (Connection each : network.connections()) {
      each.crash(this);
    }
  }

  /**
   * Restarts the host after a crash, without listeners and connections. Bytes for a connection from
   * before are answered by a reset.
   */
  public void restart() {
    if (crashed) {
      crashed = false;
      changed("restarts");
    }
  }

  /**
   * Ends the programs of the host, as a kill does. Its kernel goes on: it closes their listeners
   * and flows, so that peers see the end, or a reset where something was unread. New programs can
   * use the host.
   */
  public void stop() {
    stopListening();
    for (Connection each : network.connections()) {
      each.stop(this);
    }
  }

  /** Ends the connects and the listeners of this host. */
  void stopListening() {
    network.recordFault(this, "stops");
    network.endConnects(this);
    for (InMemoryListener each : listeners()) {
      each.close();
    }
  }

  private void changed(String text) {
    network.recordFault(this, text);
    network.rulesChanged(null);
  }

  /** Returns whether nothing leaves or reaches this host. */
  boolean isSilent() {
    return crashed || freezes.get() > 0;
  }

  private void requireUp(HostPort to) throws ConnectException {
    if (crashed) {
      throw new ConnectException(crashed("connect to", to));
    }
  }

  private String crashed(String action, HostPort at) {
    return "cannot %s %s: the host %s has crashed: restart it".formatted(action, at, name);
  }

  // Connecting.

  /**
   * Connects to a listener of this host or another host. Returns when the flow is in the listener's
   * queue and the answer has come back, without waiting for it to be accepted. Blocks while that
   * queue is full, for the latency of the link, and while a rule holds the connect.
   *
   * <p>The source port in {@link Flow#info} is informational. Each host counts from 49152 to 65535
   * and starts again, so two flows can show the same port.
   *
   * @throws UnknownHostException if the network has no host of that name
   * @throws ConnectException if that port has no listener, or the listener is closed while this
   *     waits, or this host has crashed
   * @throws AsynchronousCloseException if this host stops or crashes while this waits
   */
  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    InterruptibleLock.requireNotInterrupted();
    requireTimeLeft(deadline, "connect to", to);
    if (to.port() == 0) {
      throw new ConnectException(
          "port 0 is for listening: connect to the port that the listener's address shows");
    }
    requireUp(to);
    Signal signal = new Signal(this, deadline);
    network.addWaiting(signal);
    try {
      Flow flow = connect(to, signal);
      signal.throwIfClosed(flow); // a crash closes only the connections that it can see
      return flow;
    } finally {
      network.removeWaiting(signal);
    }
  }

  private Flow connect(HostPort to, Signal signal) throws IOException {
    if (isOwnName(to.host())) {
      return connect(this, ownAddress(to.host()), to, signal);
    }
    List<InetAddress> found = network.names().lookUp(to.host(), signal);
    Set<InMemoryHost> owners = new LinkedHashSet<>();
    List<InetAddress> reachable = new ArrayList<>();
    for (InetAddress each : found) {
      InMemoryHost owner = network.owner(each);
      if (owner == null || owners.add(owner) || owner.hasListenerOnly(each, to.port())) {
        reachable.add(each);
      }
    }
    return reachable.size() == 1
        ? connect(reachable.getFirst(), to, signal)
        : race(reachable, to, signal.deadline());
  }

  /** Returns whether one address alone has a listener: then the host's others are no substitute. */
  private boolean hasListenerOnly(InetAddress address, int port) {
    for (InMemoryListener each : listeners.getOrDefault(port, List.of())) {
      if (each.isOnly(address)) {
        return true;
      }
    }
    return false;
  }

  private Flow race(List<InetAddress> found, HostPort to, Deadline deadline) throws IOException {
    return new HappyEyeballs<>(new Attempts(to, deadline), ATTEMPT_DELAY, network.timeSource())
        .connect(to.toString(), found, deadline)
        .flow();
  }

  /** An attempt to connect to one of several addresses. */
  private final class Attempt implements Closeable {
    private final Signal signal;
    private volatile @Nullable Flow flow;

    private Attempt(Deadline deadline) {
      this.signal = new Signal(InMemoryHost.this, deadline);
      network.addWaiting(signal);
    }

    private Flow flow() {
      return requireNonNull(flow, "flow");
    }

    @Override
    public void close() throws IOException {
      network.removeWaiting(signal);
      signal.close();
      Flow late = flow;
      if (late != null) {
        late.close();
      }
    }
  }

  private final class Attempts implements HappyEyeballs.Connector<Attempt> {
    private final HostPort to;
    private final Deadline deadline;

    private Attempts(HostPort to, Deadline deadline) {
      this.to = to;
      this.deadline = deadline;
    }

    @Override
    public Attempt open(InetAddress address) {
      return new Attempt(deadline);
    }

    @Override
    public void connect(Attempt opened, InetAddress address) throws IOException {
      opened.flow = InMemoryHost.this.connect(address, to, opened.signal);
      network.removeWaiting(opened.signal);
      opened.signal.throwIfClosed(opened.flow());
    }
  }

  private Flow connect(InetAddress address, HostPort to, Signal signal) throws IOException {
    InMemoryHost host = network.owner(address);
    if (host == null) {
      throw new NoRouteToHostException(
          "no host of this network has the address " + IpAddresses.print(address));
    }
    return connect(host, address, to, signal);
  }

  private Flow connect(InMemoryHost host, InetAddress address, HostPort to, Signal signal)
      throws IOException {
    requireUp(to); // a crash does not end a connect whose signal came later
    int port = to.port();
    Connection connection =
        new Connection(
            network,
            this,
            ownAddressFor(address),
            ephemeral(nextSourcePort),
            host,
            address,
            port,
            network.nextOrdinal(this, host));
    connection.record(NetworkEvent.Kind.CONNECT, true, "");
    try {
      enqueue(connection, to, signal);
    } catch (IOException | RuntimeException e) {
      network.recordFailure(connection, e);
      network.remove(connection);
      connection.discard();
      throw e;
    }
    try {
      travel(connection, false, to, signal);
    } catch (IOException | RuntimeException e) {
      connection.end(false).close();
      throw e;
    }
    if (crashed) { // after the connection was added, perhaps after crash had seen all others
      connection.crash(this);
      throw new AsynchronousCloseException();
    }
    connection.record(NetworkEvent.Kind.CONNECTED, false, "");
    return connection.end(false);
  }

  private void enqueue(Connection connection, HostPort to, Signal signal) throws IOException {
    travel(connection, true, to, signal);
    InMemoryHost host = connection.server();
    InMemoryListener listener;
    do {
      require(connection, Transfer.Kind.CONNECT, true, to, signal);
      listener = host.listener(connection.address(true), connection.port());
    } while (listener == null && host.isSilent()); // it has crashed in between
    if (listener == null) {
      throw host.connectionRefused(connection.port());
    }
    require(connection, Transfer.Kind.ANSWER, false, to, signal);
    network.add(connection);
    listener.enqueue(connection, signal);
  }

  /** Waits for as long as an empty packet takes. */
  private void travel(Connection connection, boolean toServer, HostPort to, Signal signal)
      throws IOException {
    Link.Direction link = connection.link(toServer);
    if (link != null) {
      long delay = link.delay(connection.random(toServer, 0, 1));
      signal.pause(delay, network.timeSource(), late(to));
    }
  }

  private static Supplier<String> late(HostPort to) {
    return () -> "no answer from %s before the deadline".formatted(to);
  }

  /** Waits until the rules let a connect or its answer pass. */
  private void require(
      Connection connection, Transfer.Kind kind, boolean toServer, HostPort to, Signal signal)
      throws IOException {
    boolean held = false;
    while (true) {
      long seen = signal.count();
      Decision decision = network.decide(connection.transfer(kind, toServer, 0, null), !held);
      switch (decision.action()) {
        case PASS, CORRUPT -> {
          return;
        }
        case DELAY -> {
          signal.pause(decision.time().toNanos(), network.timeSource(), late(to));
          return;
        }
        case HOLD -> {
          held = true;
          signal.await(seen, late(to));
        }
        case REFUSE, RESET, END ->
            throw new ConnectException(
                "connection refused: a rule of the network refuses connects to " + to);
      }
    }
  }

  private InetAddress ownAddressFor(InetAddress remote) {
    if (remote.isLoopbackAddress()) {
      return remote;
    }
    for (InetAddress each : addresses) {
      if (each.getClass() == remote.getClass()) {
        return each;
      }
    }
    return addresses.getFirst();
  }

  private static InetAddress ownAddress(String ownName) {
    boolean isIpv6 = ownName.indexOf(':') >= 0;
    return literal(isIpv6 ? "::1" : "127.0.0.1").orElseThrow();
  }

  private static void requireTimeLeft(Deadline deadline, String action, HostPort at)
      throws SocketTimeoutException {
    if (deadline.remaining().isZero()) {
      throw new SocketTimeoutException("no time is left to %s %s".formatted(action, at));
    }
  }

  ConnectException connectionRefused(int port) {
    Set<Integer> ports = new TreeSet<>(listeners.keySet());
    return new ConnectException(
        "connection refused: no listener on %s (%s)"
            .formatted(
                place(port),
                ports.isEmpty()
                    ? "%s has no listener: listen before you connect".formatted(name)
                    : "%s listens on port %s".formatted(name, InMemoryNetwork.list(ports))));
  }

  // Listening.

  /**
   * Listens on this host with a backlog of 128 flows.
   *
   * @param at an address of this host, to listen on that address alone; or a name of this host or a
   *     wildcard, to listen on all. Port 0 selects a free port from 49152 upwards
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
    if (crashed) {
      throw new BindException(crashed("listen on", at));
    }
    InetAddress only = listeningAddress(at.host());
    InMemoryListener listener =
        at.port() == 0 ? listenAnywhere(only, backlog) : listenOn(only, at.port(), backlog);
    if (crashed) { // perhaps after the check, and before crash could see this listener
      remove(listener);
      listener.crash();
      throw new BindException(crashed("listen on", at));
    }
    return listener;
  }

  /** Returns the only address to listen on, or null for all. */
  private @Nullable InetAddress listeningAddress(String host) throws BindException {
    if (isOwnName(host) || network.names().host(host) == this) {
      return null;
    }
    Optional<InetAddress> address = literal(host);
    if (address.isEmpty() || !addresses.contains(address.get())) {
      throw new BindException(
          "cannot listen on %s from host %s: use %s, localhost or 0.0.0.0"
              .formatted(host, name, name));
    }
    return address.get();
  }

  private InMemoryListener listenOn(@Nullable InetAddress only, int port, int backlog)
      throws BindException {
    InMemoryListener listener = new InMemoryListener(this, only, port, backlog);
    if (!add(listener)) {
      throw new BindException(
          "%s is in use: close its listener first, or listen on port 0".formatted(place(port)));
    }
    return listener;
  }

  private InMemoryListener listenAnywhere(@Nullable InetAddress only, int backlog)
      throws BindException {
    for (int i = 0; i < EPHEMERAL_PORTS; i++) {
      InMemoryListener listener =
          new InMemoryListener(this, only, ephemeral(nextListeningPort), backlog);
      if (add(listener)) {
        return listener;
      }
    }
    throw new BindException(
        "ports %d to 65535 of %s are all in use: close a listener"
            .formatted(FIRST_EPHEMERAL, name));
  }

  private boolean add(InMemoryListener listener) {
    List<InMemoryListener> now =
        listeners.compute(
            listener.port(),
            (port, others) -> {
              if (others == null) {
                return List.of(listener);
              }
              if (others.stream().anyMatch(listener::conflictsWith)) {
                return others;
              }
              List<InMemoryListener> all = new ArrayList<>(others);
              all.add(listener);
              return List.copyOf(all);
            });
    return now.contains(listener);
  }

  /** Removes a listener, which frees its port. */
  void remove(InMemoryListener listener) {
    listeners.computeIfPresent(
        listener.port(),
        (port, all) -> {
          List<InMemoryListener> others = all.stream().filter(each -> each != listener).toList();
          return others.isEmpty() ? null : others;
        });
  }

  private @Nullable InMemoryListener listener(InetAddress address, int port) {
    for (InMemoryListener each : listeners.getOrDefault(port, List.of())) {
      if (each.isReachedBy(address)) {
        return each;
      }
    }
    return null;
  }

  List<InMemoryListener> listeners() {
    return listeners.values().stream().flatMap(List::stream).toList();
  }

  InMemoryNetwork network() {
    return network;
  }

  /** Returns this host and a port, such as {@code server:80}. */
  String place(int port) {
    return new HostPort(name, port).toString();
  }

  /** Returns the description of a connection, such as {@code inmemory(server:80)}. */
  @Override
  public String describe(HostPort to) {
    return network.describe(to);
  }

  private static int ephemeral(AtomicInteger counter) {
    return FIRST_EPHEMERAL + Math.floorMod(counter.getAndIncrement(), EPHEMERAL_PORTS);
  }

  /** Returns the type and the name, such as {@code InMemoryHost[server]}. */
  @Override
  public String toString() {
    return "InMemoryHost[" + name + "]";
  }
}
