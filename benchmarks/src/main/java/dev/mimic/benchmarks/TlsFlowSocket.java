package dev.mimic.benchmarks;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A flow as the socket that the JDK's {@code SSLSocket} can be layered over. */
final class TlsFlowSocket extends Socket {
  private final Flow flow;

  TlsFlowSocket(Flow flow) {
    this.flow = flow;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public InputStream getInputStream() {
    return flow.inputStream();
  }

  @Override
  public OutputStream getOutputStream() {
    return flow.outputStream();
  }

  @Override
  public void shutdownInput() throws IOException {
    flow.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    flow.shutdownOutput();
  }

  @Override
  public void setSoTimeout(int millis) {
    // Only set where a close waits, which it does not do for long here.
  }

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean isClosed() {
    return !flow.isOpen();
  }

  @Override
  public void close() throws IOException {
    flow.close();
  }
}
