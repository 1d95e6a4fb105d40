package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.function.Executable;

/** What a close does on this side, and what the peer sees of it. */
interface ClosingLines extends FlowLines {

  @Line(401)
  @DisplayName("A flow is open until it is closed; closing it again does nothing.")
  default void closeDoesNothingTheSecondTime() throws Exception {
    assertThat(near().isOpen()).isTrue();
    near().close();
    near().close();

    assertThat(near().isOpen()).isFalse();
  }

  @Line(402)
  @DisplayName(
      "After a close, reading, writing, shutting and available fail with ClosedChannelException.")
  default void everythingFailsAfterAClose() throws Exception {
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

  @Line(403)
  @DisplayName("A close wakes every reader: the one that waits for bytes and those behind it.")
  default void aCloseWakesEveryReader() throws Exception {
    List<Running<Integer>> readers =
        Stream.generate(() -> blocked(() -> Bytes.readOne(near()))).limit(3).toList();

    near().close();

    for (Running<Integer> each : readers) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @Line(404)
  @DisplayName("A close wakes a reader that has a time-out.")
  default void aCloseWakesATimedReader() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    near().close();

    reader.failure(AsynchronousCloseException.class);
  }

  @Line(405)
  @DisplayName("A close wakes every writer: the one that waits for room and those behind it.")
  default void aCloseWakesEveryWriter() throws Exception {
    List<Running<Void>> writers =
        Stream.generate(() -> blocked(() -> Bytes.writeForever(near()))).limit(3).toList();

    near().close();

    for (Running<Void> each : writers) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @Line(406)
  @DisplayName("A close ends in bounded time and wakes all, where both directions are stuck.")
  default void aCloseEndsWhereBothDirectionsAreStuck() throws Exception {
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

  @Line(407)
  @DisplayName("Several threads may close at once; for each of them the flow is then closed.")
  default void severalThreadsMayClose() throws Exception {
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

  @Line(408)
  @DisplayName("Bytes accepted before a close are delivered, and then comes the end.")
  default void bytesAcceptedBeforeACloseAreDelivered() throws Exception {
    near().write(ByteBuffer.wrap(Bytes.some(4000)));
    near().close();

    assertThat(Bytes.readToEnd(far())).isEqualTo(Bytes.some(4000));
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @Line(409)
  @DisplayName("So are bytes that the peer began to read only after the write.")
  default void manyBytesAcceptedBeforeACloseAreDelivered() throws Exception {
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

  @Line(410)
  @DisplayName("A reader that waits reads the end when the peer closes.")
  default void aReadThatWaitsSeesThePeerClose() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(far()));

    near().close();

    assertThat(reader.result()).isEqualTo(-1);
  }

  @Line(411)
  @DisplayName("Where input was left unread, a close is a reset.")
  default void unreadInputMakesACloseAReset() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.readOne(near())).isEqualTo(1);
    near().close();

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(far()));
  }

  @Line(412)
  @DisplayName("What was unread when the input was shut makes a close a reset.")
  default void inputUnreadAtShutdownInputMakesACloseAReset() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.readOne(near())).isEqualTo(1);
    near().shutdownInput();
    near().close();

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(far()));
  }

  @Line(413)
  @DisplayName("What has come since the input was shut makes a close a reset.")
  default void inputSinceShutdownInputMakesACloseAReset() throws Exception {
    near().shutdownInput();
    far().write(Bytes.of(1, 2, 3, 4, 5));
    near().close();

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(far()));
  }

  @Line(414)
  @DisplayName("Who writes on to a peer that has closed finds it gone, perhaps not at once.")
  default void whoWritesOnToAClosedPeerFindsItGone() throws Exception {
    far().close();

    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));
    assertThrows(PeerGoneException.class, () -> Bytes.writeForever(near()));
  }

  @Line(415)
  @DisplayName("A write that waits finds the peer gone when it closes.")
  default void aWriteThatWaitsSeesThePeerClose() throws Exception {
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));

    far().close();

    writer.failure(PeerGoneException.class);
  }
}
