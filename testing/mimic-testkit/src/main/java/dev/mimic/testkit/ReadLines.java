package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** The contract of reads. */
interface ReadLines extends FlowLines {

  @LineTest(101)
  @DisplayName("A read returns the available bytes and does not wait for a full buffer.")
  default void read_returnsAvailableBytes() throws Exception {
    far().write(Bytes.of(1, 2, 3));

    assertThat(Bytes.read(near(), 3)).isEqualTo(new byte[] {1, 2, 3});
    far().write(Bytes.of(4));
    ByteBuffer large = ByteBuffer.allocate(1000);
    assertThat(near().read(large)).isEqualTo(1);
    assertThat(large.get(0)).isEqualTo(4);
  }

  @LineTest(102)
  @DisplayName("A read waits for the first byte.")
  default void read_withoutBytes_waitsForTheFirst() throws Exception {
    Running<Integer> reader = blocked(() -> near().read(ByteBuffer.allocate(1000)));

    far().write(Bytes.of(1));

    assertThat(reader.result()).isEqualTo(1);
  }

  @LineTest(103)
  @DisplayName(
      "A read fills its buffer from the position up to the limit, and moves the " + "position.")
  default void read_fillsFromPositionToLimit() throws Exception {
    far().write(Bytes.of(1, 2, 3, 4, 5));
    ByteBuffer dst = ByteBuffer.allocate(10).position(4).limit(7);
    while (dst.hasRemaining()) {
      int before = dst.position();
      assertThat(near().read(dst)).isEqualTo(dst.position() - before);
    }

    assertThat(dst.limit()).isEqualTo(7);
    assertThat(dst.array()).isEqualTo(new byte[] {0, 0, 0, 0, 1, 2, 3, 0, 0, 0});
    assertThat(Bytes.read(near(), 2)).isEqualTo(new byte[] {4, 5});
  }

  @LineTest(104)
  @DisplayName("A read can take single bytes; the next read returns the rest.")
  default void read_ofSingleBytes_returnsThemInOrder() throws Exception {
    byte[] sent = Bytes.some(2000);
    far().write(ByteBuffer.wrap(sent));

    byte[] received = new byte[sent.length];
    for (int i = 0; i < received.length; i++) {
      received[i] = Bytes.read(near(), 1)[0];
    }
    assertThat(received).isEqualTo(sent);
  }

  @LineTest(105)
  @DisplayName("A read fills buffers of every kind: heap, direct, slices.")
  default void read_intoEveryKindOfBuffer_fillsIt() throws Exception {
    byte[] sent = Bytes.some(500);
    List<ByteBuffer> kinds =
        List.of(
            ByteBuffer.allocate(500),
            ByteBuffer.allocateDirect(500),
            ByteBuffer.allocate(800).slice(100, 500),
            ByteBuffer.allocateDirect(800).slice(100, 500));
    for (ByteBuffer dst : kinds) {
      far().write(ByteBuffer.wrap(sent));
      while (dst.hasRemaining()) {
        assertThat(near().read(dst)).isGreaterThan(0);
      }
      assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(sent));
    }
  }

  @LineTest(106)
  @DisplayName(
      "A read into an empty buffer returns 0 on an open flow, with or without "
          + "available bytes.")
  default void read_intoEmptyBuffer_returnsZero() throws Exception {
    ByteBuffer empty = ByteBuffer.allocate(8).position(8);
    assertThat(near().read(empty)).isEqualTo(0);
    far().write(Bytes.of(1, 2));
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});

    assertThat(near().read(empty)).isEqualTo(0);
    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {2});
  }

  @LineTest(107)
  @DisplayName("A read into a read-only buffer is refused and takes no bytes.")
  default void read_intoReadOnlyBuffer_isRefused() throws Exception {
    ByteBuffer readOnly = ByteBuffer.allocate(8).asReadOnlyBuffer();
    assertThrows(IllegalArgumentException.class, () -> near().read(readOnly));
    far().write(Bytes.of(1, 2));
    assertThrows(IllegalArgumentException.class, () -> near().read(readOnly));

    assertThat(readOnly.position()).isEqualTo(0);
    assertThat(Bytes.read(near(), 2)).isEqualTo(new byte[] {1, 2});
  }

  @LineTest(108)
  @DisplayName("After the peer has ended its output, every read returns -1.")
  default void read_atEnd_staysMinusOne() throws Exception {
    far().write(Bytes.of(1));
    far().shutdownOutput();

    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
    for (int i = 0; i < 3; i++) {
      ByteBuffer dst = ByteBuffer.allocate(5);
      assertThat(near().read(dst)).isEqualTo(-1);
      assertThat(dst.position()).isEqualTo(0);
    }
  }

  @LineTest(109)
  @DisplayName("A waiting read returns -1 when the peer ends its output.")
  default void read_waitingAtEnd_returnsMinusOne() throws Exception {
    Running<Integer> reader = blocked(() -> Bytes.readOne(near()));

    far().shutdownOutput();

    assertThat(reader.result()).isEqualTo(-1);
  }

  @LineTest(110)
  @DisplayName("A read never touches bytes outside its buffer's position and limit.")
  default void read_touchesNothingOutsideLimits() throws Exception {
    byte[] array = new byte[3000];
    Arrays.fill(array, (byte) 7);
    far().write(ByteBuffer.wrap(Bytes.some(2000)));
    ByteBuffer dst = ByteBuffer.wrap(array, 1000, 1000).slice();
    while (dst.hasRemaining()) {
      assertThat(near().read(dst)).isGreaterThan(0);
    }

    byte[] expected = new byte[3000];
    Arrays.fill(expected, (byte) 7);
    System.arraycopy(Bytes.some(2000), 0, expected, 1000, 1000);
    assertThat(array).isEqualTo(expected);
  }
}
