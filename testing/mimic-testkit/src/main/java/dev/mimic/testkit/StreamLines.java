package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.PeerGoneException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;

/** The contract of the streams of a flow. */
interface StreamLines extends FlowLines {

  @LineTest(1001)
  @DisplayName("The input stream reads single bytes as 0 to 255, and then -1.")
  default void inputStream_readsSingleBytes() throws Exception {
    far().write(Bytes.of(0, 1, 127, 128, 255));
    far().shutdownOutput();
    InputStream input = near().inputStream();

    for (int expected : new int[] {0, 1, 127, 128, 255, -1, -1}) {
      assertThat(input.read()).isEqualTo(expected);
    }
  }

  @LineTest(1002)
  @DisplayName("The input stream reads into a range of an array, and nothing outside it.")
  default void inputStream_readsIntoRange() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    InputStream input = near().inputStream();
    byte[] bytes = new byte[8];

    assertThat(input.read(bytes, 3, 0)).isEqualTo(0);
    assertThat(input.readNBytes(bytes, 2, 3)).isEqualTo(3);
    assertThat(bytes).isEqualTo(new byte[] {0, 0, 1, 2, 3, 0, 0, 0});
    assertThrows(IndexOutOfBoundsException.class, () -> input.read(bytes, 7, 2));
    assertThat(input.readNBytes(2)).isEqualTo(new byte[] {4, 5});
  }

  @LineTest(1003)
  @DisplayName("The output stream writes single bytes and ranges of arrays, without buffering.")
  default void outputStream_writesBytesAndRanges() throws Exception {
    OutputStream output = near().outputStream();
    output.write(0x1ff);
    output.write(new byte[] {9, 1, 2, 9}, 1, 2);
    output.write(new byte[0]);
    output.write(new byte[] {3});
    assertThrows(IndexOutOfBoundsException.class, () -> output.write(new byte[] {1, 2}, 1, 2));

    assertThat(Bytes.read(far(), 4)).isEqualTo(new byte[] {-1, 1, 2, 3});
    output.flush();
  }

  @LineTest(1004)
  @DisplayName("Closing the input stream closes the flow.")
  default void inputStreamClose_closesFlow() throws Exception {
    near().inputStream().close();

    assertThat(near().isOpen()).isFalse();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @LineTest(1005)
  @DisplayName("Closing the output stream closes the flow.")
  default void outputStreamClose_closesFlow() throws Exception {
    near().outputStream().close();

    assertThat(near().isOpen()).isFalse();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  @LineTest(1006)
  @DisplayName("transferTo moves all bytes from one flow to another, up to the end.")
  default void transferTo_movesEverything() throws Exception {
    FlowPair onward = openPair();
    byte[] sent = Bytes.some(1_000_000);
    Running<Void> writer =
        start(
            () -> {
              near().write(ByteBuffer.wrap(sent));
              near().shutdownOutput();
              return null;
            });
    Running<Long> transfer =
        start(
            () -> {
              long count = far().inputStream().transferTo(onward.near().outputStream());
              onward.near().shutdownOutput();
              return count;
            });

    assertThat(onward.far().inputStream().readAllBytes()).isEqualTo(sent);
    assertThat(transfer.result()).isEqualTo(1_000_000L);
    assertThat(writer.result()).isNull();
  }

  @LineTest(1007)
  @DisplayName("The streams fail as the flow does.")
  default void streams_failAsTheFlow() throws Exception {
    near().readTimeout(Duration.ofMillis(10));
    assertThrows(SocketTimeoutException.class, () -> near().inputStream().read());
    resetByFar();
    assertThrows(PeerGoneException.class, () -> near().inputStream().read());
    near().close();
    assertThrows(ClosedChannelException.class, () -> near().inputStream().read());
    assertThrows(ClosedChannelException.class, () -> near().outputStream().write(1));
  }

  @LineTest(1008)
  @DisplayName("Closing wakes threads that wait in a stream.")
  default void close_wakesStreams() throws Exception {
    Running<Integer> reader = blocked(() -> near().inputStream().read());
    Running<Void> writer =
        blocked(
            () -> {
              near().outputStream().write(new byte[32 << 20]);
              return null;
            });

    near().close();

    reader.failure(AsynchronousCloseException.class);
    writer.failure(AsynchronousCloseException.class);
  }
}
