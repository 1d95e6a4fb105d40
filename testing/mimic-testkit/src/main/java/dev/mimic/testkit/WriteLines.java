package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** The contract of writes. */
interface WriteLines extends FlowLines {

  @LineTest(201)
  @DisplayName("A write accepts all bytes from position to limit and returns their count.")
  default void write_acceptsAllFromPositionToLimit() throws Exception {
    ByteBuffer src = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}).position(1).limit(4);

    assertThat(near().write(src)).isEqualTo(3);
    assertThat(src.position()).isEqualTo(4);
    assertThat(src.limit()).isEqualTo(4);
    near().shutdownOutput();
    assertThat(Bytes.readToEnd(far())).isEqualTo(new byte[] {2, 3, 4});
  }

  @LineTest(202)
  @DisplayName("After a write has returned, its buffer can be reused.")
  default void write_returned_leavesBufferReusable() throws Exception {
    ByteBuffer src = ByteBuffer.allocateDirect(100);
    for (int i = 0; i < 40; i++) {
      near().write(filled(src, i));
    }
    filled(src, 127);

    for (int i = 0; i < 40; i++) {
      byte[] expected = new byte[100];
      Arrays.fill(expected, (byte) i);
      assertThat(Bytes.read(far(), 100)).isEqualTo(expected);
    }
  }

  private static ByteBuffer filled(ByteBuffer buffer, int value) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  @LineTest(203)
  @DisplayName("A write accepts buffers of every kind: heap, direct, slices, read-only.")
  default void write_ofEveryKindOfBuffer_isAccepted() throws Exception {
    byte[] sent = Bytes.some(4000);
    ByteBuffer heap = ByteBuffer.allocate(6000).put(500, sent).slice(500, 4000);
    ByteBuffer direct = ByteBuffer.allocateDirect(6000).put(500, sent).slice(500, 4000);
    for (ByteBuffer src :
        List.of(
            ByteBuffer.wrap(sent),
            heap,
            direct,
            heap.asReadOnlyBuffer(),
            direct.asReadOnlyBuffer())) {
      ByteBuffer duplicate = src.duplicate();
      assertThat(near().write(duplicate)).isEqualTo(4000);
      assertThat(duplicate.hasRemaining()).isFalse();
      assertThat(Bytes.read(far(), 4000)).isEqualTo(sent);
      assertThat(src).isEqualTo(ByteBuffer.wrap(sent));
    }
  }

  @LineTest(204)
  @DisplayName("A gathering write writes all its buffers in order, including empty ones.")
  default void gatheringWrite_writesAllInOrder() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(2).put(Bytes.of(4, 5)).flip();
    ByteBuffer[] srcs = {
      Bytes.of(), Bytes.of(1, 2, 3), Bytes.of(), direct, Bytes.of(6).asReadOnlyBuffer(), Bytes.of()
    };

    assertThat(near().write(srcs)).isEqualTo(6L);
    for (ByteBuffer each : srcs) {
      assertThat(each.hasRemaining()).isFalse();
    }
    assertThat(Bytes.read(far(), 6)).isEqualTo(new byte[] {1, 2, 3, 4, 5, 6});
  }

  @LineTest(205)
  @DisplayName("A gathering write of a part of an array does not touch the other buffers.")
  default void gatheringWrite_ofPart_leavesTheRest() throws Exception {
    ByteBuffer[] srcs = {Bytes.of(1), Bytes.of(2), Bytes.of(3), Bytes.of(4)};

    assertThat(near().write(srcs, 1, 2)).isEqualTo(2L);
    assertThat(srcs[0].remaining()).isEqualTo(1);
    assertThat(srcs[3].remaining()).isEqualTo(1);
    near().shutdownOutput();
    assertThat(Bytes.readToEnd(far())).isEqualTo(new byte[] {2, 3});
  }

  @LineTest(206)
  @DisplayName("A gathering write with invalid bounds is refused and writes nothing.")
  default void gatheringWrite_outsideArray_isRefused() throws Exception {
    ByteBuffer[] srcs = {Bytes.of(1), Bytes.of(2)};
    assertThrows(IndexOutOfBoundsException.class, () -> near().write(srcs, 1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> near().write(srcs, -1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> near().write(srcs, 0, -1));
    assertThat(srcs[0].remaining() + srcs[1].remaining()).isEqualTo(2);

    near().shutdownOutput();
    assertThat(Bytes.readToEnd(far())).isEmpty();
  }

  @LineTest(207)
  @DisplayName("A gathering write accepts thousands of buffers, and large among small ones.")
  default void gatheringWrite_ofManyBuffers_isAccepted() throws Exception {
    byte[] sent = Bytes.some(1_000_000);
    ByteBuffer[] srcs = new ByteBuffer[3001];
    for (int i = 0; i < 3000; i++) {
      srcs[i] = ByteBuffer.wrap(sent, i * 7, 7);
    }
    srcs[3000] = ByteBuffer.wrap(sent, 21_000, sent.length - 21_000);
    Running<byte[]> reader = start(() -> Bytes.read(far(), sent.length));

    assertThat(near().write(srcs)).isEqualTo(1_000_000L);
    assertThat(reader.result()).isEqualTo(sent);
  }

  @LineTest(208)
  @DisplayName("A write of zero bytes returns 0, and the peer does not notice it.")
  default void write_ofNothing_returnsZero() throws Exception {
    assertThat(near().write(Bytes.of())).isEqualTo(0);
    assertThat(near().write(new ByteBuffer[0])).isEqualTo(0L);
    assertThat(near().write(new ByteBuffer[] {Bytes.of(), Bytes.of()})).isEqualTo(0L);
    assertThat(near().write(new ByteBuffer[] {Bytes.of(1)}, 1, 0)).isEqualTo(0L);

    near().write(Bytes.of(7));
    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {7});
  }

  @LineTest(209)
  @DisplayName("A write of more bytes than fit waits for the peer to read, and loses nothing.")
  default void write_ofMoreThanFits_waitsForPeer() throws Exception {
    int count = 24 << 20;
    Running<Integer> writer = blocked(() -> near().write(ByteBuffer.allocate(count)));

    ByteBuffer dst = ByteBuffer.allocate(1 << 20);
    int received = 0;
    while (received < count) {
      int read = far().read(dst.clear());
      assertThat(read).isGreaterThan(0);
      received += read;
    }
    assertThat(received).isEqualTo(count);
    assertThat(writer.result()).isEqualTo(count);
  }

  @LineTest(210)
  @DisplayName("When a write returns, its bytes are sent; there is no flush.")
  default void write_returned_needsNoFlush() throws Exception {
    for (int i = 1; i < 100; i++) {
      near().write(Bytes.of(i));
      assertThat(Bytes.read(far(), 1)[0]).isEqualTo(i);
      far().write(Bytes.of(-i));
      assertThat(Bytes.read(near(), 1)[0]).isEqualTo(-i);
    }
  }
}
