package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.PeerGoneException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;

/** The contract of {@link dev.mimic.flow.Flow#writeTimeout}. */
interface WriteTimeoutLines extends FlowLines {
  /** A time that no line reaches. */
  Duration LONG = Duration.ofHours(1);

  @LineTest(621)
  @DisplayName(
      "A write that takes longer than writeTimeout throws SocketTimeoutException, not earlier, and "
          + "closes the flow.")
  default void write_afterTimeout_throwsAndCloses() throws Exception {
    near().writeTimeout(Duration.ofMillis(50));
    long begin = System.nanoTime();
    assertThrows(SocketTimeoutException.class, () -> Bytes.writeForever(near()));

    assertThat(System.nanoTime() - begin).isAtLeast(Duration.ofMillis(50).toNanos());
    assertThat(near().isOpen()).isFalse();
    assertThrows(ClosedChannelException.class, () -> near().write(Bytes.of(1)));
    assertThrows(ClosedChannelException.class, () -> Bytes.readOne(near()));
  }

  @LineTest(622)
  @DisplayName("A gathering write that takes longer than writeTimeout throws and closes the flow.")
  default void gatheringWrite_afterTimeout_throwsAndCloses() throws Exception {
    near().writeTimeout(Duration.ofMillis(50));
    ByteBuffer[] srcs = new ByteBuffer[24];
    for (int i = 0; i < srcs.length; i++) {
      srcs[i] = ByteBuffer.allocate(1 << 20);
    }
    assertThrows(SocketTimeoutException.class, () -> near().write(srcs));

    assertThat(near().isOpen()).isFalse();
  }

