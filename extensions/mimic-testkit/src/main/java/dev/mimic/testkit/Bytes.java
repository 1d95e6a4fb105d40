package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** Bytes to send, and the ways that lines read and write them. */
final class Bytes {
  /** More than fits into what is between two flows. */
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(16 << 20).asReadOnlyBuffer();

  private Bytes() {}

  /** Returns so many bytes, the same each time, none of them zero and hardly any two alike. */
  static byte[] some(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    for (int i = 0; i < count; i++) {
      bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
    }
    return bytes;
  }

  static ByteBuffer of(int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      buffer.put((byte) each);
    }
    return buffer.flip();
  }

  /** Reads into a buffer of one byte, and returns the count. */
  static int readOne(Flow from) throws IOException {
    return from.read(ByteBuffer.allocate(1));
  }

  /** Reads just so many. */
  static byte[] read(Flow from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      int before = bytes.position();
      int read = from.read(bytes);
      assertWithMessage("count of a read after %s of %s bytes", before, count)
          .that(read)
          .isGreaterThan(0);
      assertWithMessage("position").that(bytes.position()).isEqualTo(before + read);
    }
    return bytes.array();
  }

  /** Reads up to the end. */
  static byte[] readToEnd(Flow from) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(60_000);
    for (int count = from.read(some); count >= 0; count = from.read(some)) {
      assertWithMessage("count of a read").that(count).isGreaterThan(0);
      all.write(some.array(), 0, count);
      some.clear();
    }
    return all.toByteArray();
  }

  /** Reads what there is until the peer is gone, which is not by an end. */
  static byte[] readUntilGone(Flow from) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(1000);
    try {
      while (true) {
        int count = from.read(some.clear());
        assertWithMessage("count of a read").that(count).isGreaterThan(0);
        all.write(some.array(), 0, count);
      }
    } catch (PeerGoneException e) {
      return all.toByteArray();
    }
  }

  /** Writes, in one turn, more than fits, again and again: only an exception ends it. */
  static Void writeForever(Flow to) throws IOException {
    while (true) {
      to.write(ZEROS.duplicate());
    }
  }
}
