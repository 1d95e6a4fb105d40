package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.function.Executable;

/** The contract of closing a flow, on this side and for the peer. */
interface CloseLines extends FlowLines {

  @LineTest(401)
  @DisplayName("A flow is open until it is closed; closing it again has no effect.")
  default void close_twice_hasNoEffect() throws Exception {
    assertThat(near().isOpen()).isTrue();
    near().close();
    near().close();

    assertThat(near().isOpen()).isFalse();
  }

  @LineTest(402)
  @DisplayName(
      "After close, reading, writing, shutting down and available fail with "
          + "ClosedChannelException.")
  default void operations_afterClose_fail() throws Exception {
    near().close();

    List<Executable> all =
        List.of(
            () -> near().read(ByteBuffer.allocate(1)),
            () -> near().read(ByteBuffer.allocate(0)),
            () -> near().available(),
            () -> near().inputStream().available(),
            () -> near().write(Bytes.of(1)),
            () -> near().write(new ByteBuffer[] {Bytes.of(1)}),
            () -> near().shutdownInput(),
            () -> near().shutdownOutput());
    for (Executable each : all) {
      Exception closed = assertThrows(ClosedChannelException.class, each);
      assertThat(closed.getClass()).isEqualTo(ClosedChannelException.class);
    }
  }

  @LineTest(403)
  @DisplayName("Closing wakes every reader: the one that waits for bytes and those behind it.")
  default void close_wakesEveryReader() throws Exception {
    List<Running<Integer>> readers =
        Stream.generate(() -> blocked(() -> Bytes.readOne(near()))).limit(3).toList();

    near().close();

    for (Running<Integer> each : readers) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @LineTest(404)
  @DisplayName("Closing wakes a reader with a timeout.")
  default void close_wakesTimedReader() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    near().close();

    reader.failure(AsynchronousCloseException.class);
  }

  @LineTest(405)
  @DisplayName("Closing wakes every writer: the one that waits for space and those behind it.")
  default void close_wakesEveryWriter() throws Exception {
    List<Running<Void>> writers =
        Stream.generate(() -> blocked(() -> Bytes.writeForever(near()))).limit(3).toList();

    near().close();

    for (Running<Void> each : writers) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @LineTest(406)
  @DisplayName(
      "Closing ends in bounded time and wakes all threads, even if both directions are "
          + "blocked.")
  default void close_withBothDirectionsBlocked_ends() throws Exception {
    Running<Void> theirs = blocked(() -> Bytes.writeForever(far()));
    Running<Void> ours = blocked(() -> Bytes.writeForever(near()));

    Running<Void> close = start(() -> close(near()));

    assertThat(close.result()).isNull();
    ours.failure(AsynchronousCloseException.class);
    theirs.failure(PeerGoneException.class);
  }

  private static Void close(Flow flow) throws Exception {
    flow.close();
    return null;
  }

  @LineTest(407)
  @DisplayName("Several threads can close concurrently; the flow is closed when each returns.")
  default void close_byManyThreads_closesOnce() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));
    List<Running<Boolean>> closers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closers.add(
          start(
              () -> {
                near().close();
                return near().isOpen();
              }));
    }

    for (Running<Boolean> each : closers) {
      assertThat(each.result()).isFalse();
    }
    reader.failure(AsynchronousCloseException.class);
  }

  @LineTest(408)
  @DisplayName("Bytes accepted before close are delivered, followed by the end.")
  default void close_deliversAcceptedBytes() throws Exception {
    near().write(ByteBuffer.wrap(Bytes.some(4000)));
    near().close();

    assertThat(Bytes.readToEnd(far())).isEqualTo(Bytes.some(4000));
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @LineTest(409)
  @DisplayName("Bytes that the peer reads only after the write are delivered too.")
  default void close_deliversManyAcceptedBytes() throws Exception {
    byte[] sent = Bytes.some(3_000_000);
    Running<Void> writer =
        blocked(
            () -> {
              near().write(ByteBuffer.wrap(sent));
              near().write(ByteBuffer.allocate(16 << 20));
              return close(near());
            });

    assertThat(Bytes.read(far(), sent.length)).isEqualTo(sent);
    assertThat(Bytes.readToEnd(far())).isEqualTo(new byte[16 << 20]);
    assertThat(writer.result()).isNull();
  }

  @LineTest(410)
  @DisplayName("A waiting read returns the end when the peer closes.")
  default void read_waitingAtPeersClose_returnsEnd() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(far()));

    near().close();

    assertThat(reader.result()).isEqualTo(-1);
  }

  @LineTest(411)
  @DisplayName("Closing with unread input is a reset.")
  default void close_withUnreadInput_isReset() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.readOne(near())).isEqualTo(1);
    near().close();

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(far()));
  }

  @LineTest(412)
  @DisplayName("Closing is a reset if input was unread at shutdownInput.")
  default void close_withInputUnreadAtShutdown_isReset() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.readOne(near())).isEqualTo(1);
    near().shutdownInput();
    near().close();

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(far()));
  }

  @LineTest(413)
  @DisplayName("Closing is a reset if input has arrived since shutdownInput.")
  default void close_withInputAfterShutdown_isReset() throws Exception {
    near().shutdownInput();
    far().write(Bytes.of(1, 2, 3, 4, 5));
    near().close();

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(far()));
  }

  @LineTest(414)
  @DisplayName("Repeated writes to a closed peer fail with PeerGoneException.")
  default void write_toClosedPeer_failsEventually() throws Exception {
    far().close();

    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));
  }

  @LineTest(415)
  @DisplayName("A waiting write fails with PeerGoneException when the peer closes.")
  default void write_waitingAtPeersClose_fails() throws Exception {
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    far().close();

    writer.failure(PeerGoneException.class);
  }
}
