package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.IpAddresses;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
 * <p>Nothing goes wrong on a new network. A {@link #link} makes it slow, {@link #names} answers or
 * fails, and a {@link Fault} breaks it until it is closed:
 *
 * <pre>{@code
 * network.link("web", "api").latency(Duration.ofMillis(30)).bandwidth(Bandwidth.ofMegabits(10));
 * try (Fault fault = network.inject(Faults.resetAfter(1024).from("api"))) { ... }
 * try (Fault cut = network.partition("web", "api")) { ... }
 * System.out.println(network.timeline());
 * }</pre>
 *
 * <p>Flows are {@link dev.mimic.flow.FlowPipe.End}s that behave as TCP connections of a kernel,
 * with a buffer of 64 KiB in each direction. The attributes {@code localAddress} and {@code
 * remoteAddress} of their {@link Flow#info} are IP addresses and ports.
 */
public final class InMemoryNetwork implements Network, AutoCloseable {
  static final String LOCALHOST = "localhost";
  private static final int MAX_LISTED = 8;

  private record Pair(InMemoryHost from, InMemoryHost to) {}

  /** A rule that was injected, and its text. Each injection is one of its own. */
  static final class Injected {
    private final Rule rule;
    private final String name;

    private Injected(Rule rule) {
      this.rule = requireNonNull(rule, "rule");
      this.name = rule.toString();
    }

    private Rule rule() {
      return rule;
    }

    private String name() {
      return name;
    }
  }

  private final TimeSource time;
  private final long start;
  private final long seed;
  private final boolean recordsBytes;
  private final boolean tracksLeaks;
  private final Timeline timeline;
  private final Names names = new Names(this);
  private final ConcurrentMap<String, InMemoryHost> hosts = new ConcurrentHashMap<>();
  private final ConcurrentMap<InetAddress, InMemoryHost> addresses = new ConcurrentHashMap<>();
  private final ConcurrentMap<Pair, Link.Direction> directions = new ConcurrentHashMap<>();
  private final ConcurrentMap<Pair, AtomicLong> ordinals = new ConcurrentHashMap<>();
  private final List<Injected> rules = new CopyOnWriteArrayList<>();
  private final List<PacketCapture> captures = new CopyOnWriteArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<Signal> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicLong nextConnection = new AtomicLong();
  private final AtomicInteger nextAddress = new AtomicInteger();
  private final InMemoryHost localhost;

  private InMemoryNetwork(Builder settings) {
    this.time = settings.time;
    this.start = time.nanoTime();
    this.seed = settings.seed;
    this.recordsBytes = settings.recordsBytes;
    this.tracksLeaks = settings.tracksLeaks;
    this.timeline = new Timeline(settings.maxEvents);
    this.localhost = host(LOCALHOST);
  }

  /** Returns a new network whose only host is {@code localhost}. */
  public static InMemoryNetwork create() {
    return builder().build();
  }

  /** Returns a new network on this clock. */
  public static InMemoryNetwork create(TimeSource time) {
    return builder().timeSource(time).build();
  }

  /** Returns a builder of networks. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the host of this name; creates it if there is none.
   *
   * @param name a name, not case-sensitive; {@code localhost} is the host that the network itself
   *     connects from. {@code 127.0.0.1}, {@code ::1}, {@code 0.0.0.0} and {@code ::} are refused,
   *     because they refer to whichever host uses them
   */
  public InMemoryHost host(String name) {
    String lower = Names.lower(name);
    boolean isAddress = InMemoryHost.isOwnName(lower) && !lower.equals(LOCALHOST);
    if (lower.isBlank() || isAddress) {
      throw new IllegalArgumentException(
          "name (%s) must not be blank, a loopback address or a wildcard".formatted(name));
    }
    InMemoryHost known = names.host(lower);
    if (known == null) {
      known = owner(lower);
    }
    return known != null ? known : hosts.computeIfAbsent(lower, this::newHost);
  }

  private InMemoryHost newHost(String name) {
    InMemoryHost host = new InMemoryHost(this, name, nextAddress.incrementAndGet());
    while (host.addresses().stream().anyMatch(addresses::containsKey)) {
      host = new InMemoryHost(this, name, nextAddress.incrementAndGet()); // somebody was given it
    }
    for (InetAddress each : host.addresses()) {
      addresses.put(each, host);
    }
    names.add(name, host);
    return host;
  }

  /** Returns the name server of this network. */
  public Names names() {
    return names;
  }

  /** Returns the clock of this network. */
  public TimeSource timeSource() {
    return time;
  }

  /** Returns the seed of the random decisions on this network. */
  public long seed() {
    return seed;
  }

  /** Returns the events on this network so far. */
  public Timeline timeline() {
    return timeline;
  }

  /** Returns the link between two hosts in both directions; creates the hosts. */
  public Link link(String one, String other) {
    return link(List.of(new Pair(host(one), host(other)), new Pair(host(other), host(one))));
  }

  /** Returns the link from one host to another in this direction only; creates the hosts. */
  public Link linkFrom(String from, String to) {
    return link(List.of(new Pair(host(from), host(to))));
  }

  private Link link(List<Pair> pairs) {
    List<Link.Direction> both = new ArrayList<>();
    for (Pair pair : pairs) {
      both.add(directions.computeIfAbsent(pair, unused -> new Link.Direction()));
    }
    return new Link(both, this::settingsChanged);
  }

  /**
   * Adds a rule after the existing ones. Connections that are open obey it too.
   *
   * @return the fault that removes the rule
   */
  public Fault inject(Rule rule) {
    Injected injected = new Injected(rule);
    rules.add(injected);
    recordFault(injected.name() + " begins");
    rulesChanged(injected);
    return () -> {
      if (rules.remove(injected)) {
        recordFault(injected.name() + " ends");
        rulesChanged(null);
      }
    };
  }

  /**
   * Separates two hosts: nothing passes between them. Connects wait for their deadlines, writes
   * fill the buffers and reads hang, until the fault is closed and everything continues.
   */
  public Fault partition(String one, String other) {
    return partition(Set.of(one), Set.of(other));
  }

  /** Separates two groups of hosts, as {@link #partition(String, String)} does two hosts. */
  public Fault partition(Collection<String> group, Collection<String> others) {
    Set<String> first = lower(group);
    Set<String> second = lower(others);
    return hold(
        "partition of %s and %s".formatted(list(first), list(second)),
        transfer -> isBetween(transfer, first, second) || isBetween(transfer, second, first));
  }

  /**
   * Separates two groups of hosts in one direction: nothing passes from the first to the second. A
   * connect in either direction waits, since its packets or their answers do not pass.
   */
  public Fault partitionFrom(Collection<String> from, Collection<String> to) {
    Set<String> first = lower(from);
    Set<String> second = lower(to);
    return hold(
        "partition from %s to %s".formatted(list(first), list(second)),
        transfer -> isBetween(transfer, first, second));
  }

  private Fault hold(String text, Predicate<Transfer> held) {
    return inject(
        new FaultRule(text, transfer -> held.test(transfer) ? Decision.hold() : Decision.pass()));
  }

  private static boolean isBetween(Transfer transfer, Set<String> from, Set<String> to) {
    return from.stream().anyMatch(transfer::isFrom) && to.stream().anyMatch(transfer::isTo);
  }

  private static Set<String> lower(Collection<String> names) {
    return names.stream().map(Names::lower).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Writes what happens from now on as a pcapng capture, with made-up headers of TCP and IP, until
   * the result is closed. The caller owns the stream; it is flushed and not closed.
   */
  public PacketCapture capture(OutputStream to) throws IOException {
    PacketCapture capture = new PacketCapture(to, captures::remove);
    captures.add(capture);
    settingsChanged();
    return capture;
  }

  /**
   * Returns a line for each listener that is not closed and each end of a connection that is not
   * closed, with the place where it was opened if {@link Builder#trackLeaks} is set.
   */
  public List<String> open() {
    List<String> open = new ArrayList<>();
    for (InMemoryHost host : hosts.values()) {
      host.listeners().forEach(each -> open.add(leak("listener " + each, each.openedAt())));
    }
    for (Connection each : connections()) {
      for (boolean ofServer : new boolean[] {false, true}) {
        FlowPipe.End end = each.end(ofServer);
        if (end.isOpen()) {
          String name = "flow %s of %s".formatted(end, ofServer ? each.server() : each.client());
          open.add(leak(name, each.openedAt(ofServer)));
        }
      }
    }
    return open;
  }

  private static String leak(String name, @Nullable Throwable openedAt) {
    if (openedAt == null) {
      return name;
    }
    StringWriter stack = new StringWriter();
    openedAt.printStackTrace(new PrintWriter(stack));
    return name + ", " + stack.toString().replaceFirst("^java.lang.Throwable: ", "");
  }

  /** Closes all listeners and all flows. A network can be used again afterwards. */
  @Override
  public void close() {
    hosts.values().forEach(InMemoryHost::stopListening);
    connections().forEach(Connection::close); // once, and not once for each host
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
    return listeningHost(at.host()).listen(at, deadline);
  }

  private InMemoryHost listeningHost(String name) {
    if (InMemoryHost.isOwnName(name)) {
      return localhost;
    }
    InMemoryHost owner = owner(name);
    return owner == null ? host(name) : owner;
  }

  /** Returns the description of a connection, such as {@code inmemory(server:80)}. */
  @Override
  public String describe(HostPort to) {
    return InMemoryHost.PROTOCOL + "(" + to + ")";
  }

  /** Returns the host that has this address, if the text is the literal of one. */
  private @Nullable InMemoryHost owner(String literal) {
    try {
      return IpAddresses.literal(literal).map(addresses::get).orElse(null);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  @Nullable InMemoryHost owner(InetAddress address) {
    return addresses.get(address);
  }

  /** Gives a host one more address. */
  void add(InetAddress address, InMemoryHost host) {
    InMemoryHost other = addresses.putIfAbsent(address, host);
    if (other != null && other != host) {
      throw new IllegalArgumentException(
          "%s is an address of the host %s already"
              .formatted(IpAddresses.print(address), other.name()));
    }
  }

  long nextConnection() {
    return nextConnection.incrementAndGet();
  }

  /** Returns the number of this connection among those from one host to another, from 1. */
  long nextOrdinal(InMemoryHost from, InMemoryHost to) {
    return ordinals
        .computeIfAbsent(new Pair(from, to), unused -> new AtomicLong())
        .incrementAndGet();
  }

  boolean tracksLeaks() {
    return tracksLeaks;
  }

  Link.@Nullable Direction direction(InMemoryHost from, InMemoryHost to) {
    return directions.isEmpty() ? null : directions.get(new Pair(from, to));
  }

  /** Returns whether something can happen to the bytes of a connection between these hosts. */
  private boolean isDiverted(Connection connection) {
    return recordsBytes
        || !rules.isEmpty()
        || !captures.isEmpty()
        || connection.client().isSilent()
        || connection.server().isSilent()
        || connection.link(true) != null
        || connection.link(false) != null;
  }

  void add(Connection connection) {
    connections.add(connection);
    if (isDiverted(connection)) {
      connection.divert();
    }
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  /** Returns the connections in the order of their numbers, so that each run is the same. */
  List<Connection> connections() {
    return connections.stream().sorted(Comparator.comparingLong(Connection::number)).toList();
  }

  void addWaiting(Signal signal) {
    waiting.add(signal);
  }

  void removeWaiting(Signal signal) {
    waiting.remove(signal);
  }

  /** Ends the connects in progress from a host, whose programs have ended. */
  void endConnects(InMemoryHost from) {
    for (Signal each : waiting) {
      if (each.host() == from) {
        each.close();
      }
    }
  }

  void namesChanged() {
    waiting.forEach(Signal::raise);
  }

  private void settingsChanged() {
    for (Connection each : connections()) {
      if (isDiverted(each)) {
        each.divert();
        each.linkChanged();
      }
    }
  }

  /** Asks the rules again about everything that waits. */
  void rulesChanged(@Nullable Injected added) {
    for (Connection each : connections()) {
      each.divert();
      each.rulesChanged(added);
    }
    waiting.forEach(Signal::raise);
  }

  /** Returns the decision of the first rule that does not pass. */
  Decision decide(Transfer transfer, boolean record) {
    if (transfer.isSilenced()) {
      return Decision.hold();
    }
    for (Injected each : rules) {
      Decision decision = decide(each, transfer);
      if (!decision.passes()) {
        if (record) {
          recordDecision(transfer, decision, each.name());
        }
        return decision;
      }
    }
    return Decision.pass();
  }

  @SuppressWarnings("CatchingThrowable") // a failed assertion of a rule, too, ends the connection
  private Decision decide(Injected injected, Transfer transfer) {
    try {
      return requireNonNull(injected.rule().decide(transfer), "the decision of a rule");
    } catch (Throwable e) {
      recordFault("%s threw %s".formatted(injected.name(), e));
      return Decision.reset();
    }
  }

  /** Returns the decision of one rule about an open connection. */
  Decision decideOpen(Injected injected, Transfer transfer) {
    Decision decision = decide(injected, transfer);
    if (!decision.passes()) {
      recordDecision(transfer, decision, injected.name());
    }
    return decision;
  }

  private void recordDecision(Transfer transfer, Decision decision, String rule) {
    timeline.add(
        event(
            NetworkEvent.Kind.FAULT,
            transfer.from(),
            transfer.to(),
            transfer.port(),
            transfer.connection(),
            0,
            decision.action() == Decision.Action.HOLD ? rule + ": held" : rule));
  }

  void recordFault(String text) {
    timeline.add(event(NetworkEvent.Kind.FAULT, "network", "network", 0, 0, 0, text));
  }

  void recordFault(InMemoryHost host, String text) {
    timeline.add(event(NetworkEvent.Kind.FAULT, host.name(), host.name(), 0, 0, 0, text));
  }

  void record(NetworkEvent.Kind kind, Connection connection, boolean toServer, String detail) {
    record(kind, connection, toServer, 0, detail);
    capture(kind, connection, toServer);
  }

  private void capture(NetworkEvent.Kind kind, Connection connection, boolean toServer) {
    for (PacketCapture each : captures) {
      each.record(kind, connection, toServer, elapsedNanos());
    }
  }

  /** Records a connect that has failed. Only a refusal is a packet. */
  void recordFailure(Connection connection, Exception failure) {
    record(NetworkEvent.Kind.REFUSED, connection, false, 0, failure.toString());
    if (failure instanceof ConnectException) {
      capture(NetworkEvent.Kind.RESET, connection, false);
    }
  }

  void recordBytes(Connection connection, boolean toServer, ByteBuffer data) {
    record(NetworkEvent.Kind.BYTES, connection, toServer, data.remaining(), "");
    for (PacketCapture each : captures) {
      each.recordBytes(connection, toServer, data, elapsedNanos());
    }
  }

  private void record(
      NetworkEvent.Kind kind, Connection connection, boolean toServer, int bytes, String detail) {
    InMemoryHost from = toServer ? connection.client() : connection.server();
    InMemoryHost to = toServer ? connection.server() : connection.client();
    timeline.add(
        event(kind, from.name(), to.name(), connection.port(), connection.number(), bytes, detail));
  }

  private NetworkEvent event(
      NetworkEvent.Kind kind,
      String from,
      String to,
      int port,
      long connection,
      int bytes,
      String detail) {
    return new NetworkEvent(
        Duration.ofNanos(elapsedNanos()), kind, from, to, port, connection, bytes, detail);
  }

  private long elapsedNanos() {
    return time.nanoTime() - start;
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

  /** Settings of networks. Not thread-safe; can build any number of networks. */
  public static final class Builder {
    private TimeSource time = TimeSource.system();
    private long seed;
    private boolean recordsBytes;
    private boolean tracksLeaks;
    private int maxEvents = 10_000;

    private Builder() {}

    /** Sets the clock of every wait on the network. Defaults to the system's. */
    public Builder timeSource(TimeSource time) {
      this.time = requireNonNull(time, "time");
      return this;
    }

    /**
     * Sets the seed of jitter and random faults. Defaults to zero. The same seed gives the same
     * decisions for the same connections and bytes, whatever the threads do.
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Records bytes, ends and resets of every connection in the timeline. By default they are
     * recorded for connections with a link or a rule only: the others are plain pipes.
     */
    public Builder recordBytes() {
      recordsBytes = true;
      return this;
    }

    /** Remembers where each flow and listener was opened, for {@link InMemoryNetwork#open}. */
    public Builder trackLeaks() {
      tracksLeaks = true;
      return this;
    }

    /** Sets how many events the timeline keeps: the latest. Defaults to 10,000. */
    public Builder maxEvents(int events) {
      if (events < 1) {
        throw new IllegalArgumentException("events (%d) must be positive".formatted(events));
      }
      maxEvents = events;
      return this;
    }

    /** Returns a new network whose only host is {@code localhost}. */
    public InMemoryNetwork build() {
      return new InMemoryNetwork(this);
    }
  }
}
