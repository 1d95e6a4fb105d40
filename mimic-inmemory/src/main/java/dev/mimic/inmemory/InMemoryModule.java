package dev.mimic.inmemory;

import dev.mimic.Network;
import dev.mimic.guice.MimicModule;

/**
 * The deployment target of a program that runs on a network in memory. Two programs that share a
 * network reach each other.
 */
public final class InMemoryModule extends MimicModule {
  private final Network network;

  /** Runs the program on the whole network; it connects from the host {@code localhost}. */
  public InMemoryModule(InMemoryNetwork network) {
    super(network);
    this.network = network;
  }

  /** Runs the program on one host of a network. */
  public InMemoryModule(InMemoryHost host) {
    super(host);
    this.network = host;
  }

  @Override
  protected void contribute() {
    bindNetwork(network);
  }
}
