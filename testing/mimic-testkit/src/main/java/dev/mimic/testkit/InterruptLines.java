package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;

/** The contract of interrupts: they close the flow, throw, and keep the interrupt status. */
interface InterruptLines extends FlowLines {

  @LineTest(701)
  @DisplayName("An interrupt of a waiting read closes the flow: ClosedByInterruptException.")
  default void interrupt_ofWaitingRead_closesFlow() throws Exception {
    assertInterruptCloses(blocked(() -> Bytes.readOne(near())));
  }

  @LineTest(702)
  @DisplayName("An interrupt of a waiting read with a timeout closes the flow.")
  default void interrupt_ofTimedRead_closesFlow() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    assertInterruptCloses(blocked(() -> Bytes.readOne(near())));
  }

  @LineTest(703)
  @DisplayName("An interrupt of a waiting write closes the flow.")
  default void interrupt_ofWaitingWrite_closesFlow() throws Exception {
    assertInterruptCloses(blocked(() -> Bytes.writeForever(near())));
  }

  @LineTest(704)
  @DisplayName(
      "An interrupt of a read that waits for another read closes the flow and wakes " + "both.")
  default void interrupt_ofReadBehindAnother_closesFlow() throws Exception {
    Running<Integer> first = blocked(() -> Bytes.readOne(near()));
    Running<Integer> second = blocked(() -> Bytes.readOne(near()));

    second.interrupt();

    // The contract does not say which of the two reads first.
    second.failure(ClosedByInterruptException.class);
    first.failure(AsynchronousCloseException.class);
    assertThat(second.endedInterrupted()).isTrue();
    assertThat(first.endedInterrupted()).isFalse();
    assertThat(near().isOpen()).isFalse();
  }

  @LineTest(705)
  @DisplayName(
      "An interrupt of a write that waits for another write closes the flow and wakes " + "both.")
  default void interrupt_ofWriteBehindAnother_closesFlow() throws Exception {
    Running<Void> first = blocked(() -> Bytes.writeForever(near()));
    Running<Integer> second = blocked(() -> near().write(Bytes.of(1)));

    assertInterruptCloses(second);
    first.failure(AsynchronousCloseException.class);
    assertThat(first.endedInterrupted()).isFalse();
  }

  @LineTest(706)
  @DisplayName("An interrupt closes the flow for threads in the other direction too.")
  default void interrupt_ofRead_wakesWriter() throws Exception {
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    assertInterruptCloses(reader);
    writer.failure(AsynchronousCloseException.class);
  }

  private void assertInterruptCloses(Running<?> blocked) {
    blocked.interrupt();

    assertClosedByInterrupt(blocked);
  }

  private void assertClosedByInterrupt(Running<?> interrupted) {
    interrupted.failure(ClosedByInterruptException.class);
    assertWithMessage("interrupt status").that(interrupted.endedInterrupted()).isTrue();
    assertWithMessage("open").that(near().isOpen()).isFalse();
  }

  @LineTest(707)
  @DisplayName("A pending interrupt closes the flow at a read, even if bytes are available.")
  default void pendingInterrupt_atRead_closesFlow() throws Exception {
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.readOne(near())).isEqualTo(1);

    assertClosedByInterrupt(interrupted(() -> Bytes.readOne(near())));
  }

  @LineTest(708)
  @DisplayName("A pending interrupt closes the flow at a read with a timeout.")
  default void pendingInterrupt_atTimedRead_closesFlow() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.readOne(near())).isEqualTo(1);

    assertClosedByInterrupt(interrupted(() -> Bytes.readOne(near())));
  }

  @LineTest(709)
  @DisplayName("A pending interrupt closes the flow at a write, which writes nothing.")
  default void pendingInterrupt_atWrite_closesFlow() throws Exception {
    assertClosedByInterrupt(interrupted(() -> near().write(Bytes.of(1))));
    assertNothingArrives();
  }

  @LineTest(710)
  @DisplayName("A pending interrupt closes the flow at a gathering write, which writes nothing.")
  default void pendingInterrupt_atGatheringWrite_closesFlow() throws Exception {
    assertClosedByInterrupt(interrupted(() -> near().write(new ByteBuffer[] {Bytes.of(1)})));
    assertNothingArrives();
  }

  private void assertNothingArrives() throws IOException {
    try {
      assertThat(Bytes.readToEnd(far())).isEmpty();
    } catch (PeerGoneException e) {
      // The interrupt can close the layers below without an orderly end.
    }
  }

  private <T> Running<T> interrupted(Callable<T> task) {
    return start(
        () -> {
          Thread.currentThread().interrupt();
          return task.call();
        });
  }

  @LineTest(711)
  @DisplayName(
      "A closed flow throws ClosedChannelException even in an interrupted thread, and "
          + "keeps the interrupt status.")
  default void closedFlow_withPendingInterrupt_reportsClosed() throws Exception {
    near().close();

    Running<Integer> reader = interrupted(() -> Bytes.readOne(near()));
    reader.failure(ClosedChannelException.class);
    assertThat(reader.endedInterrupted()).isTrue();
    Running<Integer> writer = interrupted(() -> near().write(Bytes.of(1)));
    writer.failure(ClosedChannelException.class);
    assertThat(writer.endedInterrupted()).isTrue();
  }

  @LineTest(712)
  @DisplayName(
      "An interrupted thread can close a flow; written bytes are delivered, and the "
          + "interrupt status is kept.")
  default void close_withPendingInterrupt_deliversBytes() throws Exception {
    near().write(Bytes.of(1));
    Running<Boolean> closer =
        interrupted(
            () -> {
              near().close();
              return near().isOpen();
            });

    assertThat(closer.result()).isFalse();
    assertThat(closer.endedInterrupted()).isTrue();
    assertThat(Bytes.readToEnd(far())).isEqualTo(new byte[] {1});
  }

  @LineTest(713)
  @DisplayName("The peer of an interrupted flow reads the end or gets PeerGoneException.")
  default void interrupt_closingFlow_isSeenByPeer() throws Exception {
    Running<Integer> peer = blocked(() -> Bytes.readOne(far()));
    assertInterruptCloses(blocked(() -> Bytes.readOne(near())));

    if (peer.failure().isPresent()) {
      peer.failure(PeerGoneException.class);
    } else {
      assertThat(peer.result()).isEqualTo(-1);
    }
  }
}
