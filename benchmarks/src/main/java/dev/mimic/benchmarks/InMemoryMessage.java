package dev.mimic.benchmarks;

import java.nio.ByteBuffer;

/**
 * A message that is sent, and the check of the one that arrives. Both are cheap, and the same for
 * all peers.
 */
final class InMemoryMessage {
  /** The size of a message that goes there and back. */
  static final int ROUND_TRIP = 64;

  private InMemoryMessage() {}

  /** Fills a buffer with a message, each byte of which follows from its place. */
  static ByteBuffer of(ByteBuffer message) {
    for (int i = 0; i < message.capacity(); i++) {
      message.put(i, at(i));
    }
    return message.clear();
  }

  /** Checks the ends of the received bytes, at this position of a stream of such messages. */
  static void check(ByteBuffer arrived, long place, int size) {
    int last = arrived.limit() - 1;
    require(
        last >= 0
            && arrived.get(0) == at((int) (place % size))
            && arrived.get(last) == at((int) ((place + last) % size)),
        "what arrived is not what was sent");
  }

  private static byte at(int place) {
    return (byte) (place * 31 + (place >> 8));
  }

  static void require(boolean expected, String otherwise) {
    if (!expected) {
      throw new IllegalStateException(otherwise);
    }
  }
}
