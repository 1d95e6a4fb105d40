package dev.mimic.sockets;

import dev.mimic.Flow;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;

/** A socket whose bytes go over a flow; the checks of its state are all the JDK's. */
final class FlowSocket extends Socket {
  private final FlowSocketImpl impl;

  FlowSocket(FlowSocketImpl impl) throws SocketException {
    super(impl);
    this.impl = impl;
  }

  /** Returns the flow, if it is connected or was. */
  Optional<Flow> flow() {
    return impl.flow();
  }

  @Override
  public boolean isClosed() {
    return super.isClosed() || impl.isClosed();
  }
}
