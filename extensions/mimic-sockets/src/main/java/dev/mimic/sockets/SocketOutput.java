package dev.mimic.sockets;

import dev.mimic.Flow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A flow's output, whose failures are those of sockets. */
final class SocketOutput extends OutputStream {
  private final Flow flow;

  SocketOutput(Flow flow) {
    this.flow = flow;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    try {
      int unused = flow.write(ByteBuffer.wrap(bytes, offset, length));
    } catch (IOException e) {
      throw SocketFailures.writing(flow, e);
    }
  }
}
