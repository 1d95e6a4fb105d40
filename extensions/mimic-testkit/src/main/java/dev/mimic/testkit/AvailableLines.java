package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;

/** The contract of {@link dev.mimic.Flow#available}. */
interface AvailableLines extends FlowLines {
  /** The pause between two questions; nothing calls back when something is available. */
  int POLL_NANOS = 100_000;

  @Line(121)
  @DisplayName("Nothing is available before anything was written, nor after all was read.")
  default void nothingIsAvailableOfNothing() throws Exception {
    assertThat(near().available()).isEqualTo(0);
    far().write(Bytes.of(1, 2, 3));
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});

    assertThat(near().available()).isEqualTo(0);
    assertThat(near().inputStream().available()).isEqualTo(0);
  }

  @Line(122)
  @DisplayName("What a read has left of a write is available, and is what the next reads return.")
  default void whatAReadLeftIsAvailable() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});

    assertThat(near().available()).isEqualTo(4);
    assertThat(near().inputStream().available()).isEqualTo(4);
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {2, 3, 4});
    assertThat(near().available()).isEqualTo(1);
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {5});
    assertThat(near().available()).isEqualTo(0);
  }

  @Line(123)
  @DisplayName("Who asks for what is available, and reads that alone, gets every byte in order.")
  default void whoReadsOnlyWhatIsAvailableGetsAll() throws Exception {
    exchange();
    byte[] sent = Bytes.some(3_000_000);
    Running<Integer> writer = start(() -> far().write(ByteBuffer.wrap(sent)));
    ByteBuffer received = ByteBuffer.allocate(sent.length);
    while (received.hasRemaining()) {
      int available = awaitAvailable(near());
      assertThat(available).isAtMost(received.remaining());
      int end = received.position() + available;
      received.limit(end);
      while (received.position() < end) { // none of these may wait
        near().readTimeout(Duration.ofMillis(1));
        assertThat(near().read(received)).isGreaterThan(0);
      }
      received.limit(received.capacity());
    }

    assertThat(Arrays.equals(received.array(), sent)).isTrue();
    assertThat(writer.result()).isEqualTo(sent.length);
    assertThat(near().available()).isEqualTo(0);
  }

  @Line(124)
  @DisplayName("What arrives is available while a write waits for the peer to read.")
  default void arrivalsAreAvailableBesideAWriter() throws Exception {
    exchange();
    Running<Void> writer = blocked(() -> Bytes.writeForever(near()));
    assertThat(near().available()).isEqualTo(0);
    far().write(Bytes.of(1, 2, 3));

    assertThat(awaitAvailable(near())).isAtMost(3);
    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});
    near().close();
    writer.failure(AsynchronousCloseException.class);
  }

  @Line(125)
  @DisplayName("To ask for what is available does not wait for a read that waits.")
  default void availableDoesNotWaitForAReader() throws Exception {
    Running<byte[]> reader = blocked(() -> Bytes.read(near(), 2));
    assertThat(near().available()).isEqualTo(0);
    far().write(Bytes.of(1, 2));

    assertThat(reader.result()).isEqualTo(new byte[] {1, 2});
  }

  @Line(126)
  @DisplayName("What was asked for does not change how a flow reads on, ends or times out.")
  default void availableLeavesReadsAsTheyAre() throws Exception {
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

  @Line(127)
  @DisplayName("Nothing is available once the input is shut.")
  default void nothingIsAvailableOfInputThatIsShut() throws Exception {
    exchange();
    far().write(Bytes.of(1, 2));
    assertThat(awaitAvailable(near())).isGreaterThan(0);
    near().shutdownInput();

    assertThat(near().available()).isEqualTo(0);
  }

  @Line(128)
  @DisplayName(
      "After a reset nothing is available, and a read that follows still tells of the reset.")
  default void aResetIsToldAfterAvailable() throws Exception {
    exchange();
    resetByFar();
    for (int i = 0; i < 3; i++) {
      assertThat(near().available()).isEqualTo(0);
    }

    assertThrows(PeerGoneException.class, () -> Bytes.readOne(near()));
  }

  /** Has each side read something, so that all that is agreed first is agreed. */
  private void exchange() throws Exception {
    far().write(Bytes.of(7));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {7});
    near().write(Bytes.of(8));
    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {8});
  }

  /** Asks until something is available. */
  private static int awaitAvailable(Flow flow) throws IOException {
    long patience = Running.PATIENCE.toNanos();
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < patience) {
      int available = flow.available();
      if (available > 0) {
        return available;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    assertWithMessage("what is available of %s, after %s", flow, Running.PATIENCE)
        .that(0)
        .isGreaterThan(0);
    return 0;
  }
}
