package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.PeerGoneException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;

/** The contract of resets. */
interface ResetLines extends FlowLines {

  @LineTest(501)
  @DisplayName("After a reset every read throws PeerGoneException and never returns the end.")
  default void reset_atRead_isNoEnd() throws Exception {
    resetByFar();

    for (int i = 0; i < 3; i++) {
      assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    }
  }

  @LineTest(502)
  @DisplayName("After a reset every read with a timeout throws PeerGoneException.")
  default void reset_atTimedRead_isNoEnd() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    resetByFar();

    for (int i = 0; i < 3; i++) {
      assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    }
  }

  @LineTest(503)
  @DisplayName("A reset ends a waiting read with PeerGoneException.")
  default void reset_duringRead_endsIt() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    resetByFar();

    reader.failure(PeerGoneException.class);
  }

  @LineTest(504)
  @DisplayName("A reset ends a waiting write with PeerGoneException.")
  default void reset_duringWrite_endsIt() throws Exception {
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    resetByFar();

    writer.failure(PeerGoneException.class);
  }

  @LineTest(505)
  @DisplayName("A reset ends a waiting read and a waiting write of the same flow.")
  default void reset_duringReadAndWrite_endsBoth() throws Exception {
    for (int i = 0; i < repetitions(); i++) {
      FlowPair pair = openPair();
      Running<Integer> reader = blocked(() -> Bytes.readOne(pair.near()));
      Running<Void> writer = blocked(() -> Bytes.writeForever(pair.near()));

      resetByFar(pair);

      reader.failure(PeerGoneException.class);
      writer.failure(PeerGoneException.class);
      pair.close();
    }
  }

  @LineTest(506)
  @DisplayName(
      "Bytes before a reset are read in order or lost; then reads throw " + "PeerGoneException.")
  default void bytesBeforeReset_areReadInOrderOrLost() throws Exception {
    byte[] sent = Bytes.some(4000);
    far().write(ByteBuffer.wrap(sent));
    assertThat(Bytes.read(near(), 10)).isEqualTo(Arrays.copyOf(sent, 10));
    resetByFar();

    byte[] rest = Bytes.readUntilGone(near());
    assertThat(rest).isEqualTo(Arrays.copyOfRange(sent, 10, 10 + rest.length));
  }

  @LineTest(507)
  @DisplayName(
      "After a write has failed with PeerGoneException, reads and other writes fail " + "too.")
  default void failedWrite_makesReadsAndWritesFail() throws Exception {
    resetByFar();
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    assertThrows(PeerGoneException.class, () -> near().write(Bytes.of(1)));
    assertThrows(
        PeerGoneException.class, () -> near().write(new ByteBuffer[] {Bytes.of(1), Bytes.of(2)}));
    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
  }

  @LineTest(508)
  @DisplayName(
      "After a write to a closed peer has failed, reads return the arrived bytes that "
          + "are not lost, and then throw PeerGoneException; an end that was not read before "
          + "is not reported.")
  default void read_afterFailedWrite_returnsArrivedBytes() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
    far().close();
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));

    byte[] rest = Bytes.readUntilGone(near());
    assertThat(rest).isEqualTo(Arrays.copyOfRange(new byte[] {2, 3, 4, 5}, 0, rest.length));
    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
  }

  @LineTest(509)
  @DisplayName("An end that has been read remains the end, even if the peer resets later.")
  default void end_alreadyRead_staysAfterReset() throws Exception {
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);

    resetByFar();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    near().readTimeout(Duration.ofHours(1));
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @LineTest(510)
  @DisplayName("A write of zero bytes returns 0, even if the peer is gone.")
  default void write_ofNothingToGonePeer_returnsZero() throws Exception {
    resetByFar();
    assertThat(near().write(Bytes.of())).isEqualTo(0);
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));

    assertThat(near().write(Bytes.of())).isEqualTo(0);
    assertThat(near().write(new ByteBuffer[] {Bytes.of()})).isEqualTo(0L);
  }

  @LineTest(511)
  @DisplayName("A flow whose peer is gone remains open and can be closed like any other.")
  default void flow_withGonePeer_canBeClosed() throws Exception {
    resetByFar();
    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
    assertThat(near().isOpen()).isTrue();

    near().close();
    assertThat(near().isOpen()).isFalse();
    assertThrows(ClosedChannelException.class, () -> Bytes.readOne(near()));
  }
}
