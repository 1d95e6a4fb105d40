package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;

/** What an interrupt does: it closes the flow, keeps the status, and says so. */
interface InterruptLines extends FlowLines {

  @Line(701)
  @DisplayName("An interrupt of a read that waits closes the flow: ClosedByInterruptException.")
  default void anInterruptOfAReadClosesTheFlow() throws Exception {
    assertInterruptCloses(blocked(() -> Bytes.readOne(near())));
  }

  @Line(702)
  @DisplayName("So does one of a read with a time-out.")
  default void anInterruptOfATimedReadClosesTheFlow() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    assertInterruptCloses(blocked(() -> Bytes.readOne(near())));
  }

  @Line(703)
  @DisplayName("So does one of a write that waits.")
  default void anInterruptOfAWriteClosesTheFlow() throws Exception {
    assertInterruptCloses(blocked(() -> Bytes.writeForever(near())));
  }

  @Line(704)
  @DisplayName("So does one of a read that waits for its turn; who has the turn is woken.")
  default void anInterruptOfAReadThatWaitsForItsTurnClosesTheFlow() throws Exception {
    Running<Integer> first = blocked(() -> Bytes.readOne(near()));
    Running<Integer> second = blocked(() -> Bytes.readOne(near()));

    second.interrupt();

    // Which of the two has the turn is not said.
    second.failure(ClosedByInterruptException.class);
    first.failure(AsynchronousCloseException.class);
    assertThat(second.endedInterrupted()).isTrue();
    assertThat(first.endedInterrupted()).isFalse();
    assertThat(near().isOpen()).isFalse();
  }

  @Line(705)
  @DisplayName("So does one of a write that waits for its turn; who has the turn is woken.")
  default void anInterruptOfAWriteThatWaitsForItsTurnClosesTheFlow() throws Exception {
    Running<Void> first = blocked(() -> Bytes.writeForever(near()));
    Running<Integer> second = blocked(() -> near().write(Bytes.of(1)));

    assertInterruptCloses(second);
    first.failure(AsynchronousCloseException.class);
    assertThat(first.endedInterrupted()).isFalse();
  }

  @Line(706)
  @DisplayName("An interrupt closes the flow for the threads in the other direction too.")
  default void anInterruptWakesTheOtherDirection() throws Exception {
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

  @Line(707)
  @DisplayName("An interrupt that is pending closes the flow at a read, though there are bytes.")
  default void aPendingInterruptClosesTheFlowAtARead() throws Exception {
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.readOne(near())).isEqualTo(1);

    assertClosedByInterrupt(interrupted(() -> Bytes.readOne(near())));
  }

  @Line(708)
  @DisplayName("So it does at a read with a time-out.")
  default void aPendingInterruptClosesTheFlowAtATimedRead() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.readOne(near())).isEqualTo(1);

    assertClosedByInterrupt(interrupted(() -> Bytes.readOne(near())));
  }

  @Line(709)
  @DisplayName("So it does at a write, though there is room; nothing is written.")
  default void aPendingInterruptClosesTheFlowAtAWrite() throws Exception {
    assertClosedByInterrupt(interrupted(() -> near().write(Bytes.of(1))));
    assertNothingArrives();
  }

  @Line(710)
  @DisplayName("So it does at a gathering write.")
  default void aPendingInterruptClosesTheFlowAtAGatheringWrite() throws Exception {
    assertClosedByInterrupt(interrupted(() -> near().write(new ByteBuffer[] {Bytes.of(1)})));
    assertNothingArrives();
  }

  private void assertNothingArrives() throws IOException {
    try {
      assertThat(Bytes.readToEnd(far())).isEmpty();
    } catch (PeerGoneException e) {
      // Layers below that were closed by the interrupt may have ended at once.
    }
  }

  private <T> Running<T> interrupted(Callable<T> task) {
    return start(
        () -> {
          Thread.currentThread().interrupt();
          return task.call();
        });
  }

  @Line(711)
  @DisplayName("A flow that is closed says so even to an interrupted thread, and keeps the status.")
  default void aClosedFlowSaysSoEvenToAnInterruptedThread() throws Exception {
    near().close();

    Running<Integer> reader = interrupted(() -> Bytes.readOne(near()));
    reader.failure(ClosedChannelException.class);
    assertThat(reader.endedInterrupted()).isTrue();
    Running<Integer> writer = interrupted(() -> near().write(Bytes.of(1)));
    writer.failure(ClosedChannelException.class);
    assertThat(writer.endedInterrupted()).isTrue();
  }

  @Line(712)
  @DisplayName(
      "An interrupted thread can close a flow: what was written is delivered, the status kept.")
  default void anInterruptedThreadCanClose() throws Exception {
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

  @Line(713)
  @DisplayName("The peer of an interrupted thread is told: it reads the end, or that it is gone.")
  default void thePeerOfAnInterruptedThreadIsTold() throws Exception {
    Running<Integer> peer = blocked(() -> Bytes.readOne(far()));
    assertInterruptCloses(blocked(() -> Bytes.readOne(near())));

    if (peer.failure().isPresent()) {
      peer.failure(PeerGoneException.class);
    } else {
      assertThat(peer.result()).isEqualTo(-1);
    }
  }
}
