package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.time.Duration;

/** The network in memory, where what one side does has arrived when the call returns. */
final class InMemory implements ParityNetwork {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final InMemoryHost client = network.host("client");
  private final InMemoryHost server = network.host("server");

  @Override
  public String server() {
    return server.name();
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    return client.connect(to, deadline);
  }

  @Override
  public FlowListener listen(HostPort at, int backlog) throws IOException {
    return server.listen(at, backlog);
  }

  @Override
  public void reset(Flow flow) {
    flow.find(FlowPipe.End.class).orElseThrow().reset();
  }

  @Override
  public boolean hasEndArrived(Flow flow) {
    return true;
  }

  @Override
  public boolean hasResetArrived(Flow flow) {
    return true;
  }

  @Override
  public KillableProcess startProcess(HostPort to) throws IOException {
    InMemoryHost host = network.host("process");
    FlowListener listener = host.listen(new HostPort(host.name(), 0), 1);
    Flow flow = host.connect(to, Deadline.after(TIMEOUT, TimeSource.system()));
    return new ProcessInMemory(flow, listener);
  }

  /** A host whose flow and listener {@link #kill} closes, as the kernel of a process does. */
  private record ProcessInMemory(Flow flow, FlowListener open) implements KillableProcess {

    @Override
    public void write(int bytes) throws IOException {
      flow.write(Patterns.of(bytes));
    }

    @Override
    public void awaitBytes(int count) {
      // they have arrived when the write returns
    }

    @Override
    public HostPort listener() {
      return HostPort.ofAddress(open.address());
    }

    @Override
    public void kill() throws IOException {
      open.close();
      flow.close();
    }
  }
}
