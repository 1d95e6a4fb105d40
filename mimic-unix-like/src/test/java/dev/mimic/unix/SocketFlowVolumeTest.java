package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.unix.Loopback.Family;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests with many bytes and many flows. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SocketFlowVolumeTest {
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    "TCP, PLATFORM, false", "TCP, VIRTUAL, false", "TCP, PLATFORM, true", "TCP, VIRTUAL, true",
    "UNIX, PLATFORM, false", "UNIX, VIRTUAL, false", "UNIX, PLATFORM, true", "UNIX, VIRTUAL, true"
  })
  void data_bothWaysAtOnce_arrivesUnchanged(Family family, ThreadKind kind, boolean timed)
      throws Exception {
    long seed = new Random().nextLong();
    int bytes = timed || family == Family.UNIX ? 16 * MIB : 64 * MIB;
    try (Loopback pair = family.open()) {
      if (timed) {
        pair.near().readTimeout(Duration.ofSeconds(50));
        pair.far().readTimeout(Duration.ofSeconds(50));
      }
      Running<String> sentThere =
          Running.start(kind, () -> send(pair.near(), bytes, new Random(seed)));
      Running<String> sentBack =
          Running.start(kind, () -> send(pair.far(), bytes, new Random(~seed)));
      Running<String> readThere =
          Running.start(kind, () -> receive(pair.far(), new Random(seed + 1)));
      Running<String> readBack =
          Running.start(kind, () -> receive(pair.near(), new Random(seed + 2)));

      assertWithMessage("seed %s", seed).that(readThere.result()).isEqualTo(sentThere.result());
      assertWithMessage("seed %s", seed).that(readBack.result()).isEqualTo(sentBack.result());
    }
  }

  /** Sends bytes in random sizes from every kind of buffer, and returns their hash. */
  private static String send(Flow flow, int bytes, Random random) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    byte[] block = new byte[3 * MIB];
    random.nextBytes(block);
    for (int left = bytes; left > 0; ) {
      int size = Math.min(left, randomSize(random));
      int from = random.nextInt(block.length - size + 1);
      hash.update(block, from, size);
      left -= size;
      if (random.nextInt(3) == 0) {
        ByteBuffer[] parts = parts(block, from, size, random);
        assertThat(flow.write(parts)).isEqualTo(size);
      } else {
        ByteBuffer src = buffer(block, from, size, random.nextBoolean());
        assertThat(flow.write(src)).isEqualTo(size);
        assertThat(src.hasRemaining()).isFalse();
      }
    }
    flow.shutdownOutput();
    return HexFormat.of().formatHex(hash.digest());
  }

  private static ByteBuffer[] parts(byte[] block, int from, int size, Random random) {
    int first = random.nextInt(size + 1);
    int second = random.nextInt(size - first + 1);
    return new ByteBuffer[] {
      buffer(block, from, first, false),
      buffer(block, from + first, second, random.nextBoolean()),
      buffer(block, from + first + second, size - first - second, false)
    };
  }

  private static ByteBuffer buffer(byte[] block, int from, int size, boolean direct) {
    return direct
        ? ByteBuffer.allocateDirect(size).put(block, from, size).flip()
        : ByteBuffer.wrap(block, from, size);
  }

  private static String receive(Flow flow, Random random) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    ByteBuffer heap = ByteBuffer.allocate(3 * MIB);
    ByteBuffer direct = ByteBuffer.allocateDirect(3 * MIB);
    while (true) {
      ByteBuffer dst = random.nextBoolean() ? heap : direct;
      int size = randomSize(random);
      int from = random.nextInt(dst.capacity() - size + 1);
      int count = flow.read(dst.clear().limit(from + size).position(from));
      if (count < 0) {
        return HexFormat.of().formatHex(hash.digest());
      }
      assertThat(dst.position()).isEqualTo(from + count);
      assertThat(dst.limit()).isEqualTo(from + size);
      hash.update(dst.flip().position(from));
    }
  }

  /** Returns a size from 1 to three million, of every magnitude, often close to a power of two. */
  private static int randomSize(Random random) {
    int power = 1 << random.nextInt(22);
    return Math.clamp(power + random.nextInt(3) - 1 + random.nextInt(power), 1, 3 * MIB);
  }

  @Test
  void flows_hundredsAtOnce_leaveNoSocketOpen() throws Exception {
    OpenSockets.assumeCountable();
    Loopback.open().close();
    long before = OpenSockets.count();
    int count = 400;
    try (FlowListener listener = Loopback.TCP.listen(new HostPort("127.0.0.1", 0))) {
      Running<List<Running<Long>>> server =
          Running.start(
              ThreadKind.VIRTUAL,
              () -> {
                List<Running<Long>> echoes = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                  Flow flow = listener.accept();
                  echoes.add(Running.start(ThreadKind.VIRTUAL, () -> echo(flow)));
                }
                return echoes;
              });
      List<Running<String>> clients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Random random = new Random(i);
        clients.add(Running.start(ThreadKind.VIRTUAL, () -> exchange(listener, random)));
      }
      for (Running<String> each : clients) {
        assertThat(each.result()).isEqualTo("same");
      }
      for (Running<Long> each : server.result()) {
        assertThat(each.result()).isEqualTo(100_000);
      }
    }
    OpenSockets.awaitCount(before);
  }

  private static String exchange(FlowListener listener, Random random) throws Exception {
    byte[] sent = new byte[100_000];
    random.nextBytes(sent);
    try (Flow flow = Loopback.TCP.connect(Loopback.reach(listener), Loopback.soon())) {
      Running<Integer> writer =
          Running.start(
              ThreadKind.VIRTUAL,
              () -> {
                int written = flow.write(ByteBuffer.wrap(sent));
                flow.shutdownOutput();
                return written;
              });
      byte[] heard = flow.inputStream().readAllBytes();
      assertThat(writer.result()).isEqualTo(sent.length);
      return java.util.Arrays.equals(heard, sent) ? "same" : "different";
    }
  }

  private static long echo(Flow flow) throws Exception {
    try (flow) {
      return flow.inputStream().transferTo(flow.outputStream());
    }
  }
}
