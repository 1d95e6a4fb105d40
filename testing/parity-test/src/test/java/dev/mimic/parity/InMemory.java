package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The network in memory, where what one side does has arrived when the call returns. */
final class InMemory implements ParityNetwork {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final InMemoryHost client = network.host("client");
  private final InMemoryHost server = network.host("server");
  private @Nullable Fault cut;

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
  public boolean hasDelivered(Flow flow) {
    return true;
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
  public void cutLink() {
    cut = network.inject(Faults.vanish());
  }

  @Override
  public void healLink() {
    Fault healed = cut;
    if (healed != null) {
      healed.close();
    }
  }

  @Override
  public KillableProcess startProcess(HostPort to) throws IOException {
    InMemoryHost host = network.host("process");
    FlowListener listener = host.listen(new HostPort(host.name(), 0), 1);
    Flow flow = host.connect(to, Deadline.after(TIMEOUT, TimeSource.system()));
    return new ProcessInMemory(host, flow, listener);
  }

  /** The programs of a host, which {@link #kill} ends. */
  private record ProcessInMemory(InMemoryHost host, Flow flow, FlowListener open)
      implements KillableProcess {

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
    public void freeze() {
      // it does nothing of its own
    }

    @Override
    public void kill() {
      host.stop();
    }
  }
}
