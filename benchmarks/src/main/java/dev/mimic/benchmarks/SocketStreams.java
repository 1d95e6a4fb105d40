package dev.mimic.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/** A {@code Socket} and its streams; the buffers must have arrays, which are used as they are. */
final class SocketStreams implements ByteChannel {
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;

  SocketStreams(Socket connected) throws IOException {
    this.socket = connected;
    this.input = connected.getInputStream();
    this.output = connected.getOutputStream();
  }

  /** Sets the time limit of each read from now on. */
  SocketStreams timed(Duration atMost) throws IOException {
    socket.setSoTimeout((int) atMost.toMillis());
    return this;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    int count = input.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
    if (count > 0) {
      dst.position(dst.position() + count);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    int count = src.remaining();
    output.write(src.array(), src.arrayOffset() + src.position(), count);
    src.position(src.limit());
    return count;
  }

  @Override
  public boolean isOpen() {
    return !socket.isClosed();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
