package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.net.URI;

/** The relay between two flows in the proxies of the tests. */
final class Splice {
  private Splice() {}

  /** Returns the host and port of a server. */
  static HostPort at(FlowServer server) {
    return new HostPort("127.0.0.1", URI.create(server.address()).getPort());
  }

  /** Relays bytes in both directions until both have ended. */
  static void both(Flow client, Flow target) throws IOException {
    try (target) {
      Thread back =
          Thread.startVirtualThread(
              () -> {
                try {
                  oneWay(target, client);
                } catch (IOException e) {
                  // Either peer has closed or reset its flow.
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
