package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import dev.mimic.unix.Running.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that resets: an error to the reader and to the writer, and never a clean end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SocketFlowResetTest {
  private Loopback pair;
  private Flow near;

  @BeforeEach
  void connect() throws IOException {
    pair = Loopback.open();
    near = pair.near();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  @Test
  void aReadSeesTheResetAndSoDoLaterOnes() throws IOException {
    Loopback.reset(pair.far());

    PeerGoneException gone = assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThat(gone).hasCauseThat().isInstanceOf(IOException.class);
    assertThat(gone).hasMessageThat().startsWith(near.info() + " is gone: ");
    assertThrows(PeerGoneException.class, () -> readOne(near));
    near.readTimeout(Duration.ofSeconds(10));
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThat(near.isOpen()).isTrue();
  }

  @Test
  void aTimedReadSeesTheResetAndSoDoLaterOnes() throws IOException {
    near.readTimeout(Duration.ofSeconds(10));
    Loopback.reset(pair.far());

    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> near.read(ByteBuffer.allocateDirect(1)));
    near.readTimeout(Duration.ZERO);
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void aReadAfterAFailedWriteSeesTheResetToo() throws IOException {
    Loopback.reset(pair.far());

    PeerGoneException gone =
        assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThat(gone).hasCauseThat().isInstanceOf(IOException.class);
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(
        PeerGoneException.class,
        () -> near.write(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(1)}));
  }

  @Test
  void whatArrivedBeforeTheResetDoesNotMakeItACleanEnd() throws IOException {
    pair.far().write(ByteBuffer.allocate(10));
    ByteBuffer in = ByteBuffer.allocate(10);
    while (in.hasRemaining()) {
      near.read(in);
    }
    Loopback.reset(pair.far());

    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void afterAFailedWriteReadsReturnWhatHasArrivedAndThenFailToo() throws IOException {
    pair.far().write(ByteBuffer.allocate(5));
    pair.far().close();
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void afterAFailedWriteAnEndThatWasReadStaysTheEnd() throws IOException {
    pair.far().close();
    assertThat(readOne(near)).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));

    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void writingNothingWritesZeroAlsoWhereThePeerIsGone() throws IOException {
    Loopback.reset(pair.far());
    ByteBuffer none = ByteBuffer.allocate(0);
    assertThat(near.write(none)).isEqualTo(0);
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThat(near.write(none)).isEqualTo(0);
    assertThat(near.write(new ByteBuffer[] {none, none})).isEqualTo(0);
  }

  @Test
  void aResetAfterShutdownOutputLeavesWhatWasWrittenAndTheEndAndOnlyWritesHearOfIt()
      throws IOException {
    near.write(ByteBuffer.allocate(1));
    pair.far().write(ByteBuffer.allocate(5));
    pair.far().shutdownOutput();
    pair.far().close(); // with input unread

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThat(readOne(near)).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void aCloseAfterShutdownInputWithInputUnreadIsAReset() throws IOException {
    near.write(ByteBuffer.allocate(10));
    assertThat(readOne(pair.far())).isEqualTo(1);
    pair.far().shutdownInput();
    pair.far().close();

    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void aCloseAfterShutdownInputThatLeftInputUnreadIsAReset() throws IOException {
    pair.far().shutdownInput();
    near.write(ByteBuffer.allocate(10));
    pair.far().close();

    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void aCloseWithUnreadInputIsAReset() throws IOException {
    near.write(ByteBuffer.allocate(10));
    assertThat(readOne(pair.far())).isEqualTo(1);
    pair.far().close();

    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void anEndThatIsShutDownStaysSoWhenThePeerIsGone() throws IOException {
    near.shutdownInput();
    Loopback.reset(pair.far());
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));

    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void shuttingDownWhenThePeerIsGoneDoesNotFailAndHidesNothing() throws IOException {
    Loopback.reset(pair.far());
    near.shutdownOutput();
    near.shutdownOutput();
    assertThrows(PeerGoneException.class, () -> readOne(near));
    near.shutdownInput();
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void aReadThatWaitsSeesTheReset(Kind kind) throws Exception {
    Running<Integer> reader = kind.start(() -> readOne(near)).awaitBlocked();

    Loopback.reset(pair.far());

    reader.failure(PeerGoneException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aWriteThatWaitsSeesTheReset(Kind kind) throws Exception {
    Running<Void> writer = kind.start(() -> Loopback.writeForever(near)).awaitBlocked();

    Loopback.reset(pair.far());

    writer.failure(PeerGoneException.class);
  }

  /** The kernel tells only one of the two. */
  @RepeatedTest(100)
  void aReaderAndAWriterThatWaitBothSeeTheReset() throws Exception {
    for (Kind kind : Kind.values()) {
      try (Loopback both = Loopback.open()) {
        Running<Integer> reader = kind.start(() -> readOne(both.near())).awaitBlocked();
        Running<Void> writer = kind.start(() -> Loopback.writeForever(both.near())).awaitBlocked();

        Loopback.reset(both.far());

        reader.failure(PeerGoneException.class);
        writer.failure(PeerGoneException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCleanEndIsReadWhileAWriterWaits(Kind kind) throws Exception {
    Running<Void> writer = kind.start(() -> Loopback.writeForever(near)).awaitBlocked();

    pair.far().shutdownOutput();

    assertThat(readOne(near)).isEqualTo(-1);
    assertThat(readOne(near)).isEqualTo(-1);
    near.close();
    writer.failure(java.nio.channels.AsynchronousCloseException.class);
  }
}
