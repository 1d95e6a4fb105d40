package dev.mimic.benchmarks;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * The content of a stream: the same random bytes repeatedly, written in chunks of one size. The
 * byte at each position is known.
 */
final class TlsContent {
  private static final int SEED = 42;
  private static final int LEAST_BYTES = 256 * 1024;

  private final byte[] bytes; // a power of two
  private final int chunkBytes;

  private TlsContent(byte[] bytes, int chunkBytes) {
    this.bytes = bytes;
    this.chunkBytes = chunkBytes;
  }

  /** Returns content that is written in chunks of this size, a power of two. */
  static TlsContent inChunksOf(int chunkBytes) {
    if (Integer.bitCount(chunkBytes) != 1) {
      throw new IllegalArgumentException(
          "chunkBytes (%d) must be a power of two".formatted(chunkBytes));
    }
    byte[] bytes = new byte[Math.max(chunkBytes, LEAST_BYTES)];
    new Random(SEED).nextBytes(bytes);
    return new TlsContent(bytes, chunkBytes);
  }

  byte[] bytes() {
    return bytes;
  }

  int chunkBytes() {
    return chunkBytes;
  }

  /** Returns where in {@link #bytes} the byte of this position of a stream is. */
  int at(long position) {
    return (int) (position & (bytes.length - 1));
  }

  /** Checks the first and the last received byte, at this position of a stream. */
  void check(long position, byte first, byte last, int count) {
    if (count > 0 && (first != bytes[at(position)] || last != bytes[at(position + count - 1)])) {
      throw new IllegalStateException("other bytes than were sent, at " + position);
    }
  }

  /**
   * Looks at the first byte and the last of a buffer that has this many bytes up to its position.
   */
  void check(long position, ByteBuffer got, int count) {
    if (count > 0) {
      check(position, got.get(got.position() - count), got.get(got.position() - 1), count);
    }
  }
}
