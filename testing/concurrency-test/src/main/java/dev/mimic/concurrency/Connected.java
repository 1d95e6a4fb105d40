package dev.mimic.concurrency;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.inmemory.Rule;
import java.time.Duration;

/** A network in memory with a flow from the host {@code client} to the host {@code server}. */
final class Connected {
  static final HostPort SERVER = new HostPort("server", 80);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  final InMemoryNetwork network = InMemoryNetwork.builder().maxEvents(1).build();
  final FlowPipe.End client;
  final FlowPipe.End server;

  Connected() {
    FlowListener listener = Calls.get(() -> network.host("server").listen(SERVER, 1));
    client = end(Calls.get(() -> network.host("client").connect(SERVER, soon())));
    server = end(Calls.get(listener::accept));
  }

  static Deadline soon() {
    return Deadline.after(CONNECT_TIMEOUT, TimeSource.system());
  }

  private static FlowPipe.End end(Flow flow) {
    return flow.find(FlowPipe.End.class).orElseThrow();
  }

  /** Makes transits carry the bytes from now on, in the place of the pipe. */
  void divert() {
    network.link("client", "server").latency(Duration.ZERO);
  }

  /** Injects a fault, and ends it. */
  void injectBriefly(Rule rule) {
    network.inject(rule).close();
  }
}
