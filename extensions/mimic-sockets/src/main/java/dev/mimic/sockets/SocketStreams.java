package dev.mimic.sockets;

import dev.mimic.Flow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A flow's input, whose failures are those of sockets. */
final class SocketInput extends InputStream {
  private final Flow flow;

  SocketInput(Flow flow) {
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
    try {
      return flow.read(ByteBuffer.wrap(bytes, offset, length));
    } catch (IOException e) {
      throw SocketFailures.using(e);
    }
  }

  @Override
  public int available() throws IOException {
    try {
      return flow.available();
    } catch (IOException e) {
      throw SocketFailures.using(e);
    }
  }
}
