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

/** A flow through a proxy that is the far end itself: what the proxy's part does not change. */
@Row("through SOCKS5")
final class ProxiedContractTest extends FlowContract {
  private static final byte[] CONNECTED = {5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  private static final int QUESTION_BYTES = 3 + 4 + 1 + "far.example".length() + 2;

  private final InMemoryNetwork network = InMemoryNetwork.create();

  @Override
  protected FlowPair open() throws Exception {
    try (FlowListener proxy = network.listen(new HostPort("127.0.0.1", 0))) {
      HostPort at = new HostPort("127.0.0.1", URI.create(proxy.address()).getPort());
      CompletableFuture<Flow> far = new CompletableFuture<>();
      Thread answering =
          Thread.startVirtualThread(
              () -> {
                try {
                  far.complete(answered(proxy.accept()));
                } catch (IOException e) {
                  far.completeExceptionally(e);
                }
              });
      Flow near =
          Socks5Proxy.at(at)
              .through(network)
              .connect(new HostPort("far.example", 80), ProxyLines.soon());
      answering.join();
      return new FlowPair(near, far.get());
    }
  }

  private static Flow answered(Flow client) throws IOException {
    client.write(ByteBuffer.wrap(CONNECTED));
    ByteBuffer question = ByteBuffer.allocate(QUESTION_BYTES);
    while (question.hasRemaining()) {
      client.read(question);
    }
    return client;
  }
}
