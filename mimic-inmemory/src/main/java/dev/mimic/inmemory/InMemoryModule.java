package dev.mimic.inmemory;

import dev.mimic.Network;
import dev.mimic.guice.MimicModule;
import java.util.List;

/**
 * The deployment target for a network in memory. Programs that share a network can reach each
 * other.
 */
public final class InMemoryModule extends MimicModule {
  private final Network network;

  /** Creates a module of a whole network; the program connects from the host {@code localhost}. */
  public InMemoryModule(InMemoryNetwork network) {
    super(List.of(network));
    this.network = network;
  }

  /** Creates a module of a single host of a network. */
  public InMemoryModule(InMemoryHost host) {
    super(List.of(host));
    this.network = host;
  }

  @Override
  protected void contribute() {
    bindNetwork(network);
  }
}
