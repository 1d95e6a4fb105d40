package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Flows between two hosts of a network in memory, as it comes; heap buffers. */
final class InMemoryMimicLinks implements InMemoryLinks {
  private static final HostPort SERVER = new HostPort("server", 80);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final InMemoryHost client = network.host("client");
  private final FlowListener listener;

  InMemoryMimicLinks() throws IOException {
    listener = network.host("server").listen(SERVER);
  }

  @Override
  public Link open() throws IOException {
    Flow near = client.connect(SERVER, Deadline.after(TIMEOUT, TimeSource.system()));
    return new Link(new FlowEnd(near), new FlowEnd(listener.accept()));
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private record FlowEnd(Flow flow) implements End {
    @Override
    public ByteBuffer buffer(int size) {
      return ByteBuffer.allocate(size);
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
      flow.write(src);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      return flow.read(dst);
    }

    @Override
    public void close() throws IOException {
      flow.close();
    }
  }
}
