package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.PeerGoneException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;

/**
 * What happens at the same time: whichever comes first, the outcome is one of those that the
 * contract knows, and soon.
 */
interface RaceLines extends FlowLines {

  /** What is to be tried, again and again, with a pair of its own. */
  interface Race {
    void run(FlowPair pair, int round) throws Exception;
  }

  private void race(Race race) throws Exception {
    for (int round = 0; round < repetitions(); round++) {
      FlowPair pair = another();
      race.run(pair, round);
      pair.close();
    }
  }

  /** Lets the other threads get a bit further each round. */
  private static void linger(int round) {
    for (int i = 0; i < round * 40; i++) {
      Thread.onSpinWait();
    }
  }

  /** Returns how it failed; empty if it did not; and no other way than these. */
  private static Optional<Throwable> assertFailsOnlyBy(Running<?> running, Class<?>... types) {
    Optional<Throwable> failure = running.failure();
    if (failure.isPresent() && !Arrays.asList(types).contains(failure.get().getClass())) {
      throw new AssertionError("no legal outcome of this race", failure.get());
    }
    return failure;
  }

  @Line(1201)
  @DisplayName("A read against a close here returns bytes that came, or says that it is closed.")
  default void aReadAgainstAClose() throws Exception {
    race(
        (pair, round) -> {
          pair.far().write(Bytes.of(1));
          Running<byte[]> reader = start(() -> Bytes.read(pair.near(), 2));
          linger(round);
          pair.near().close();
          assertThat(
                  assertFailsOnlyBy(
                      reader, ClosedChannelException.class, AsynchronousCloseException.class))
              .isPresent();
        });
  }

  @Line(1202)
  @DisplayName("A write against a close here ends, and says that it is closed.")
  default void aWriteAgainstAClose() throws Exception {
    race(
        (pair, round) -> {
          Running<Void> writer = start(() -> Bytes.writeForever(pair.near()));
          linger(round);
          pair.near().close();
          assertFailsOnlyBy(writer, ClosedChannelException.class, AsynchronousCloseException.class);
        });
  }

  @Line(1203)
  @DisplayName("A read against a reset returns bytes in order, and then PeerGoneException.")
  default void aReadAgainstAReset() throws Exception {
    byte[] sent = Bytes.some(30_000);
    race(
        (pair, round) -> {
          Running<byte[]> reader = start(() -> Bytes.readUntilGone(pair.near()));
          pair.far().write(ByteBuffer.wrap(sent));
          linger(round);
          resetByFar(pair);
          byte[] received = reader.result();
          assertThat(received).isEqualTo(Arrays.copyOf(sent, received.length));
        });
  }

  @Line(1204)
  @DisplayName("A write against a close of the peer's ends, and finds the peer gone.")
  default void aWriteAgainstAPeersClose() throws Exception {
    race(
        (pair, round) -> {
          Running<Void> writer = start(() -> Bytes.writeForever(pair.near()));
          linger(round);
          pair.far().close();
          writer.failure(PeerGoneException.class);
        });
  }

  @Line(1205)
  @DisplayName("A read against an interrupt returns its bytes, or is closed by the interrupt.")
  default void aReadAgainstAnInterrupt() throws Exception {
    race(
        (pair, round) -> {
          Running<byte[]> reader = start(() -> Bytes.read(pair.near(), 3));
          pair.far().write(Bytes.of(1, 2, 3));
          linger(round);
          reader.interrupt();
          if (assertFailsOnlyBy(reader, ClosedByInterruptException.class).isEmpty()) {
            assertThat(reader.result()).isEqualTo(new byte[] {1, 2, 3});
          } else {
            assertThat(reader.endedInterrupted()).isTrue();
            assertThat(pair.near().isOpen()).isFalse();
          }
        });
  }

  @Line(1206)
  @DisplayName("A write against an interrupt is accepted, or is closed by the interrupt.")
  default void aWriteAgainstAnInterrupt() throws Exception {
    race(
        (pair, round) -> {
          Running<Integer> writer = start(() -> pair.near().write(Bytes.of(1, 2, 3)));
          linger(round);
          writer.interrupt();
          if (assertFailsOnlyBy(writer, ClosedByInterruptException.class).isEmpty()) {
            assertThat(Bytes.read(pair.far(), 3)).isEqualTo(new byte[] {1, 2, 3});
          } else {
            assertThat(writer.endedInterrupted()).isTrue();
            assertThat(pair.near().isOpen()).isFalse();
          }
        });
  }

  @Line(1207)
  @DisplayName("A time-out against arriving bytes loses none of them.")
  default void aTimeoutAgainstArrivingBytes() throws Exception {
    Random random = random();
    byte[] sent = Bytes.some(4 * repetitions());
    near().readTimeout(Duration.ofMillis(1));
    Running<Void> writer =
        start(
            () -> {
              for (byte each : sent) {
                LockSupport.parkNanos(random.nextInt(1_400_000)); // about as long as the time-out
                far().write(Bytes.of(each));
              }
              return null;
            });
    ByteBuffer received = ByteBuffer.allocate(sent.length);
    while (received.hasRemaining()) {
      try {
        assertThat(near().read(received)).isGreaterThan(0);
      } catch (SocketTimeoutException e) {
        // That is the race; the next read has the byte.
      }
    }
    assertThat(received.array()).isEqualTo(sent);
    assertThat(writer.result()).isNull();
  }

  @Line(1208)
  @DisplayName("Two ends that close at once are both closed, and wake who waits in them.")
  default void aCloseAgainstThePeersClose() throws Exception {
    race(
        (pair, round) -> {
          Running<Integer> near = start(() -> Bytes.readOne(pair.near()));
          Running<Integer> far = start(() -> Bytes.readOne(pair.far()));
          linger(round);
          Running<Void> close =
              start(
                  () -> {
                    pair.far().close();
                    return null;
                  });
          pair.near().close();
          assertThat(close.result()).isNull();
          for (Running<Integer> each : List.of(near, far)) {
            Optional<Throwable> failure =
                assertFailsOnlyBy(
                    each, ClosedChannelException.class, AsynchronousCloseException.class);
            if (failure.isEmpty()) {
              assertThat(each.result()).isEqualTo(-1);
            }
          }
        });
  }

  @Line(1209)
  @DisplayName("A read against shutdownInput returns what came, or the end.")
  default void aReadAgainstShutdownInput() throws Exception {
    race(
        (pair, round) -> {
          pair.far().write(Bytes.of(9));
          ByteBuffer dst = ByteBuffer.allocate(5);
          Running<Integer> reader = start(() -> pair.near().read(dst));
          linger(round);
          pair.near().shutdownInput();
          int count = reader.result();
          assertThat(count).isAnyOf(1, -1);
          assertThat((int) dst.get(0)).isEqualTo(count == 1 ? 9 : 0);
          assertThat(Bytes.readOne(pair.near())).isEqualTo(-1);
        });
  }

  @Line(1210)
  @DisplayName(
      "A close right after the last write loses nothing, whatever the peer does just then.")
  default void aCloseRightAfterTheLastWriteLosesNothing() throws Exception {
    byte[] sent = Bytes.some(40_000);
    race(
        (pair, round) -> {
          Running<byte[]> reader =
              start(
                  () -> {
                    linger(round);
                    return Bytes.readToEnd(pair.far());
                  });
          pair.near().write(ByteBuffer.wrap(sent));
          pair.near().close();
          assertThat(reader.result()).isEqualTo(sent);
        });
  }
}
