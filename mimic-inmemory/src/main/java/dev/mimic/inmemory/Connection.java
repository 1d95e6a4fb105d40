package dev.mimic.inmemory;

import dev.mimic.HostPort;
import dev.mimic.IpAddresses;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two hosts. It is a plain pipe until something can happen to its bytes: a
 * link with settings, a rule, or a record. From then on two {@link Transit}s carry them.
 */
final class Connection {
  private static final String PROTOCOL = InMemoryHost.PROTOCOL;

  private final InMemoryNetwork network;
  private final long number;
  private final InMemoryHost client;
  private final InMemoryHost server;
  private final InetAddress clientAddress;
  private final InetAddress serverAddress;
  private final int clientPort;
  private final int port;
  private final long ordinal;
  private final FlowPipe pipe;
  private final AtomicInteger open = new AtomicInteger(2);
  private final @Nullable Throwable connectedAt;
  private volatile @Nullable Throwable acceptedAt;
  private volatile boolean established = true;

  private final ReentrantLock lock = new ReentrantLock(); // guards the change to transits
  private volatile @Nullable Transit toServer;
  private volatile @Nullable Transit toClient;
  private volatile boolean diverted; // set last: the bytes of both ends go by the transits

  Connection(
      InMemoryNetwork network,
      InMemoryHost client,
      InetAddress clientAddress,
      int clientPort,
      InMemoryHost server,
      InetAddress serverAddress,
      int port,
      long ordinal) {
    this.network = network;
    this.number = network.nextConnection();
    this.client = client;
    this.server = server;
    this.clientAddress = clientAddress;
    this.serverAddress = serverAddress;
    this.clientPort = clientPort;
    this.port = port;
    this.ordinal = ordinal;
    this.connectedAt = network.tracksLeaks() ? new Throwable("connected here") : null;
    String near = client.place(clientPort);
    String far = server.place(port);
    String nearAddress = text(clientAddress, clientPort);
    String farAddress = text(serverAddress, port);
    this.pipe =
        FlowPipe.builder()
            .likeTcp()
            .timeSource(network.timeSource())
            .info(
                info(near, far, nearAddress, farAddress), info(far, near, farAddress, nearAddress))
            .onClose(this::closed)
            .build();
  }

  private static FlowInfo info(String local, String remote, String localIp, String remoteIp) {
    return FlowInfo.of(PROTOCOL, local, remote)
        .with("localAddress", localIp)
        .with("remoteAddress", remoteIp);
  }

  private static String text(InetAddress address, int port) {
    return new HostPort(IpAddresses.print(address), port).toString();
  }

  long number() {
    return number;
  }

  InMemoryHost client() {
    return client;
  }

  InMemoryHost server() {
    return server;
  }

  InetAddress address(boolean ofServer) {
    return ofServer ? serverAddress : clientAddress;
  }

  int port() {
    return port;
  }

  int clientPort() {
    return clientPort;
  }

  FlowPipe.End end(boolean ofServer) {
    return ofServer ? pipe.far() : pipe.near();
  }

  /** Returns a number from 0 to 1 that depends on the seed and on a place in the stream only. */
  double random(boolean isToServer, long position, int use) {
    long hash = network.seed();
    hash = mix(hash ^ client.name().hashCode());
    hash = mix(hash ^ server.name().hashCode());
    hash = mix(hash ^ port);
    hash = mix(hash ^ ordinal);
    hash = mix(hash ^ (isToServer ? 1 : 2));
    hash = mix(hash ^ position);
    hash = mix(hash ^ use);
    return (hash >>> 11) * 0x1.0p-53;
  }

  // The finalizer of SplitMix64: each bit of the input changes half of the bits of the output.
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  Link.@Nullable Direction link(boolean isToServer) {
    return isToServer ? network.direction(client, server) : network.direction(server, client);
  }

  boolean isHost(InMemoryHost host, String name) {
    return host.name().equals(name) || network.names().host(name) == host;
  }

  Transfer transfer(Transfer.Kind kind, boolean isToServer, long at, @Nullable ByteBuffer data) {
    return new Transfer(kind, this, isToServer, at, data);
  }

  Decision decide(Transfer transfer, boolean record) {
    return network.decide(transfer, record);
  }

  void record(NetworkEvent.Kind kind, boolean isToServer, String detail) {
    network.record(kind, this, isToServer, detail);
  }

