package dev.mimic.sockets;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** A server socket over a listener. The superclass checks its state. */
final class FlowServerSocket extends ServerSocket {
  private final FlowServerSocketImpl impl;

  FlowServerSocket(FlowServerSocketImpl impl) {
    super(impl);
    this.impl = impl;
  }

  @Override
  public boolean isClosed() {
    return super.isClosed() || impl.isClosed();
  }

  // The method of the superclass uses the socket factory of the whole JVM.
  @Override
  public Socket accept() throws IOException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
    if (!isBound()) {
      throw new SocketException("Socket is not bound yet");
    }
    FlowSocket accepted = new FlowSocket(FlowSocketImpl.forAccept());
    implAccept(accepted);
    return accepted;
  }
}
