package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.FlowPipeTask.On;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of large transfers in awkward sizes. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeVolumeTest {

  @ParameterizedTest
  @EnumSource(On.class)
  void volume_bothWays_arrivesUnchanged(On kind) throws Exception {
    exchange(kind, 64 * 1024, 64 << 20);
  }

  @ParameterizedTest
  @CsvSource({"PLATFORM, 1, 2000", "VIRTUAL, 1, 20000", "VIRTUAL, 4097, 8000000"})
  void volume_awkwardCapacities_arrivesUnchanged(On kind, int capacity, int total)
      throws Exception {
    exchange(kind, capacity, total);
  }

  private static void exchange(On kind, int capacity, int total) throws Exception {
    long seed = System.nanoTime();
    System.out.println("FlowPipeVolumeTest seed " + seed);
    FlowPipe pipe = FlowPipe.builder().capacity(capacity).build();
    FlowPipeTask<String> nearSent =
        FlowPipeTask.start(kind, () -> send(pipe.near(), total, new Random(seed)));
    FlowPipeTask<String> farSent =
        FlowPipeTask.start(kind, () -> send(pipe.far(), total, new Random(seed + 1)));
    FlowPipeTask<String> nearGot =
        FlowPipeTask.start(kind, () -> receive(pipe.near(), new Random(seed + 2)));
    FlowPipeTask<String> farGot =
        FlowPipeTask.start(kind, () -> receive(pipe.far(), new Random(seed + 3)));
    assertThat(farGot.result()).isEqualTo(nearSent.result());
    assertThat(nearGot.result()).isEqualTo(farSent.result());
    assertThat(pipe.near().allocated()).isEqualTo(0);
  }

  /** Sends random bytes by every kind of write, and returns their count and hash. */
  private static String send(FlowPipe.End to, int total, Random random) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ByteBuffer heap = ByteBuffer.allocate(100_003);
    ByteBuffer direct = ByteBuffer.allocateDirect(100_003);
    int left = total;
    while (left > 0) {
      ByteBuffer src = random.nextBoolean() ? heap : direct;
      int size = Math.min(left, 1 + random.nextInt(1 << random.nextInt(1, 17)));
      src.clear().limit(size);
      while (src.remaining() >= 8) {
        src.putLong(random.nextLong());
      }
      digest.update(src.clear().limit(size));
      src.rewind();
      left -= size;
      switch (random.nextInt(3)) {
        case 0 -> to.write(src);
        case 1 -> to.write(new ByteBuffer[] {src.slice(0, size / 3), src.position(size / 3)});
        default -> {
          to.tryWrite(src);
          to.write(src);
        }
      }
    }
    to.shutdownOutput();
    return total + " bytes, " + HexFormat.of().formatHex(digest.digest());
  }

  private static String receive(FlowPipe.End from, Random random) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ByteBuffer heap = ByteBuffer.allocate(70_001);
    ByteBuffer direct = ByteBuffer.allocateDirect(70_001);
    int total = 0;
    while (true) {
      ByteBuffer dst = random.nextBoolean() ? heap : direct;
      dst.clear().limit(1 + random.nextInt(1 << random.nextInt(1, 17)));
      int count = random.nextInt(4) == 0 ? from.tryRead(dst) : from.read(dst);
      if (count < 0) {
        return total + " bytes, " + HexFormat.of().formatHex(digest.digest());
      }
      total += count;
      digest.update(dst.flip());
    }
  }
}
