package dev.mimic.inmemory;

import dev.mimic.Network;
import dev.mimic.flow.TimeSource;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * The deployment target for a network in memory. Programs that share a network can reach each
 * other. A network with a clock of its own sets the clock of the program too.
 */
public final class InMemoryModule extends MimicModule {
  private final Network network;
  private final TimeSource time;

  /** Creates a module of a whole network; the program connects from the host {@code localhost}. */
  public InMemoryModule(InMemoryNetwork network) {
    super(List.of(network));
    this.network = network;
    this.time = network.timeSource();
  }

  /** Creates a module of a single host of a network. */
  public InMemoryModule(InMemoryHost host) {
    super(List.of(host));
    this.network = host;
    this.time = host.timeSource();
  }

  @Override
  protected void contribute() {
    bindNetwork(network);
    if (!time.equals(TimeSource.system())) {
      bindTimeSource(time);
    }
  }
}
