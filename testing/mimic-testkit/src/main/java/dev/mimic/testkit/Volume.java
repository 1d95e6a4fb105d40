package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** A sender or receiver of many bytes in pieces of irregular sizes, which computes their hash. */
final class Volume {
  private static final int MAX_BYTES = 3 << 20;

  private final Flow flow;
  private final Random random;

  Volume(Flow flow, long seed) {
    this.flow = flow;
    this.random = new Random(seed);
  }

  /** Writes this number of bytes and returns their hash. */
  String send(int count) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    byte[] block = new byte[MAX_BYTES + 1000];
    random.nextBytes(block);
    for (int remaining = count; remaining > 0; ) {
      int size = Math.min(remaining, irregularSize());
      int from = random.nextInt(block.length - size + 1);
      hash.update(block, from, size);
      remaining -= size;
      write(block, from, size);
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  private void write(byte[] block, int from, int size) throws Exception {
    if (random.nextInt(3) == 0) {
      int first = random.nextInt(size + 1);
      int second = random.nextInt(size - first + 1);
      ByteBuffer[] parts = {
        ByteBuffer.wrap(block, from, first),
        ByteBuffer.allocateDirect(second).put(block, from + first, second).flip(),
        ByteBuffer.wrap(block, from + first + second, size - first - second)
      };
      assertThat(flow.write(parts)).isEqualTo((long) size);
    } else {
      ByteBuffer src = ByteBuffer.wrap(block, from, size);
      assertThat(flow.write(src)).isEqualTo(size);
      assertThat(src.hasRemaining()).isFalse();
    }
  }

  /** Reads this number of bytes and returns their hash. */
  String receive(int expected) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    ByteBuffer heap = ByteBuffer.allocate(MAX_BYTES);
    ByteBuffer direct = ByteBuffer.allocateDirect(MAX_BYTES);
    for (int remaining = expected; remaining > 0; ) {
      ByteBuffer dst = random.nextBoolean() ? heap : direct;
      int size = irregularSize();
      int from = random.nextInt(dst.capacity() - size + 1);
      int count = flow.read(dst.clear().limit(from + size).position(from));
      assertThat(count).isAtLeast(1);
      assertThat(count).isAtMost(remaining);
      assertThat(dst.position()).isEqualTo(from + count);
      assertThat(dst.limit()).isEqualTo(from + size);
      hash.update(dst.flip().position(from));
      remaining -= count;
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Returns a size from 1 to three million, of any magnitude and often close to a power of two. */
  private int irregularSize() {
    int power = 1 << random.nextInt(22);
    int offset = random.nextBoolean() ? random.nextInt(3) - 1 : random.nextInt(power);
    return Math.clamp(power + offset, 1, MAX_BYTES);
  }
}
