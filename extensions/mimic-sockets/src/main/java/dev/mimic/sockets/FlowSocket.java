package dev.mimic.sockets;

import java.net.Socket;
import java.net.SocketException;

/** A socket whose bytes go over a flow; the checks of its state are all the JDK's. */
final class FlowSocket extends Socket {
  private final FlowSocketImpl impl;

  FlowSocket(FlowSocketImpl impl) throws SocketException {
    super(impl);
    this.impl = impl;
  }

  @Override
  public boolean isClosed() {
    return super.isClosed() || impl.isClosed();
  }
}
