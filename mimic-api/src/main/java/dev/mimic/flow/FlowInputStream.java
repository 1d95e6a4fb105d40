package dev.mimic.flow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A flow's input as a stream. */
final class FlowInputStream extends InputStream {
  private final Flow flow;

  FlowInputStream(Flow flow) {
    this.flow = flow;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return flow.read(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public int available() throws IOException {
    return flow.available();
  }

  @Override
  public void close() throws IOException {
    flow.close();
  }
}
