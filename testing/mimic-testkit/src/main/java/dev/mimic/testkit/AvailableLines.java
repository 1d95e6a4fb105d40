package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;

/** The contract of {@link dev.mimic.flow.Flow#available}. */
interface AvailableLines extends FlowLines {
  /** The polling interval: there is no notification of available bytes. */
  int POLL_NANOS = 100_000;

  @LineTest(121)
  @DisplayName("available is 0 before the first write, and after all bytes are read.")
  default void available_ofNothing_isZero() throws Exception {
    assertThat(near().available()).isEqualTo(0);
    far().write(Bytes.of(1, 2, 3));
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});

    assertThat(near().available()).isEqualTo(0);
    assertThat(near().inputStream().available()).isEqualTo(0);
  }

  @LineTest(122)
  @DisplayName("available returns the rest of a partly read write, which the next reads return.")
  default void available_afterPartialRead_isTheRest() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});

    assertThat(near().available()).isEqualTo(4);
    assertThat(near().inputStream().available()).isEqualTo(4);
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {2, 3, 4});
    assertThat(near().available()).isEqualTo(1);
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {5});
    assertThat(near().available()).isEqualTo(0);
  }

  @LineTest(123)
  @DisplayName("Reading only what is available returns every byte in order.")
  default void available_beforeEachRead_loseNoByte() throws Exception {
    exchange();
    byte[] sent = Bytes.some(3_000_000);
    Running<Integer> writer = start(() -> far().write(ByteBuffer.wrap(sent)));
    ByteBuffer received = ByteBuffer.allocate(sent.length);
    while (received.hasRemaining()) {
      int available = awaitAvailable(near());
      assertThat(available).isAtMost(received.remaining());
      int end = received.position() + available;
      received.limit(end);
      while (received.position() < end) { // these reads must not wait
        near().readTimeout(Duration.ofMillis(1));
        assertThat(near().read(received)).isGreaterThan(0);
      }
      received.limit(received.capacity());
    }

    assertThat(Arrays.equals(received.array(), sent)).isTrue();
    assertThat(writer.result()).isEqualTo(sent.length);
    assertThat(near().available()).isEqualTo(0);
  }

  @LineTest(124)
  @DisplayName("Arriving bytes are available while a write waits for the peer to read.")
  default void available_besideWaitingWrite_countsArrivals() throws Exception {
    exchange();
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));
    assertThat(near().available()).isEqualTo(0);
    far().write(Bytes.of(1, 2, 3));

    assertThat(awaitAvailable(near())).isAtMost(3);
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});
    near().close();
    writer.failure(AsynchronousCloseException.class);
  }

  @LineTest(125)
  @DisplayName("available does not wait for a waiting read.")
  default void available_besideWaitingRead_doesNotWait() throws Exception {
    Running<byte[]> reader = blocked(() -> Bytes.read(near(), 2));
    assertThat(near().available()).isEqualTo(0);
    far().write(Bytes.of(1, 2));

    assertThat(reader.result()).isEqualTo(new byte[] {1, 2});
  }

  @LineTest(126)
  @DisplayName("available does not change later reads, the end or timeouts.")
  default void available_leavesReadsUnchanged() throws Exception {
    assertThat(near().available()).isEqualTo(0);
    near().readTimeout(Duration.ofMillis(10));
    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
    assertThat(near().available()).isEqualTo(0);
    near().readTimeout(Duration.ZERO);
    Running<byte[]> reader = blocked(() -> Bytes.read(near(), 2));
    far().write(Bytes.of(1, 2));
    assertThat(reader.result()).isEqualTo(new byte[] {1, 2});
    near().write(Bytes.of(3));
    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {3});
    far().write(Bytes.of(4));
    assertThat(awaitAvailable(near())).isEqualTo(1);
    far().shutdownOutput();
    assertThat(near().available()).isEqualTo(1);
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {4});
    assertThat(near().available()).isEqualTo(0);
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
    assertThat(near().available()).isEqualTo(0);
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @LineTest(127)
  @DisplayName("available is 0 after shutdownInput.")
  default void available_afterShutdownInput_isZero() throws Exception {
    exchange();
    far().write(Bytes.of(1, 2));
    assertThat(awaitAvailable(near())).isGreaterThan(0);
    near().shutdownInput();

    assertThat(near().available()).isEqualTo(0);
  }

  @LineTest(128)
  @DisplayName("available is 0 after a reset; a later read still reports the reset.")
  default void available_afterReset_isZeroAndReadFails() throws Exception {
    exchange();
    resetByFar();
    for (int i = 0; i < 3; i++) {
      assertThat(near().available()).isEqualTo(0);
    }

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
  }

  /** Sends bytes in both directions, so that the transport has completed its handshake. */
  private void exchange() throws Exception {
    far().write(Bytes.of(7));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {7});
    near().write(Bytes.of(8));
    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {8});
  }

  /** Polls until bytes are available. */
  private static int awaitAvailable(Flow flow) throws IOException {
    long timeout = Running.TIMEOUT.toNanos();
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < timeout) {
      int available = flow.available();
      if (available > 0) {
        return available;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    assertWithMessage("available bytes of %s after %s", flow, Running.TIMEOUT)
        .that(0)
        .isGreaterThan(0);
    return 0;
  }
}
