package dev.mimic.ssh.server;

import java.net.SocketAddress;

/** A side of a flow, as the library asks for it. */
final class FlowAddress extends SocketAddress {
  private static final long serialVersionUID = 1;

  private final String name;

  FlowAddress(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
