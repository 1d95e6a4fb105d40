package dev.mimic.unix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A pair of connected flows.
 *
 * <pre>
 *   near  =====  TCP over loopback, or a Unix domain socket  =====  far
 * </pre>
 */
record Loopback(Flow near, Flow far) implements Closeable {
  static final TcpNetwork TCP = TcpNetwork.create();

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 20);

  /** The family of the socket that connects the two. */
  enum Family {
    TCP,
    UNIX;

    Loopback open() throws IOException {
      return this == TCP ? Loopback.open() : SocketFolder.pair();
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

  /** Returns the host and port of a listener. */
  static HostPort reach(FlowListener listener) {
    return HostPort.ofAddress(listener.address());
  }

  /** Returns a port of 127.0.0.1 on which no process listens. */
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

  /** Closes a flow so that the peer sees a reset. */
  static void reset(Flow flow) throws IOException {
    channel(flow).setOption(StandardSocketOptions.SO_LINGER, 0);
    flow.close();
  }

  static SocketChannel channel(Flow flow) {
    return flow.find(SocketChannel.class).orElseThrow();
  }

  /** Writes repeatedly, each time more than the buffers hold, until an exception is thrown. */
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
