package dev.mimic.flow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A flow's output as a stream. */
final class FlowOutputStream extends OutputStream {
  private final Flow flow;

  FlowOutputStream(Flow flow) {
    this.flow = flow;
  }

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    flow.write(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public void close() throws IOException {
    flow.close();
  }
}
