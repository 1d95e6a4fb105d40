package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** The contract of {@link dev.mimic.flow.Flow#readTimeout}. */
interface TimeoutLines extends FlowLines {

  @LineTest(601)
  @DisplayName(
      "A read that waits longer than readTimeout throws SocketTimeoutException, not " + "earlier.")
  default void read_afterTimeout_throws() throws Exception {
    near().readTimeout(Duration.ofMillis(50));
    for (int i = 0; i < 3; i++) {
      long begin = System.nanoTime();
      assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
      // The clocks differ: the kernel's timeout can be a few milliseconds shorter.
      assertThat(System.nanoTime() - begin).isAtLeast(Duration.ofMillis(40).toNanos());
    }
  }

  @LineTest(602)
  @DisplayName("After a timeout the flow remains usable in both directions.")
  default void timeout_leavesFlowUsable() throws Exception {
    near().readTimeout(Duration.ofMillis(10));
    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));

    assertThat(near().isOpen()).isTrue();
    near().write(Bytes.of(1));
    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {1});
    far().write(Bytes.of(2));
    near().readTimeout(Duration.ofHours(1));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {2});
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @LineTest(603)
  @DisplayName("A timeout of zero is no limit.")
  default void timeoutZero_isNoLimit() throws Exception {
    near().readTimeout(Duration.ofMillis(10));
    near().readTimeout(Duration.ZERO);
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    passTime();
    assertThat(reader.isDone()).isFalse();
    far().write(Bytes.of(1));
    assertThat(reader.result()).isEqualTo(1);
  }

  /** Waits for a timeout at the far end, so that time passes on the clock of the flows. */
  private void passTime() {
    far().readTimeout(Duration.ofMillis(60));
    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(far()));
  }

  @LineTest(604)
  @DisplayName("A negative timeout is refused, and the previous one remains.")
  default void negativeTimeout_isRefused() throws Exception {
    near().readTimeout(Duration.ofMillis(10));
    assertThrows(IllegalArgumentException.class, () -> near().readTimeout(Duration.ofNanos(-1)));

    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
  }

  @LineTest(605)
  @DisplayName("Available bytes are read at once, even with a very short timeout.")
  default void availableBytes_withShortTimeout_areRead() throws Exception {
    far().write(Bytes.of(1, 2, 3));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
    near().readTimeout(Duration.ofNanos(1));

    assertThat(Bytes.read(near(), 2)).isEqualTo(new byte[] {2, 3});
  }

  @LineTest(606)
  @DisplayName("A very long timeout is accepted.")
  default void veryLongTimeout_isAccepted() throws Exception {
    near().readTimeout(Duration.ofSeconds(Long.MAX_VALUE));
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));
    far().write(Bytes.of(1));

    assertThat(reader.result()).isEqualTo(1);
  }

  @LineTest(607)
  @DisplayName("A timeout applies to reads that begin after it is set.")
  default void timeout_appliesToLaterReads() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));
    near().readTimeout(Duration.ofMillis(10));

    passTime();
    assertThat(reader.isDone()).isFalse();
    far().write(Bytes.of(1));
    assertThat(reader.result()).isEqualTo(1);
  }

  @LineTest(608)
  @DisplayName(
      "A read that waits for another thread's read times out, and the other read " + "continues.")
  default void timeout_behindAnotherRead_throws() throws Exception {
    Running<Integer> first = blocked(() -> Bytes.readOne(near()));
    near().readTimeout(Duration.ofMillis(30));

    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
    far().write(Bytes.of(1));
    assertThat(first.result()).isEqualTo(1);
  }

  @LineTest(609)
  @DisplayName("A read with a timeout fills every kind of buffer, and returns the end.")
  default void timedRead_fillsEveryKindOfBuffer() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    byte[] sent = Bytes.some(4000);
    for (ByteBuffer dst :
        List.of(
            ByteBuffer.allocate(4000),
            ByteBuffer.allocateDirect(4000),
            ByteBuffer.allocate(5000).slice(100, 4000))) {
      far().write(ByteBuffer.wrap(sent));
      while (dst.hasRemaining()) {
        int before = dst.position();
        assertThat(near().read(dst)).isEqualTo(dst.position() - before);
      }
      assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(sent));
    }
    far().shutdownOutput();
    assertThat(Bytes.readOne(near())).isEqualTo(-1);
  }

  @LineTest(610)
  @DisplayName("A read with a timeout into an empty buffer returns 0 without waiting.")
  default void timedRead_intoEmptyBuffer_returnsZero() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    assertThat(near().read(ByteBuffer.allocate(0))).isEqualTo(0);
  }
}
