package dev.mimic.ssh;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** A relay to a host, which can silently drop bytes like a cut cable, or stop reading. */
final class FreezingRelay implements Closeable {
  private final SshPeer peer;
  private final FlowServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean frozen;
  private volatile boolean stalled;

  FreezingRelay(SshPeer peer, HostPort to) throws IOException {
    this.peer = peer;
    this.server = peer.serve(flow -> relay(flow, to));
  }

  HostPort at() {
    return SshPeer.at(server);
  }

  /** Drops all bytes from now on. */
  void freeze() {
    frozen = true;
  }

  /** Stops reading, like a suspended program. */
  void stall() {
    stalled = true;
  }

  private void relay(Flow client, HostPort to) throws IOException {
    try (Flow host = peer.connect(to)) {
      Thread.startVirtualThread(
          () -> {
            try (host) {
              oneWay(host, client);
            } catch (IOException e) {
              // Either peer has closed or reset its flow.
            }
          });
      oneWay(client, host);
    }
  }

  private void oneWay(Flow from, Flow to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    while (from.read(buffer.clear()) >= 0) {
      if (stalled) {
        awaitClose();
      }
      if (!frozen) {
        to.write(buffer.flip());
      }
    }
  }

  private void awaitClose() throws IOException {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.close();
  }
}
