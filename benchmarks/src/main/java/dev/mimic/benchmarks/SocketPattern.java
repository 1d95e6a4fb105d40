package dev.mimic.benchmarks;

import java.nio.ByteBuffer;

/**
 * The content of a stream. Its reader can detect lost or duplicate data by two comparisons for each
 * chunk: the period of the content is coprime to the size of each write.
 */
final class SocketPattern {
  private static final int PERIOD = 251;

  private SocketPattern() {}

  /** Fills a buffer so that any number of whole copies of it, one after the other, are checked. */
  static void fill(ByteBuffer message) {
    for (int i = 0; i < message.capacity(); i++) {
      message.put(i, at(i));
    }
  }

  /** Returns the byte at this place of a message. */
  static byte at(long place) {
    return (byte) (place % PERIOD);
  }

  /**
   * Checks the first and the last byte of a piece.
   *
   * @param from the number of bytes before it
   * @param messageBytes the bytes after which the pattern repeats
   */
  static void check(byte first, byte last, long from, int length, int messageBytes) {
    if (first != at(from % messageBytes) || last != at((from + length - 1) % messageBytes)) {
      throw new IllegalStateException("the bytes from %d are not those sent".formatted(from));
    }
  }
}
