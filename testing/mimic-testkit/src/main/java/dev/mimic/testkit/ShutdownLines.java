package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;

/** The contract of shutting down one direction. */
interface ShutdownLines extends FlowLines {

  @LineTest(301)
  @DisplayName(
      "After shutdownOutput the peer reads the written bytes, then -1; this side can "
          + "still read.")
  default void shutdownOutput_endsOneDirection() throws Exception {
    near().write(ByteBuffer.wrap(Bytes.some(4000)));
    near().shutdownOutput();

    assertThat(Bytes.readToEnd(far())).isEqualTo(Bytes.some(4000));
    far().write(Bytes.of(1, 2, 3));
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @LineTest(302)
  @DisplayName("shutdownOutput does not end a waiting read of the same side.")
  default void shutdownOutput_besideWaitingRead_leavesIt() throws Exception {
    Running<byte[]> reader = blocked(() -> Bytes.read(near(), 1));

    near().shutdownOutput();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
    far().write(Bytes.of(5));

    assertThat(reader.result()).isEqualTo(new byte[] {5});
  }

  @LineTest(303)
  @DisplayName("Writing after shutdownOutput fails with ClosedChannelException.")
  default void write_afterShutdownOutput_fails() throws Exception {
    near().shutdownOutput();

    assertThrows(ClosedChannelException.class, () -> near().write(Bytes.of(1)));
    assertThrows(ClosedChannelException.class, () -> near().write(new ByteBuffer[] {Bytes.of(1)}));
    assertThat(near().isOpen()).isTrue();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @LineTest(304)
  @DisplayName("A second shutdownOutput has no effect.")
  default void shutdownOutput_twice_hasNoEffect() throws Exception {
    near().write(Bytes.of(1));
    near().shutdownOutput();
    near().shutdownOutput();

    assertThat(Bytes.readToEnd(far())).isEqualTo(new byte[] {1});
  }

  @LineTest(305)
  @DisplayName("After shutdownInput reads return -1, even if bytes have arrived or arrive.")
  default void read_afterShutdownInput_isEnd() throws Exception {
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.readOne(near())).isEqualTo(1);
    near().shutdownInput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);

    far().write(Bytes.of(3));
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @LineTest(306)
  @DisplayName("shutdownInput ends all waiting reads with -1.")
  default void shutdownInput_endsWaitingReads() throws Exception {
    List<Running<Integer>> readers =
        Stream.generate(() -> blocked(() -> Bytes.readOne(near()))).limit(3).toList();

    near().shutdownInput();

    for (Running<Integer> each : readers) {
      assertThat(each.result()).isEqualTo(-1);
    }
  }

  @LineTest(307)
  @DisplayName("A second shutdownInput has no effect.")
  default void shutdownInput_twice_hasNoEffect() throws Exception {
    near().shutdownInput();
    near().shutdownInput();

    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    assertThat(near().isOpen()).isTrue();
  }

  @LineTest(308)
  @DisplayName("After shutdownInput this side can still write, and the peer does not notice it.")
  default void write_afterShutdownInput_works() throws Exception {
    near().shutdownInput();
    near().write(Bytes.of(1));
    near().write(new ByteBuffer[] {Bytes.of(2), Bytes.of(3)});
    assertThat(Bytes.read(far(), 3)).isEqualTo(new byte[] {1, 2, 3});

    assertThat(far().write(Bytes.of(4))).isEqualTo(1);
    near().shutdownOutput();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @LineTest(309)
  @DisplayName("A flow with both directions shut down remains open until it is closed.")
  default void flow_shutInBothDirections_isOpen() throws Exception {
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
