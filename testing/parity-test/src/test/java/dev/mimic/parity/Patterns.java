package dev.mimic.parity;

import java.nio.ByteBuffer;
import java.util.Random;

/** Pseudo-random bytes. */
final class Patterns {
  private Patterns() {}

  /** Returns this number of bytes; the same bytes each time. */
  static ByteBuffer of(int bytes) {
    byte[] pattern = new byte[bytes];
    new Random(bytes).nextBytes(pattern);
    return ByteBuffer.wrap(pattern);
  }
}