  @LineTest(623)
  @DisplayName("Writes that are accepted in time are unchanged, and leave the flow usable.")
  default void write_acceptedInTime_isUnchanged() throws Exception {
    near().writeTimeout(LONG);
    for (int i = 1; i < 20; i++) {
      assertThat(near().write(Bytes.of(i))).isEqualTo(1);
      assertThat(near().write(new ByteBuffer[] {Bytes.of(i), Bytes.of(i)})).isEqualTo(2L);
      assertThat(Bytes.read(far(), 3)).isEqualTo(new byte[] {(byte) i, (byte) i, (byte) i});
    }
    near().writeTimeout(Duration.ofMillis(500));
    near().write(Bytes.of(5));
    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {5});
    far().readTimeout(Duration.ofMillis(600)); // the time of the write passes
    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(far()));

    assertThat(near().isOpen()).isTrue();
    near().shutdownOutput();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @LineTest(624)
  @DisplayName("A write that waits for the peer and is accepted in time succeeds.")
  default void write_waitingWithTimeout_isAccepted() throws Exception {
    near().writeTimeout(LONG);
    int count = 16 << 20;
    Running<Integer> writer = blocked(() -> near().write(ByteBuffer.allocate(count)));

    ByteBuffer dst = ByteBuffer.allocate(1 << 20);
    for (int received = 0; received < count; received += dst.position()) {
      assertThat(far().read(dst.clear())).isGreaterThan(0);
    }
    assertThat(writer.result()).isEqualTo(count);
    assertThat(near().isOpen()).isTrue();
  }

  @LineTest(625)
  @DisplayName("A write timeout of zero is no limit.")
  default void writeTimeoutZero_isNoLimit() throws Exception {
    near().writeTimeout(Duration.ofMillis(10));
    near().writeTimeout(Duration.ZERO);

    assertKeepsWaiting(blocked(() -> Bytes.writeForever(near())));
  }

  @LineTest(626)
  @DisplayName("A write timeout applies to writes that begin after it is set.")
  default void writeTimeout_appliesToLaterWrites() throws Exception {
    Running<Integer> writer = blocked(() -> near().write(ByteBuffer.allocate(24 << 20)));
    near().writeTimeout(Duration.ofMillis(10));

    assertKeepsWaiting(writer);
  }

  private void assertKeepsWaiting(Running<?> writer) throws Exception {
    FlowPair other = openPair();
    other.far().readTimeout(Duration.ofMillis(60)); // time passes on the clock of the flows
    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(other.far()));
    assertThat(writer.isDone()).isFalse();
    assertThat(near().isOpen()).isTrue();
  }

  @LineTest(627)
  @DisplayName("A negative write timeout is refused, and the previous one remains.")
  default void negativeWriteTimeout_isRefused() throws Exception {
    near().writeTimeout(Duration.ofMillis(10));
    assertThrows(IllegalArgumentException.class, () -> near().writeTimeout(Duration.ofNanos(-1)));

    assertThrows(SocketTimeoutException.class, () -> Bytes.writeForever(near()));
  }

  @LineTest(628)
  @DisplayName("A very long write timeout is accepted.")
  default void veryLongWriteTimeout_isAccepted() throws Exception {
    near().writeTimeout(Duration.ofSeconds(Long.MAX_VALUE));
    near().write(Bytes.of(1));

    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {1});
  }

  @LineTest(629)
  @DisplayName("A write timeout does not limit reads.")
  default void read_withWriteTimeout_keepsWaiting() throws Exception {
    near().writeTimeout(Duration.ofMillis(10));
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    assertKeepsWaiting(reader);
    far().write(Bytes.of(1));
    assertThat(reader.result()).isEqualTo(1);
  }

  @LineTest(630)
  @DisplayName("The timeout of a write that waits for another thread's write ends both.")
  default void writeTimeout_behindAnotherWrite_closes() throws Exception {
    Running<Void> first = blocked(() -> Bytes.writeForever(near()));
    near().writeTimeout(Duration.ofMillis(30));

    assertThrows(SocketTimeoutException.class, () -> near().write(Bytes.of(1)));
    first.failure(AsynchronousCloseException.class);
    assertThat(near().isOpen()).isFalse();
  }

  @LineTest(631)
  @DisplayName("The timeout of a write wakes a waiting read: AsynchronousCloseException.")
  default void writeTimeout_besideWaitingRead_wakesIt() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));
    near().writeTimeout(Duration.ofMillis(30));

    assertThrows(SocketTimeoutException.class, () -> Bytes.writeForever(near()));
    reader.failure(AsynchronousCloseException.class);
  }

  @LineTest(632)
  @DisplayName("After a timed-out write the peer reads a part, then the end or PeerGoneException.")
  default void writeTimeout_closingFlow_isSeenByPeer() throws Exception {
    near().writeTimeout(Duration.ofMillis(30));
    assertThrows(SocketTimeoutException.class, () -> Bytes.writeForever(near()));

    ByteBuffer dst = ByteBuffer.allocate(1 << 20);
    try {
      while (far().read(dst.clear()) >= 0) {
        assertThat(dst.position()).isGreaterThan(0);
      }
    } catch (PeerGoneException e) {
      // A layer can close without an orderly end.
    }
  }

  @LineTest(633)
  @DisplayName("Closing wakes a write with a timeout: AsynchronousCloseException.")
  default void close_duringTimedWrite_wakesIt() throws Exception {
    near().writeTimeout(LONG);
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    near().close();
    writer.failure(AsynchronousCloseException.class);
  }

  @LineTest(634)
  @DisplayName("An interrupt of a waiting write with a timeout closes the flow.")
  default void interrupt_ofTimedWrite_closesFlow() throws Exception {
    near().writeTimeout(LONG);
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    writer.interrupt();
    writer.failure(ClosedByInterruptException.class);
    assertWithMessage("interrupt status").that(writer.endedInterrupted()).isTrue();
    assertThat(near().isOpen()).isFalse();
  }

  @LineTest(635)
  @DisplayName("A pending interrupt closes the flow at a write with a timeout.")
  default void pendingInterrupt_atTimedWrite_closesFlow() throws Exception {
    near().writeTimeout(LONG);
    Running<Integer> writer =
        start(
            () -> {
              Thread.currentThread().interrupt();
              return near().write(Bytes.of(1));
            });

    writer.failure(ClosedByInterruptException.class);
    assertWithMessage("interrupt status").that(writer.endedInterrupted()).isTrue();
    assertThat(near().isOpen()).isFalse();
  }

  @LineTest(636)
  @DisplayName("shutdownOutput during a write with a timeout does not outlast the timeout.")
  default void shutdownOutput_duringTimedWrite_ends() throws Exception {
    near().writeTimeout(Duration.ofMillis(200));
    Running<Void> writer = start(() -> Bytes.writeForever(near()));
    writer.awaitBlockedOrDone();
    Running<Void> shutdown =
        start(
            () -> {
              near().shutdownOutput();
              return null;
            });

    assertThat(writer.failure().orElseThrow().getClass())
        .isAnyOf(SocketTimeoutException.class, AsynchronousCloseException.class);
    shutdown
        .failure()
        .ifPresent(closed -> assertThat(closed).isInstanceOf(ClosedChannelException.class));
  }

  @LineTest(637)
  @DisplayName("A write with a timeout whose peer closes throws PeerGoneException.")
  default void timedWrite_peerCloses_reportsPeerGone() throws Exception {
    near().writeTimeout(LONG);
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    far().close();
    writer.failure(PeerGoneException.class);
  }
}
