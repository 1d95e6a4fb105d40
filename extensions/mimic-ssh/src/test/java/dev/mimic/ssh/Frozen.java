package dev.mimic.ssh;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** Passes bytes on to a host, until it stops to without a word, as a cable does that is cut. */
final class Frozen implements Closeable {
  private final SshPeer peer;
  private final FlowServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean frozen;
  private volatile boolean stalled;

  Frozen(SshPeer peer, HostPort to) throws IOException {
    this.peer = peer;
    this.server = peer.serve(flow -> pass(flow, to));
  }

  HostPort at() {
    return SshPeer.at(server);
  }

  void freeze() {
    frozen = true;
  }

  /** Reads no more, as a program does that is stopped. */
  void stall() {
    stalled = true;
  }

  private void pass(Flow client, HostPort to) throws IOException {
    try (Flow host = peer.connect(to)) {
      Thread.startVirtualThread(
          () -> {
            try (host) {
              oneWay(host, client);
            } catch (IOException e) {
              // One of them is gone.
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
