package dev.mimic.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/**
 * A pair of {@link Pipe}s, one for each direction: the kernel's own pipes. Blocking, with direct
 * buffers, which spare the JDK a copy. Their capacity, 64 KiB on Linux, cannot be set from Java.
 */
final class InMemoryNioPipeLinks implements InMemoryLinks {
  @Override
  public Link open() throws IOException {
    Pipe toFar = Pipe.open();
    Pipe toNear = Pipe.open();
    return new Link(
        new PipeEnd(toNear.source(), toFar.sink()), new PipeEnd(toFar.source(), toNear.sink()));
  }

  @Override
  public void close() {}

  private record PipeEnd(Pipe.SourceChannel in, Pipe.SinkChannel out) implements End {
    @Override
    public ByteBuffer buffer(int size) {
      return ByteBuffer.allocateDirect(size);
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
      while (src.hasRemaining()) {
        out.write(src);
      }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      return in.read(dst);
    }

    @Override
    public void close() throws IOException {
      out.close();
      in.close();
    }
  }
}
