package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
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

/** Tests that a reset by the peer is an error for readers and writers, never a clean end. */
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
  void read_afterReset_failsAgain() throws IOException {
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
  void timedRead_afterReset_failsAgain() throws IOException {
    near.readTimeout(Duration.ofSeconds(10));
    Loopback.reset(pair.far());

    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> near.read(ByteBuffer.allocateDirect(1)));
    near.readTimeout(Duration.ZERO);
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void read_afterFailedWrite_fails() throws IOException {
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
  void read_dataBeforeReset_endsInFailure() throws IOException {
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
  void read_afterFailedWrite_returnsArrivedDataThenFails() throws IOException {
    pair.far().write(ByteBuffer.allocate(5));
    pair.far().close();
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void read_endBeforeFailedWrite_staysEnd() throws IOException {
    pair.far().close();
    assertThat(readOne(near)).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));

    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void write_emptyBufferToGonePeer_returnsZero() throws IOException {
    Loopback.reset(pair.far());
    ByteBuffer none = ByteBuffer.allocate(0);
    assertThat(near.write(none)).isEqualTo(0);
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThat(near.write(none)).isEqualTo(0);
    assertThat(near.write(new ByteBuffer[] {none, none})).isEqualTo(0);
  }

  @Test
  void reset_afterShutdownOutput_keepsWrittenBytes() throws IOException {
    near.write(ByteBuffer.allocate(1));
    pair.far().write(ByteBuffer.allocate(5));
    pair.far().shutdownOutput();
    pair.far().close(); // with unread input

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThat(readOne(near)).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void close_unreadInputSinceShutdownInput_resets() throws IOException {
    near.write(ByteBuffer.allocate(10));
    assertThat(readOne(pair.far())).isEqualTo(1);
    pair.far().shutdownInput();
    pair.far().close();

    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void close_unreadInputAtShutdownInput_resets() throws IOException {
    pair.far().shutdownInput();
    near.write(ByteBuffer.allocate(10));
    pair.far().close();

    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void close_unreadInput_resets() throws IOException {
    near.write(ByteBuffer.allocate(10));
    assertThat(readOne(pair.far())).isEqualTo(1);
    pair.far().close();

    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void shutdown_beforePeerIsGone_staysInEffect() throws IOException {
    near.shutdownInput();
    Loopback.reset(pair.far());
    assertThrows(PeerGoneException.class, () -> Loopback.writeForever(near));

    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void shutdown_afterPeerIsGone_doesNotFail() throws IOException {
    Loopback.reset(pair.far());
    near.shutdownOutput();
    near.shutdownOutput();
    assertThrows(PeerGoneException.class, () -> readOne(near));
    near.shutdownInput();
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void read_blockedDuringReset_fails(ThreadKind kind) throws Exception {
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    Loopback.reset(pair.far());

    reader.failure(PeerGoneException.class);
  }

  @ParameterizedTest
  @EnumSource
  void write_blockedDuringReset_fails(ThreadKind kind) throws Exception {
    Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked();

    Loopback.reset(pair.far());

    writer.failure(PeerGoneException.class);
  }

  /** The kernel reports the reset to only one of the two. */
  @RepeatedTest(100)
  void readAndWrite_blockedDuringReset_bothFail() throws Exception {
    for (ThreadKind kind : ThreadKind.values()) {
      try (Loopback both = Loopback.open()) {
        Running<Integer> reader = Running.start(kind, () -> readOne(both.near())).awaitBlocked();
        Running<Void> writer =
            Running.start(kind, () -> Loopback.writeForever(both.near())).awaitBlocked();

        Loopback.reset(both.far());

        reader.failure(PeerGoneException.class);
        writer.failure(PeerGoneException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_cleanEndWhileWriterIsBlocked_returnsEnd(ThreadKind kind) throws Exception {
    Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked();

    pair.far().shutdownOutput();

    assertThat(readOne(near)).isEqualTo(-1);
    assertThat(readOne(near)).isEqualTo(-1);
    near.close();
    writer.failure(java.nio.channels.AsynchronousCloseException.class);
  }
}
