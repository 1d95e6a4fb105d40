package dev.mimic.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The work over byte streams: each end has a thread of its own, which blocks. */
final class InMemoryStreams implements InMemoryPeer {
  /** The maximum size of the buffer of a reader. */
  private static final int LARGEST_READ = 64 * 1024;

  private final InMemoryLinks links;
  private final InMemoryThreads threads;

  InMemoryStreams(InMemoryLinks links, InMemoryThreads threads) {
    this.links = links;
    this.threads = threads;
  }

  @Override
  public void stream(int messages, int size) throws Exception {
    long total = (long) messages * size;
    try (InMemoryLinks.Link link = links.open()) {
      long received =
          threads.run(() -> receive(link.far(), total, size), () -> send(link, messages, size));
      InMemoryMessage.require(received == total, "too many bytes arrived");
    }
  }

  private static long send(InMemoryLinks.Link link, int messages, int size) throws IOException {
    ByteBuffer src = InMemoryMessage.of(link.near().buffer(size));
    for (int i = 0; i < messages; i++) {
      link.near().write(src.clear());
    }
    return messages;
  }

  private static long receive(InMemoryLinks.End from, long total, int size) throws IOException {
    ByteBuffer dst =
        from.buffer(Math.min(Math.max(size, InMemoryMessage.ROUND_TRIP), LARGEST_READ));
    long received = 0;
    while (received < total) {
      int count = from.read(dst.clear());
      InMemoryMessage.check(dst.flip(), received, size);
      received += count;
    }
    return received;
  }

  @Override
  public void roundTrips(int times, int size) throws Exception {
    try (InMemoryLinks.Link link = links.open()) {
      threads.run(
          () -> {
            ByteBuffer message = InMemoryMessage.of(link.near().buffer(size));
            for (int i = 0; i < times; i++) {
              link.near().write(message.clear());
              readFully(link.near(), message.clear());
              InMemoryMessage.check(message.flip(), 0, size);
            }
            return times;
          },
          () -> {
            ByteBuffer message = link.far().buffer(size);
            for (int i = 0; i < times; i++) {
              readFully(link.far(), message.clear());
              link.far().write(message.flip());
            }
            return times;
          });
    }
  }

  private static void readFully(InMemoryLinks.End from, ByteBuffer dst) throws IOException {
    while (dst.hasRemaining()) {
      InMemoryMessage.require(from.read(dst) > 0, "the end came before the message");
    }
  }

  @Override
  public void connectAndClose(int times) throws Exception {
    threads.run(
        () -> {
          ByteBuffer dst = ByteBuffer.allocate(1);
          for (int i = 0; i < times; i++) {
            InMemoryLinks.Link link = links.open();
            link.near().close();
            InMemoryMessage.require(link.far().read(dst) == -1, "a byte came, and not the end");
            link.far().close();
          }
          return times;
        });
  }

  @Override
  public void close() throws IOException {
    links.close();
  }
}
