package dev.mimic.inmemory;

import dev.mimic.Network;
import dev.mimic.guice.MimicModule;

/**
 * The deployment target for a network in memory. Programs that share a network can reach each
 * other.
 */
public final class InMemoryModule extends MimicModule {
  private final Network network;

  /** Creates a module of a whole network; the program connects from the host {@code localhost}. */
  public InMemoryModule(InMemoryNetwork network) {
    super(network);
    this.network = network;
  }

  /** Creates a module of a single host of a network. */
  public InMemoryModule(InMemoryHost host) {
    super(host);
    this.network = host;
  }

  @Override
  protected void contribute() {
    bindNetwork(network);
  }
}
