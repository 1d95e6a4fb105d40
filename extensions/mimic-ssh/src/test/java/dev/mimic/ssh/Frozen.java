package dev.mimic.ssh;

import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;

/** Passes bytes on to a host, until it stops to without a word, as a cable does that is cut. */
final class Frozen implements Closeable {
  private final FlowServer server;
  private volatile boolean frozen;

  Frozen(HostPort to) throws IOException {
    server =
        FlowServer.serve(Host.TCP.listen(new HostPort("127.0.0.1", 0)), flow -> pass(flow, to));
  }

  HostPort at() {
    return new HostPort("127.0.0.1", URI.create(server.address()).getPort());
  }

  void freeze() {
    frozen = true;
  }

  private void pass(Flow client, HostPort to) throws IOException {
    try (Flow host = Host.TCP.connect(to, Host.soon())) {
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
      if (!frozen) {
        to.write(buffer.flip());
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
