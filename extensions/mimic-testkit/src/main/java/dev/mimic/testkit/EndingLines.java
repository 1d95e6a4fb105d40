package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;

/** What it is to shut one direction. */
interface EndingLines extends FlowLines {

  @Line(301)
  @DisplayName(
      "After shutdownOutput the peer reads what was written, then -1; this side still reads.")
  default void shutdownOutputEndsOneDirectionOnly() throws Exception {
    near().write(ByteBuffer.wrap(Bytes.some(4000)));
    near().shutdownOutput();

    assertThat(Bytes.readToEnd(far())).isEqualTo(Bytes.some(4000));
    far().write(Bytes.of(1, 2, 3));
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @Line(302)
  @DisplayName("A read that waits goes on waiting when its own side shuts the output.")
  default void shutdownOutputLeavesAReadThatWaitsAlone() throws Exception {
    Running<byte[]> reader = blocked(() -> Bytes.read(near(), 1));

    near().shutdownOutput();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
    far().write(Bytes.of(5));

    assertThat(reader.result()).isEqualTo(new byte[] {5});
  }

  @Line(303)
  @DisplayName("Writing after shutdownOutput fails with ClosedChannelException.")
  default void aWriteAfterShutdownOutputFails() throws Exception {
    near().shutdownOutput();

    assertThrows(ClosedChannelException.class, () -> near().write(Bytes.of(1)));
    assertThrows(ClosedChannelException.class, () -> near().write(new ByteBuffer[] {Bytes.of(1)}));
    assertThat(near().isOpen()).isTrue();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @Line(304)
  @DisplayName("To shut the output twice does nothing.")
  default void shutdownOutputDoesNothingTheSecondTime() throws Exception {
    near().write(Bytes.of(1));
    near().shutdownOutput();
    near().shutdownOutput();

    assertThat(Bytes.readToEnd(far())).isEqualTo(new byte[] {1});
  }

  @Line(305)
  @DisplayName("After shutdownInput reads return -1, whatever has arrived or arrives.")
  default void readsReturnTheEndAfterShutdownInput() throws Exception {
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.readOne(near())).isEqualTo(1);
    near().shutdownInput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);

    far().write(Bytes.of(3));
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @Line(306)
  @DisplayName("shutdownInput ends reads that wait, also for their turn, with -1.")
  default void shutdownInputEndsReadsThatWait() throws Exception {
    List<Running<Integer>> readers =
        Stream.generate(() -> blocked(() -> Bytes.readOne(near()))).limit(3).toList();

    near().shutdownInput();

    for (Running<Integer> each : readers) {
      assertThat(each.result()).isEqualTo(-1);
    }
  }

  @Line(307)
  @DisplayName("To shut the input twice does nothing.")
  default void shutdownInputDoesNothingTheSecondTime() throws Exception {
    near().shutdownInput();
    near().shutdownInput();

    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    assertThat(near().isOpen()).isTrue();
  }

  @Line(308)
  @DisplayName("After shutdownInput this side still writes, and the peer is not told.")
  default void thisSideStillWritesAfterShutdownInput() throws Exception {
    near().shutdownInput();
    near().write(Bytes.of(1));
    near().write(new ByteBuffer[] {Bytes.of(2), Bytes.of(3)});
    assertThat(Bytes.read(far(), 3)).isEqualTo(new byte[] {1, 2, 3});

    assertThat(far().write(Bytes.of(4))).isEqualTo(1);
    near().shutdownOutput();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @Line(309)
  @DisplayName("A flow with both directions at their end is still open, until it is closed.")
  default void aFlowThatIsShutBothWaysIsStillOpen() throws Exception {
    near().shutdownOutput();
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    assertThat(Bytes.readOne(far())).isEqualTo(-1);

    assertThat(near().isOpen()).isTrue();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    near().close();
    assertThat(near().isOpen()).isFalse();
  }
}
