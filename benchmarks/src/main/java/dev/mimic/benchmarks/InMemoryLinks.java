package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Makes connected pairs of ends, each a byte stream both ways. */
interface InMemoryLinks extends Closeable {

  /** Connects and accepts. */
  Link open() throws IOException;

  /** Returns those that a benchmark's parameter names. */
  static InMemoryLinks of(String name) throws IOException {
    return switch (name) {
      case "mimic" -> new InMemoryMimicLinks();
      case "piped-streams" -> new InMemoryPipedLinks(64 * 1024);
      case "piped-streams-1k" -> new InMemoryPipedLinks(1024);
      case "nio-pipe" -> new InMemoryNioPipeLinks();
      case "loopback" -> new InMemoryLoopbackLinks();
      default -> throw new IllegalArgumentException("no peer is called " + name);
    };
  }

  /** A connected pair. */
  record Link(End near, End far) implements Closeable {
    @Override
    public void close() throws IOException {
      near.close();
      far.close();
    }
  }

  /** One end. */
  interface End extends Closeable {

    /** Returns a buffer of the kind that this end is fastest with. */
    ByteBuffer buffer(int size);

    /** Writes all of it, so that the peer hears of it at once. */
    void write(ByteBuffer src) throws IOException;

    /** Reads at least one byte; returns the count, or -1 at the end. */
    int read(ByteBuffer dst) throws IOException;
  }
}
