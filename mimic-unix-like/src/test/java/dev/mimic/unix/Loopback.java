package dev.mimic.unix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Two flows that are each other's peers.
 *
 * <pre>
 *   near  =====  TCP over loopback, or a Unix domain socket  =====  far
 * </pre>
 */
record Loopback(Flow near, Flow far) implements Closeable {
  static final TcpNetwork TCP = TcpNetwork.create();

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 20);

  /** What the two are connected by. */
  enum Family {
    TCP,
    UNIX;

    Loopback open() throws IOException {
      return this == TCP ? Loopback.open() : UnixPlace.pair();
    }
  }

  static Loopback open() throws IOException {
    return open("127.0.0.1");
  }

  static Loopback open(String host) throws IOException {
    try (FlowListener listener = TCP.listen(new HostPort(host, 0))) {
      Flow near = TCP.connect(reach(listener), soon());
      return new Loopback(near, listener.accept());
    }
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20), TimeSource.system());
  }

  /** Returns where a listener can be reached. */
  static HostPort reach(FlowListener listener) {
    String at = listener.address().substring("tcp://".length());
    int colon = at.lastIndexOf(':');
    String host = at.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new HostPort(host, Integer.parseInt(at.substring(colon + 1)));
  }

  /** Returns a port of 127.0.0.1 where nobody listens. */
  static int freePort() throws IOException {
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0))) {
      return reach(listener).port();
    }
  }

  static void assumeIpv6() throws IOException {
    try (FlowListener listener = TCP.listen(new HostPort("::1", 0))) {
      assumeTrue(listener != null);
    } catch (BindException e) {
      assumeTrue(false, "there is no IPv6 loopback here: " + e.getMessage());
    }
  }

  /** Closes such that the peer sees a reset. */
  static void reset(Flow flow) throws IOException {
    channel(flow).setOption(StandardSocketOptions.SO_LINGER, 0);
    flow.close();
  }

  static SocketChannel channel(Flow flow) {
    return flow.find(SocketChannel.class).orElseThrow();
  }

  /** Writes, in one turn, more than fits in a pipe, again and again: ends by an exception. */
  static Void writeForever(Flow flow) throws IOException {
    while (true) {
      flow.write(ZEROS.duplicate());
    }
  }

  static int readOne(Flow flow) throws IOException {
    return flow.read(ByteBuffer.allocate(1));
  }

  @Override
  public void close() throws IOException {
    near.close();
    far.close();
  }
}