  void recordBytes(boolean isToServer, ByteBuffer data) {
    network.recordBytes(this, isToServer, data);
  }

  /** Lets transits carry the bytes from now on. */
  void divert() {
    if (diverted) {
      return;
    }
    Transit there = new Transit(this, true, pipe.near().info(), network.timeSource());
    Transit back = new Transit(this, false, pipe.far().info(), network.timeSource());
    lock.lock();
    try {
      if (diverted) {
        return;
      }
      toServer = there;
      toClient = back;
      there.deliverTo(pipe.near().divert(there));
      back.deliverTo(pipe.far().divert(back));
      diverted = true;
    } finally {
      lock.unlock();
    }
    there.run();
    back.run();
  }

  /** Lets writers see a larger buffer. */
  void linkChanged() {
    transits().forEach(Transit::linkChanged);
  }

  private Stream<Transit> transits() {
    return Stream.of(true, false).map(this::transit).flatMap(Stream::ofNullable);
  }

  /** Asks the rules about what is held, and about the connection itself. */
  void rulesChanged(InMemoryNetwork.@Nullable Injected added) {
    if (added != null) {
      askOpen(added);
    }
    transits().forEach(Transit::rulesChanged);
  }

  private void askOpen(InMemoryNetwork.Injected added) {
    for (boolean isToServer : new boolean[] {true, false}) {
      Transfer transfer = transfer(Transfer.Kind.OPEN, isToServer, 0, null);
      switch (network.decideOpen(added, transfer).action()) {
        case RESET, REFUSE -> {
          abort(isToServer);
          return;
        }
        case END -> cut(isToServer);
        case PASS, DELAY, HOLD, CORRUPT -> {}
      }
    }
  }

  private @Nullable Transit transit(boolean isToServer) {
    return isToServer ? toServer : toClient;
  }

  /** Ends one direction as its sender would. */
  private void cut(boolean isToServer) {
    Transit transit = transit(isToServer);
    if (transit != null) {
      transit.cut();
    }
  }

  /** Resets both ends; the reset reaches the receiver of this direction at once. */
  void abort(boolean isToServer) {
    Transit there = transit(isToServer);
    Transit back = transit(!isToServer);
    if (there == null || back == null) {
      return;
    }
    there.halt();
    back.halt();
    there.sendReset(true, true);
    back.sendReset(true, false);
  }

  /** Answers bytes for a closed end with a reset. */
  void answerReset(boolean isToServer) {
    Transit back = transit(!isToServer);
    if (back != null) {
      back.sendReset(false, false);
    }
  }

  /** Makes the writes in this direction fail. */
  void fail(boolean isToServer) {
    Transit transit = transit(isToServer);
    if (transit != null) {
      transit.fail();
    }
  }

  /** Closes the end of a host that has crashed, which sends nothing. */
  void crash(InMemoryHost host) {
    divert();
    for (boolean ofServer : new boolean[] {true, false}) {
      Transit outgoing = transit(!ofServer);
      if ((ofServer ? server : client) == host && outgoing != null) {
        outgoing.mute();
        end(ofServer).close();
      }
    }
  }

  /** Closes the ends of a host as its kernel does when the program ends. */
  void stop(InMemoryHost host) {
    if (client == host) {
      end(false).close();
    }
    if (server == host) {
      end(true).close();
    }
  }

  void accepted() {
    if (network.tracksLeaks()) {
      acceptedAt = new Throwable("accepted here");
    }
  }

  @Nullable Throwable openedAt(boolean ofServer) {
    return ofServer ? acceptedAt : connectedAt;
  }

  /** Closes both ends. */
  void close() {
    end(false).close();
    end(true).close();
  }

  /** Closes both ends of a connection that was not established. */
  void discard() {
    established = false;
    close();
  }

  private void closed(FlowPipe.End end) {
    if (!established) {
      return;
    }
    record(NetworkEvent.Kind.CLOSE, end == pipe.near(), "");
    if (open.decrementAndGet() == 0) {
      network.remove(this);
    }
  }

  /** Returns the ends and the number, such as {@code web:49152 -> api:443 #1}. */
  @Override
  public String toString() {
    return "%s -> %s #%d".formatted(client.place(clientPort), server.place(port), number);
  }
}
