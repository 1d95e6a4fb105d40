package dev.mimic.tls.bouncycastle;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsServer;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.time.Duration;

/**
 * Two connected flows that carry TLS between a client and a server.
 *
 * <pre>
 *   TLS client = near ======== far = TLS server
 * </pre>
 */
record Wire(Flow near, Flow far) implements AutoCloseable {
  private static final TcpNetwork TCP = TcpNetwork.create();

  static Wire inMemory() {
    FlowPipe pipe = FlowPipe.create();
    return new Wire(pipe.near(), pipe.far());
  }

  /** Returns a wire that buffers at most {@code capacity} bytes in each direction. */
  static Wire inMemory(int capacity) {
    FlowPipe pipe = FlowPipe.builder().capacity(capacity).build();
    return new Wire(pipe.near(), pipe.far());
  }

  static Wire tcp() throws IOException {
    try (FlowListener listener = TCP.listen(new HostPort("127.0.0.1", 0))) {
      String address = listener.address();
      int port = HostPort.ofAddress(address).port();
      Flow near = TCP.connect(new HostPort("127.0.0.1", port), soon());
      return new Wire(near, listener.accept());
    }
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20), TimeSource.system());
  }

  /** Starts TLS at the near end, and performs the handshake. */
  TlsFlow client(TlsClient client) throws IOException {
    return Tls.upgrade(near, client, new HostPort("localhost", 443), soon());
  }

  /** Starts TLS at the far end, without performing the handshake. */
  TlsFlow server(TlsServer server) throws IOException {
    return Tls.upgrade(far, server);
  }

  @Override
  public void close() throws IOException {
    try {
      near.close();
    } finally {
      far.close();
    }
  }
}
