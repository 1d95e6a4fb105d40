package dev.mimic.sockets;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** A socket that accepts flows; the checks of its state are all the JDK's. */
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

  /** The JDK's own would ask a factory for the sockets, which there is one of in a JVM. */
  @Override
  public Socket accept() throws IOException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
    if (!isBound()) {
      throw new SocketException("Socket is not bound yet");
    }
    FlowSocket accepted = new FlowSocket(FlowSocketImpl.toBeAccepted());
    implAccept(accepted);
    return accepted;
  }
}
