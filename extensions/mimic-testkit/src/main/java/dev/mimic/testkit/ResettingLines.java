package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.PeerGoneException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;

/** What the peer of a flow that breaks down sees. */
interface ResettingLines extends FlowLines {

  @Line(501)
  @DisplayName("A reset is PeerGoneException to a read, again and again: never a clean end.")
  default void aResetIsNeverACleanEnd() throws Exception {
    resetByFar();

    for (int i = 0; i < 3; i++) {
      assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    }
  }

  @Line(502)
  @DisplayName("So it is to a read with a time-out.")
  default void aResetIsNeverACleanEndToATimedRead() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    resetByFar();

    for (int i = 0; i < 3; i++) {
      assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    }
  }

  @Line(503)
  @DisplayName("A read that waits sees the reset.")
  default void aReadThatWaitsSeesTheReset() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    resetByFar();

    reader.failure(PeerGoneException.class);
  }

  @Line(504)
  @DisplayName("A write that waits sees the reset.")
  default void aWriteThatWaitsSeesTheReset() throws Exception {
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    resetByFar();

    writer.failure(PeerGoneException.class);
  }

  @Line(505)
  @DisplayName("A reader and a writer that both wait both see the reset.")
  default void aReaderAndAWriterThatWaitBothSeeTheReset() throws Exception {
    for (int i = 0; i < repetitions(); i++) {
      FlowPair pair = another();
      Running<Integer> reader = blocked(() -> Bytes.readOne(pair.near()));
      Running<Void> writer = blocked(() -> Bytes.writeForever(pair.near()));

      resetByFar(pair);

      reader.failure(PeerGoneException.class);
      writer.failure(PeerGoneException.class);
      pair.close();
    }
  }

  @Line(506)
  @DisplayName("What came before a reset is read in order or lost; then PeerGoneException.")
  default void whatCameBeforeAResetIsReadInOrderOrLost() throws Exception {
    byte[] sent = Bytes.some(4000);
    far().write(ByteBuffer.wrap(sent));
    assertThat(Bytes.read(near(), 10)).isEqualTo(Arrays.copyOf(sent, 10));
    resetByFar();

    byte[] rest = Bytes.readUntilGone(near());
    assertThat(rest).isEqualTo(Arrays.copyOfRange(sent, 10, 10 + rest.length));
  }

  @Line(507)
  @DisplayName("After a write has found the peer gone, so do reads, and other writes.")
  default void afterAFailedWriteReadsAndWritesFailToo() throws Exception {
    resetByFar();
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    assertThrows(PeerGoneException.class, () -> near().write(Bytes.of(1)));
    assertThrows(
        PeerGoneException.class, () -> near().write(new ByteBuffer[] {Bytes.of(1), Bytes.of(2)}));
    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
  }

  @Line(508)
  @DisplayName(
      "After a write to a closed peer has failed, reads return what has arrived and was not lost,"
          + " and then throw PeerGoneException: the end that was not read yet is none.")
  default void afterAFailedWriteReadsReturnWhatHasArrived() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
    far().close();
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));

    byte[] rest = Bytes.readUntilGone(near());
    assertThat(rest).isEqualTo(Arrays.copyOfRange(new byte[] {2, 3, 4, 5}, 0, rest.length));
    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
  }

  @Line(509)
  @DisplayName("An end that was read stays the end, even if the peer resets later.")
  default void anEndThatWasReadStaysTheEnd() throws Exception {
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);

    resetByFar();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    near().readTimeout(Duration.ofHours(1));
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @Line(510)
  @DisplayName("To write nothing returns 0, also where the peer is gone.")
  default void aWriteOfNothingReturnsZeroWhereThePeerIsGone() throws Exception {
    resetByFar();
    assertThat(near().write(Bytes.of())).isEqualTo(0);
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));

    assertThat(near().write(Bytes.of())).isEqualTo(0);
    assertThat(near().write(new ByteBuffer[] {Bytes.of()})).isEqualTo(0L);
  }

  @Line(511)
  @DisplayName(
      "A flow whose peer is gone is still to be closed, and is then closed like any other.")
  default void aFlowWhosePeerIsGoneIsStillToBeClosed() throws Exception {
    resetByFar();
    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    assertThat(near().isOpen()).isTrue();

    near().close();
    assertThat(near().isOpen()).isFalse();
    assertThrows(ClosedChannelException.class, () -> Bytes.readOne(near()));
  }
}
