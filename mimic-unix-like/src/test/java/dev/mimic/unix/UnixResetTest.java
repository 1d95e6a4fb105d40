package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the effect of a close on the peer, with and without unread input. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnixResetTest {
  private Loopback pair;
  private Flow near;
  private Flow far;

  @BeforeEach
  void connect() throws IOException {
    pair = SocketFolder.pair();
    near = pair.near();
    far = pair.far();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  /** Closes the far flow with unread input. */
  private void reset() throws IOException {
    near.write(ByteBuffer.allocate(10));
    far.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void read_afterReset_failsAgain(int timeoutSeconds) throws IOException {
    near.readTimeout(Duration.ofSeconds(timeoutSeconds));
    reset();

    PeerGoneException gone = assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThat(gone).hasMessageThat().startsWith(near.info() + " is gone: ");
    assertThrows(PeerGoneException.class, () -> readOne(near));
    near.readTimeout(Duration.ofSeconds(10 - timeoutSeconds));
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> near.write(ByteBuffer.allocate(1)));
    assertThat(near.isOpen()).isTrue();
  }

  @Test
  void read_afterFailedWrite_fails() throws IOException {
    reset();

    assertThrows(PeerGoneException.class, () -> near.write(ByteBuffer.allocate(1)));
    assertThrows(PeerGoneException.class, () -> readOne(near));
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void read_dataBeforeReset_isReturnedFirst() throws IOException {
    far.write(ByteBuffer.allocate(5));
    reset();

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void close_noUnreadInput_isCleanEnd() throws IOException {
    far.write(ByteBuffer.allocate(5));
    far.close();

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThat(readOne(near)).isEqualTo(-1);
    assertThrows(PeerGoneException.class, () -> near.write(ByteBuffer.allocate(1)));
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @Test
  void read_afterFailedWrite_returnsArrivedDataThenFails() throws IOException {
    far.write(ByteBuffer.allocate(5));
    far.close();
    assertThrows(PeerGoneException.class, () -> near.write(ByteBuffer.allocate(1)));

    assertThat(near.read(ByteBuffer.allocate(9))).isEqualTo(5);
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void shutdownInput_unreadInput_resetsOnlyAtClose() throws IOException {
    far.shutdownInput();
    near.write(ByteBuffer.allocate(10));
    near.write(ByteBuffer.allocate(10));
    assertThat(readOne(far)).isEqualTo(-1);
    far.write(ByteBuffer.allocate(1));
    far.close();

    assertThat(readOne(near)).isEqualTo(1);
    assertThrows(PeerGoneException.class, () -> readOne(near));
  }

  @Test
  void shutdownInput_afterTimeout_isInvisibleToPeer() throws IOException {
    far.readTimeout(Duration.ofMillis(1));
    assertThrows(SocketTimeoutException.class, () -> readOne(far));
    far.shutdownInput();
    near.write(ByteBuffer.allocate(10));

    assertThat(readOne(far)).isEqualTo(-1);
  }

  @Test
  void shutdown_afterPeerIsGone_doesNotFail() throws IOException {
    reset();
    near.shutdownOutput();
    near.shutdownOutput();
    assertThrows(PeerGoneException.class, () -> readOne(near));
    near.shutdownInput();
    assertThat(readOne(near)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void read_blockedDuringReset_fails(ThreadKind kind) throws Exception {
    for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(50)}) {
      try (Loopback other = SocketFolder.pair()) {
        other.near().readTimeout(timeout);
        other.near().write(ByteBuffer.allocate(1));
        Running<Integer> reader = Running.start(kind, () -> readOne(other.near())).awaitBlocked();

        other.far().close();

        reader.failure(PeerGoneException.class);
      }
    }
  }

  @RepeatedTest(50)
  void readAndWrite_blockedDuringReset_bothFail() throws Exception {
    for (ThreadKind kind : ThreadKind.values()) {
      try (Loopback both = SocketFolder.pair()) {
        Running<Integer> reader = Running.start(kind, () -> readOne(both.near())).awaitBlocked();
        Running<Void> writer =
            Running.start(kind, () -> Loopback.writeForever(both.near())).awaitBlocked();

        both.far().close();

        reader.failure(PeerGoneException.class);
        writer.failure(PeerGoneException.class);
      }
    }
  }
}
