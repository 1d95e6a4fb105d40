package dev.mimic.proxy;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.testkit.FlowContract;
import dev.mimic.testkit.FlowPair;
import dev.mimic.testkit.Row;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * The contract of flows for a flow through a proxy. The proxy does not relay the bytes: its end of
 * the connection is the other flow of the pair.
 */
@Row("through SOCKS5")
final class ProxiedContractTest extends FlowContract {
  private static final byte[] RESPONSES = {5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  private static final int REQUEST_BYTES = 3 + 4 + 1 + "far.example".length() + 2;

  private final InMemoryNetwork network = InMemoryNetwork.create();

  @Override
  protected FlowPair open() throws Exception {
    try (FlowListener proxy = network.listen(new HostPort("127.0.0.1", 0))) {
      HostPort at = new HostPort("127.0.0.1", URI.create(proxy.address()).getPort());
      CompletableFuture<Flow> far = new CompletableFuture<>();
      Thread accepting =
          Thread.startVirtualThread(
              () -> {
                try {
                  far.complete(accepted(proxy.accept()));
                } catch (IOException e) {
                  far.completeExceptionally(e);
                }
              });
      Flow near =
          Socks5Proxy.at(at)
              .through(network)
              .connect(new HostPort("far.example", 80), ProxyContract.deadline());
      accepting.join();
      return new FlowPair(near, far.get());
    }
  }

  private static Flow accepted(Flow client) throws IOException {
    client.write(ByteBuffer.wrap(RESPONSES));
    ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
    while (request.hasRemaining()) {
      client.read(request);
    }
    return client;
  }
}
