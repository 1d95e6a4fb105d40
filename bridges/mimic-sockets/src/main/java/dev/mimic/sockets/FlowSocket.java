package dev.mimic.sockets;

import dev.mimic.flow.Flow;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;

/** A socket over a flow. The superclass checks its state. */
final class FlowSocket extends Socket {
  private final FlowSocketImpl impl;

  FlowSocket(FlowSocketImpl impl) throws SocketException {
    super(impl);
    this.impl = impl;
  }

  /** Returns the flow, or empty if this socket has never been connected. */
  Optional<Flow> flow() {
    return impl.flow();
  }

  @Override
  public boolean isClosed() {
    return super.isClosed() || impl.isClosed();
  }
}
