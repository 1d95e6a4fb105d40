package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.unix.Loopback.readOne;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that bytes which arrive after a read has timed out are returned by the next read. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnixTimedReadTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private Loopback pair;
  private Flow near;
  private Flow far;

  @BeforeEach
  void connect() throws IOException {
    pair = SocketFolder.pair();
    near = pair.near();
    far = pair.far();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  private void timeOut(int room) {
    near.readTimeout(SHORT);
    assertThrows(SocketTimeoutException.class, () -> near.read(ByteBuffer.allocate(room)));
    near.readTimeout(Duration.ZERO);
  }

  @Test
  void read_afterTimeoutInSmallPieces_returnsAll() throws IOException {
    timeOut(10);
    far.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7}));

    byte[] in = new byte[7];
    assertThat(near.inputStream().readNBytes(in, 0, 1)).isEqualTo(1);
    near.readTimeout(Duration.ofSeconds(20));
    assertThat(near.inputStream().readNBytes(in, 1, 2)).isEqualTo(2);
    near.readTimeout(Duration.ZERO);
    assertThat(near.inputStream().readNBytes(in, 3, 4)).isEqualTo(4);
    assertThat(in).isEqualTo(new byte[] {1, 2, 3, 4, 5, 6, 7});
  }

  @Test
  void read_timedOut_takesNoMoreThanRequested() throws IOException {
    timeOut(2);
    far.write(ByteBuffer.allocate(5));

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(2);
    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(3);
  }

  @Test
  void read_endAfterTimeout_returnsMinusOneAgain() throws IOException {
    timeOut(1);
    far.close();

    assertThat(readOne(near)).isEqualTo(-1);
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void untimedRead_afterTimeout_isWokenByClose(ThreadKind kind) throws Exception {
    timeOut(1);
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    near.close();

    reader.failure(AsynchronousCloseException.class);
  }

  @ParameterizedTest
  @EnumSource
  void untimedRead_afterTimeout_isEndedByShutdownInput(ThreadKind kind) throws Exception {
    timeOut(1);
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    near.shutdownInput();

    assertThat(reader.result()).isEqualTo(-1);
    far.write(ByteBuffer.allocate(1));
    near.write(ByteBuffer.allocate(1));
    assertThat(readOne(far)).isEqualTo(1);
  }

  /**
   * The bytes are read even if the reading thread waits for a processor longer than the timeout.
   */
  @ParameterizedTest
  @EnumSource
  void read_dataAvailableAndShortTimeout_returnsIt(ThreadKind kind) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Running<Boolean>> busy = new ArrayList<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      busy.add(Running.start(ThreadKind.PLATFORM, () -> spinUntil(done)));
    }
    near.readTimeout(SHORT);
    Running<Integer> reader =
        Running.start(
            kind,
            () -> {
              for (int i = 0; i < 100; i++) {
                if (i % 2 == 0) { // the next read finds a read ahead in progress
                  assertThrows(SocketTimeoutException.class, () -> readOne(near));
                }
                far.write(ByteBuffer.allocate(1));
                assertThat(readOne(near)).isEqualTo(1);
              }
              return 100;
            });
    try {
      assertThat(reader.result()).isEqualTo(100);
    } finally {
      done.set(true);
    }
    for (Running<Boolean> each : busy) {
      assertThat(each.result()).isTrue();
    }
  }

  /** Occupies a processor. */
  private static boolean spinUntil(AtomicBoolean done) {
    while (!done.get()) {
      Thread.onSpinWait();
    }
    return true;
  }

  /** The writer's pauses are about as long as the reader's timeout. */
  @ParameterizedTest
  @EnumSource
  void read_racingWithTimeouts_losesNoByte(ThreadKind kind) throws Exception {
    long seed = new Random().nextLong();
    int bytes = 20_000;
    Running<Integer> writer =
        Running.start(
            kind,
            () -> {
              Random random = new Random(seed);
              for (int sent = 0; sent < bytes; ) {
                ByteBuffer next =
                    ByteBuffer.allocate(Math.min(bytes - sent, random.nextInt(1, 90)));
                while (next.hasRemaining()) {
                  next.put((byte) sent++);
                }
                far.write(next.flip());
                LockSupport.parkNanos(random.nextInt(2_000_000));
              }
              far.shutdownOutput();
              return bytes;
            });
    Running<Integer> reader = Running.start(kind, () -> readRacing(new Random(~seed)));

    assertWithMessage("seed %s", seed).that(reader.result()).isEqualTo(bytes);
    assertThat(writer.result()).isEqualTo(bytes);
  }

  /** Returns the number of bytes read, after checking each. */
  private int readRacing(Random random) throws IOException {
    int received = 0;
    while (true) {
      near.readTimeout(random.nextInt(5) == 0 ? Duration.ZERO : SHORT);
      int size = random.nextInt(1, 60);
      ByteBuffer dst =
          random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
      try {
        if (near.read(dst) < 0) {
          return received;
        }
      } catch (SocketTimeoutException e) {
        assertThat(dst.position()).isEqualTo(0);
        continue;
      }
      for (dst.flip(); dst.hasRemaining(); received++) {
        assertThat(dst.get()).isEqualTo((byte) received);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_racingWithTimeouts_endsRead(ThreadKind kind) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Loopback race = SocketFolder.pair()) {
        race.near().readTimeout(SHORT);
        Running<Integer> reader =
            Running.start(
                kind,
                () -> {
                  while (true) {
                    try {
                      return readOne(race.near());
                    } catch (SocketTimeoutException e) {
                      // try again
                    }
                  }
                });
        LockSupport.parkNanos(i * 20_000L);
        race.near().close();
        assertThat(reader.failure().orElseThrow()).isInstanceOf(ClosedChannelException.class);
      }
    }
  }
}
