package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.net.URI;

/** What a proxy does with two flows. */
final class Splice {
  private Splice() {}

  /** Returns where a server is. */
  static HostPort at(FlowServer server) {
    return new HostPort("127.0.0.1", URI.create(server.address()).getPort());
  }

  /** Passes bytes on, both ways, until both have ended. */
  static void both(Flow client, Flow target) throws IOException {
    try (target) {
      Thread back =
          Thread.startVirtualThread(
              () -> {
                try {
                  oneWay(target, client);
                } catch (IOException e) {
                  // One of them is gone.
                }
              });
      oneWay(client, target);
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void oneWay(Flow from, Flow to) throws IOException {
    long unused = from.inputStream().transferTo(to.outputStream());
    to.shutdownOutput();
  }
}
