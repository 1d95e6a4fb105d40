package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** Bytes to send, and methods to read and write them. */
final class Bytes {
  /** More bytes than the buffers between two flows hold. */
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(16 << 20).asReadOnlyBuffer();

  private Bytes() {}

  /** Returns this number of pseudo-random bytes without zeros; the same bytes each time. */
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

  /** Reads exactly this number of bytes. */
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

  /** Reads until the peer is gone; fails if the flow ends instead. */
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

  /** Writes more bytes than fit, repeatedly; only an exception ends it. */
  static Void writeForever(Flow to) throws IOException {
    while (true) {
      to.write(ZEROS.duplicate());
    }
  }
}
