package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** How long a read waits. */
interface TimeoutLines extends FlowLines {

  @Line(601)
  @DisplayName(
      "A read that waits longer than readTimeout throws SocketTimeoutException, not sooner.")
  default void aReadThatWaitsTooLongTimesOut() throws Exception {
    near().readTimeout(Duration.ofMillis(50));
    for (int i = 0; i < 3; i++) {
      long begin = System.nanoTime();
      assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
      // Clocks differ: the kernel's tick may be a few milliseconds short.
      assertThat(System.nanoTime() - begin).isAtLeast(Duration.ofMillis(40).toNanos());
    }
  }

  @Line(602)
  @DisplayName("After a time-out the flow can still be used, both ways.")
  default void aFlowCanBeUsedAfterATimeout() throws Exception {
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

  @Line(603)
  @DisplayName("A time-out of zero is without limit.")
  default void zeroIsWithoutLimit() throws Exception {
    near().readTimeout(Duration.ofMillis(10));
    near().readTimeout(Duration.ZERO);
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    passTime();
    assertThat(reader.isDone()).isFalse();
    far().write(Bytes.of(1));
    assertThat(reader.result()).isEqualTo(1);
  }

  /** Has a read at the far end time out, so that time has passed by the flows' own clock. */
  private void passTime() {
    far().readTimeout(Duration.ofMillis(60));
    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(far()));
  }

  @Line(604)
  @DisplayName("A negative time-out is refused, and the one before it stays.")
  default void aNegativeTimeoutIsRefused() throws Exception {
    near().readTimeout(Duration.ofMillis(10));
    assertThrows(IllegalArgumentException.class, () -> near().readTimeout(Duration.ofNanos(-1)));

    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
  }

  @Line(605)
  @DisplayName("What is there is read at once, however short the time-out.")
  default void whatIsThereIsReadHoweverShortTheTimeout() throws Exception {
    far().write(Bytes.of(1, 2, 3));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
    near().readTimeout(Duration.ofNanos(1));

    assertThat(Bytes.read(near(), 2)).isEqualTo(new byte[] {2, 3});
  }

  @Line(606)
  @DisplayName("A very long time-out is no error.")
  default void aVeryLongTimeoutIsNoError() throws Exception {
    near().readTimeout(Duration.ofSeconds(Long.MAX_VALUE));
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));
    far().write(Bytes.of(1));

    assertThat(reader.result()).isEqualTo(1);
  }

  @Line(607)
  @DisplayName("A time-out is for the reads that begin after it is set.")
  default void aTimeoutIsForLaterReads() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));
    near().readTimeout(Duration.ofMillis(10));

    passTime();
    assertThat(reader.isDone()).isFalse();
    far().write(Bytes.of(1));
    assertThat(reader.result()).isEqualTo(1);
  }

  @Line(608)
  @DisplayName("A read times out also where another thread's read has the turn, which goes on.")
  default void aReadThatWaitsForItsTurnTimesOut() throws Exception {
    Running<Integer> first = blocked(() -> Bytes.readOne(near()));
    near().readTimeout(Duration.ofMillis(30));

    assertThrows(SocketTimeoutException.class, () -> Bytes.readOne(near()));
    far().write(Bytes.of(1));
    assertThat(first.result()).isEqualTo(1);
  }

  @Line(609)
  @DisplayName("A read with a time-out fills every kind of buffer, and sees the end.")
  default void aTimedReadFillsEveryKindOfBuffer() throws Exception {
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

  @Line(610)
  @DisplayName("A read into an empty buffer returns 0 and waits for nothing, with a time-out too.")
  default void aTimedReadIntoAnEmptyBufferReturnsZero() throws Exception {
    near().readTimeout(Duration.ofHours(1));
    assertThat(near().read(ByteBuffer.allocate(0))).isEqualTo(0);
  }
}
