package dev.mimic.benchmarks;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;

/**
 * {@link PipedOutputStream} into {@link PipedInputStream}, one pair for each direction. Their
 * buffers are as large as those of a flow, 64 KiB, or as small as they are by default, where many
 * are to be held; each write is flushed, without which a reader may sleep for a second.
 */
final class InMemoryPipedLinks implements InMemoryLinks {
  private final int capacity;

  InMemoryPipedLinks(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public Link open() throws IOException {
    PipedInputStream nearIn = new PipedInputStream(capacity);
    PipedInputStream farIn = new PipedInputStream(capacity);
    return new Link(
        new PipedEnd(nearIn, new PipedOutputStream(farIn)),
        new PipedEnd(farIn, new PipedOutputStream(nearIn)));
  }

  @Override
  public void close() {}

  private record PipedEnd(PipedInputStream in, PipedOutputStream out) implements End {
    @Override
    public ByteBuffer buffer(int size) {
      return ByteBuffer.allocate(size);
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
      out.write(src.array(), src.arrayOffset() + src.position(), src.remaining());
      out.flush();
      src.position(src.limit());
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      int count = in.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
      dst.position(dst.position() + Math.max(count, 0));
      return count;
    }

    @Override
    public void close() throws IOException {
      out.close();
      in.close();
    }
  }
}
