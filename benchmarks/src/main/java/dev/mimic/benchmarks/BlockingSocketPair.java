package dev.mimic.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** Two channels that block, with a thread at each end. */
final class BlockingSocketPair implements SocketPair {
  private final ByteChannel near;
  private final ByteChannel far;
  private final ByteBuffer nearBuffer;
  private final ByteBuffer farBuffer;
  private final SocketThreads threads;
  private long sent;

  /**
   * Makes the pair, which owns its ends and closes the threads too.
   *
   * @param near and {@code far} are buffers of the size of a message
   */
  BlockingSocketPair(Ends ends, SocketThreads threads, ByteBuffer near, ByteBuffer far) {
    this.near = ends.near();
    this.far = ends.far();
    this.nearBuffer = near;
    this.farBuffer = far;
    this.threads = threads;
    SocketPattern.fill(near);
  }

  /** The two ends of a connection. */
  record Ends(ByteChannel near, ByteChannel far) {}

  @Override
  public void stream(long bytes) throws Exception {
    threads.run(() -> send(bytes), () -> receive(bytes));
  }

  private boolean send(long bytes) throws IOException {
    for (long left = bytes; left > 0; left -= nearBuffer.capacity()) {
      writeAll(near, nearBuffer.clear());
    }
    return true;
  }

  private boolean receive(long bytes) throws IOException {
    for (long received = 0; received < bytes; ) {
      int count = readSome(far, farBuffer.clear());
      SocketPattern.check(
          farBuffer.get(0), farBuffer.get(count - 1), received, count, farBuffer.capacity());
      received += count;
    }
    return true;
  }

  @Override
  public void roundTrips(int count) throws Exception {
    threads.run(() -> ask(count), () -> answer(count));
  }

  private boolean ask(int count) throws IOException {
    int last = nearBuffer.capacity() - 1;
    for (int i = 0; i < count; i++) {
      byte mark = (byte) sent++;
      writeAll(near, nearBuffer.clear().put(last, mark));
      readAll(near, nearBuffer.put(last, (byte) ~mark).clear());
      if (nearBuffer.get(last) != mark) {
        throw new IllegalStateException("the answer %d is not what was sent".formatted(i));
      }
    }
    return true;
  }

  private boolean answer(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      readAll(far, farBuffer.clear());
      writeAll(far, farBuffer.flip());
    }
    return true;
  }

  private static void readAll(ByteChannel from, ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      readSome(from, to);
    }
  }

  private static int readSome(ByteChannel from, ByteBuffer to) throws IOException {
    int count = from.read(to);
    if (count < 0) {
      throw new EOFException("the stream has ended");
    }
    return count;
  }

  private static void writeAll(ByteChannel to, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      to.write(from); // a channel of the JDK may take a part only
    }
  }

  @Override
  public void close() throws IOException {
    try (near;
        far) {
      threads.close();
    }
  }
}
