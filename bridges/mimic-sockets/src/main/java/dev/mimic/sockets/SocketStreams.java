package dev.mimic.sockets;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The streams of a socket over a flow, which throw the exceptions of sockets. */
final class SocketStreams {
  private SocketStreams() {}

  /** The input of a flow. */
  static final class Input extends InputStream {
    private final Flow flow;

    Input(Flow flow) {
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

  /** The output of a flow. */
  static final class Output extends OutputStream {
    private final Flow flow;

    Output(Flow flow) {
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
}
