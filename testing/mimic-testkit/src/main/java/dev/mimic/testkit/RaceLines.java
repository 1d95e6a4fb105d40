package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.PeerGoneException;
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
 * The contract of concurrent operations: in either order, they end soon with a result that the
 * contract allows.
 */
interface RaceLines extends FlowLines {

  /** A race that runs repeatedly, each time with a new pair. */
  interface Race {
    void run(FlowPair pair, int round) throws Exception;
  }

  private void race(Race race) throws Exception {
    for (int round = 0; round < repetitions(); round++) {
      FlowPair pair = openPair();
      race.run(pair, round);
      pair.close();
    }
  }

  /** Delays the calling thread, longer in each round. */
  private static void delay(int round) {
    for (int i = 0; i < round * 40; i++) {
      Thread.onSpinWait();
    }
  }

  /** Waits for a task; returns its failure, which must have one of these types, or empty. */
  private static Optional<Throwable> assertFailsOnlyBy(Running<?> running, Class<?>... types) {
    Optional<Throwable> failure = running.failure();
    if (failure.isPresent() && !Arrays.asList(types).contains(failure.get().getClass())) {
      throw new AssertionError(
          "the contract does not allow this result of the race", failure.get());
    }
    return failure;
  }

  @LineTest(1201)
  @DisplayName("A read during close returns arrived bytes or throws that the flow is closed.")
  default void read_racingClose_returnsOrFails() throws Exception {
    race(
        (pair, round) -> {
          pair.far().write(Bytes.of(1));
          Running<byte[]> reader = start(() -> Bytes.read(pair.near(), 2));
          delay(round);
          pair.near().close();
          assertThat(
                  assertFailsOnlyBy(
                      reader, ClosedChannelException.class, AsynchronousCloseException.class))
              .isPresent();
        });
  }

  @LineTest(1202)
  @DisplayName("A write during close ends and throws that the flow is closed.")
  default void write_racingClose_ends() throws Exception {
    race(
        (pair, round) -> {
          Running<Void> writer = start(() -> Bytes.writeForever(pair.near()));
          delay(round);
          pair.near().close();
          assertFailsOnlyBy(writer, ClosedChannelException.class, AsynchronousCloseException.class);
        });
  }

  @LineTest(1203)
  @DisplayName("A read during a reset returns bytes in order, and then throws PeerGoneException.")
  default void read_racingReset_returnsBytesThenFails() throws Exception {
    byte[] sent = Bytes.some(30_000);
    race(
        (pair, round) -> {
          Running<byte[]> reader = start(() -> Bytes.readUntilGone(pair.near()));
          pair.far().write(ByteBuffer.wrap(sent));
          delay(round);
          resetByFar(pair);
          byte[] received = reader.result();
          assertThat(received).isEqualTo(Arrays.copyOf(sent, received.length));
        });
  }

  @LineTest(1204)
  @DisplayName("A write while the peer closes ends with PeerGoneException.")
  default void write_racingPeersClose_fails() throws Exception {
    race(
        (pair, round) -> {
          Running<Void> writer = start(() -> Bytes.writeForever(pair.near()));
          delay(round);
          pair.far().close();
          writer.failure(PeerGoneException.class);
        });
  }

  @LineTest(1205)
  @DisplayName("A read during an interrupt returns its bytes, or the interrupt closes the flow.")
  default void read_racingInterrupt_returnsOrCloses() throws Exception {
    race(
        (pair, round) -> {
          Running<byte[]> reader = start(() -> Bytes.read(pair.near(), 3));
          pair.far().write(Bytes.of(1, 2, 3));
          delay(round);
          reader.interrupt();
          if (assertFailsOnlyBy(reader, ClosedByInterruptException.class).isEmpty()) {
            assertThat(reader.result()).isEqualTo(new byte[] {1, 2, 3});
          } else {
            assertThat(reader.endedInterrupted()).isTrue();
            assertThat(pair.near().isOpen()).isFalse();
          }
        });
  }

  @LineTest(1206)
  @DisplayName("A write during an interrupt is accepted, or the interrupt closes the flow.")
  default void write_racingInterrupt_isAcceptedOrCloses() throws Exception {
    race(
        (pair, round) -> {
          Running<Integer> writer = start(() -> pair.near().write(Bytes.of(1, 2, 3)));
          delay(round);
          writer.interrupt();
          if (assertFailsOnlyBy(writer, ClosedByInterruptException.class).isEmpty()) {
            assertThat(Bytes.read(pair.far(), 3)).isEqualTo(new byte[] {1, 2, 3});
          } else {
            assertThat(writer.endedInterrupted()).isTrue();
            assertThat(pair.near().isOpen()).isFalse();
          }
        });
  }

  @LineTest(1207)
  @DisplayName("A timeout while bytes arrive loses none of them.")
  default void timeout_racingArrivals_losesNoByte() throws Exception {
    Random random = random();
    byte[] sent = Bytes.some(4 * repetitions());
    near().readTimeout(Duration.ofMillis(1));
    Running<Void> writer =
        start(
            () -> {
              for (byte each : sent) {
                LockSupport.parkNanos(random.nextInt(1_400_000)); // about the timeout
                far().write(Bytes.of(each));
              }
              return null;
            });
    ByteBuffer received = ByteBuffer.allocate(sent.length);
    while (received.hasRemaining()) {
      try {
        assertThat(near().read(received)).isGreaterThan(0);
      } catch (SocketTimeoutException e) {
        // The next read returns the byte.
      }
    }
    assertThat(received.array()).isEqualTo(sent);
    assertThat(writer.result()).isNull();
  }

  @LineTest(1208)
  @DisplayName(
      "Two ends that close concurrently are both closed, and wake their waiting " + "threads.")
  default void close_ofBothPeers_wakesAll() throws Exception {
    race(
        (pair, round) -> {
          Running<Integer> near = start(() -> Bytes.readOne(pair.near()));
          Running<Integer> far = start(() -> Bytes.readOne(pair.far()));
          delay(round);
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

  @LineTest(1209)
  @DisplayName("A read during shutdownInput returns arrived bytes or the end.")
  default void read_racingShutdownInput_returnsByteOrEnd() throws Exception {
    race(
        (pair, round) -> {
          pair.far().write(Bytes.of(9));
          ByteBuffer dst = ByteBuffer.allocate(5);
          Running<Integer> reader = start(() -> pair.near().read(dst));
          delay(round);
          pair.near().shutdownInput();
          int count = reader.result();
          assertThat(count).isAnyOf(1, -1);
          assertThat((int) dst.get(0)).isEqualTo(count == 1 ? 9 : 0);
          assertThat(Bytes.readOne(pair.near())).isEqualTo(-1);
        });
  }

  @LineTest(1210)
  @DisplayName(
      "Closing right after the last write loses nothing, whatever the peer does at " + "that time.")
  default void close_afterLastWrite_losesNothing() throws Exception {
    byte[] sent = Bytes.some(40_000);
    race(
        (pair, round) -> {
          Running<byte[]> reader =
              start(
                  () -> {
                    delay(round);
                    return Bytes.readToEnd(pair.far());
                  });
          pair.near().write(ByteBuffer.wrap(sent));
          pair.near().close();
          assertThat(reader.result()).isEqualTo(sent);
        });
  }
}
