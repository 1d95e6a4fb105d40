package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.flow.FlowPipeTest.bytes;
import static dev.mimic.flow.FlowPipeTest.read;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowPipeTask.On;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of bytes that pass directly between the buffers of two threads, or are copied during other
 * operations. No byte is lost, duplicated or misplaced, even if a side ends meanwhile.
 */
@ParameterizedClass
@EnumSource(On.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeHandOverTest {
  private static final int CAPACITY = 8;

  @Parameter On kind = On.VIRTUAL;

  private final FlowPipe pipe = FlowPipe.builder().capacity(CAPACITY).build();
  private final FlowPipe.End near = pipe.near();
  private final FlowPipe.End far = pipe.far();

  private int rounds() {
    return kind == On.VIRTUAL ? 400 : 100;
  }

  @Test
  void waitingReader_getsBytesAtItsPosition() throws Exception {
    byte[] array = "..............".getBytes(US_ASCII);
    ByteBuffer dst = ByteBuffer.wrap(array, 2, 10).slice().position(1).limit(5);
    FlowPipeTask<Integer> reader = FlowPipeTask.blocked(kind, () -> far.read(dst));
    assertThat(near.write(bytes("abcdef"))).isEqualTo(6);
    assertThat(reader.result()).isEqualTo(4);
    assertThat(dst.position()).isEqualTo(5);
    assertThat(new String(array, US_ASCII)).isEqualTo("...abcd.......");
    assertThat(read(far)).isEqualTo("ef");
  }

  @Test
  void waitingReader_getsMoreThanCapacity() throws Exception {
    FlowPipeTask<String> reader = FlowPipeTask.blocked(kind, () -> read(far));
    assertThat(near.tryWrite(bytes("0123456789abcdef"))).isEqualTo(16);
    assertThat(reader.result()).isEqualTo("0123456789abcdef");
  }

  @Test
  void handOver_directBuffers_work() throws Exception {
    ByteBuffer dst = ByteBuffer.allocateDirect(20);
    FlowPipeTask<Integer> reader = FlowPipeTask.blocked(kind, () -> far.read(dst));
    near.write(bytes("direct"));
    assertThat(reader.result()).isEqualTo(6);
    assertThat(US_ASCII.decode(dst.flip()).toString()).isEqualTo("direct");

    ByteBuffer src = ByteBuffer.allocateDirect(20).put(bytes("0123456789abcdefghij")).flip();
    FlowPipeTask<Integer> writer = FlowPipeTask.blocked(kind, () -> near.write(src));
    assertThat(new String(far.inputStream().readNBytes(20), US_ASCII))
        .isEqualTo("0123456789abcdefghij");
    assertThat(writer.result()).isEqualTo(20);
  }

  @Test
  void waitingWriter_readOnlyBuffer_isRead() throws Exception {
    ByteBuffer src = bytes("0123456789abcdefghij").asReadOnlyBuffer();
    FlowPipeTask<Integer> writer = FlowPipeTask.blocked(kind, () -> near.write(src));
    assertThat(new String(far.inputStream().readNBytes(20), US_ASCII))
        .isEqualTo("0123456789abcdefghij");
    assertThat(writer.result()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "interrupt", "shutdownOutput", "peer closes"})
  void write_fullyRead_hasSucceeded(String what) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.builder().capacity(CAPACITY).build();
      FlowPipeTask<Integer> writer =
          FlowPipeTask.start(kind, () -> pipe.near().write(bytes("0123456789abcdefghij")));
      assertThat(pipe.far().inputStream().readNBytes(20)).hasLength(20);
      switch (what) {
        case "close" -> pipe.near().close();
        case "interrupt" -> writer.interrupt();
        case "shutdownOutput" -> pipe.near().shutdownOutput();
        default -> pipe.far().close();
      }
      assertThat(writer.result()).isEqualTo(20);
    }
  }

  @Test
  void byte_isReadOrItsLossIsReset() throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.create();
      FlowPipeTask<String> reader = FlowPipeTask.start(kind, () -> outcome(() -> read(pipe.far())));
      CountDownLatch go = new CountDownLatch(1);
      FlowPipeTask<String> writer = racing(go, () -> pipe.near().write(bytes("x")));
      FlowPipeTask<String> closer = racing(go, () -> closed(pipe.far()));
      go.countDown();
      assertThat(closer.result()).isEqualTo("closed");
      if (reader.result().equals("x")) {
        assertThat(writer.result()).isEqualTo("1");
        assertThat(read(pipe.near())).isEqualTo("<end>");
      } else {
        assertThat(reader.result())
            .isAnyOf(name(AsynchronousCloseException.class), name(ClosedChannelException.class));
        assertThat(writer.result()).isAnyOf("1", name(PeerGoneException.class));
        assertThrows(PeerGoneException.class, () -> read(pipe.near()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shutdownOutput", "close", "reset", "shutdownInput", "far closes"})
  void stream_endedMidway_readBytesAreItsBeginning(String how) throws Exception {
    for (int i = 0; i < rounds() / 4; i++) {
      FlowPipe pipe = FlowPipe.create();
      AtomicLong received = new AtomicLong();
      FlowPipeTask<String> writer =
          FlowPipeTask.start(kind, () -> outcome(() -> writeOn(pipe.near())));
      FlowPipeTask<Boolean> reader =
          FlowPipeTask.start(kind, () -> readWhole(pipe.far(), received));
      while (received.get() < i % 20 * 7_000L && !reader.isDone()) {
        Thread.onSpinWait();
      }
      end(pipe, how);
      assertThat(reader.result()).isTrue();
      pipe.near().close(); // writes to a shut input never end
      assertThat(writer.result())
          .isAnyOf(
              name(AsynchronousCloseException.class),
              name(ClosedChannelException.class),
              name(PeerGoneException.class));
      pipe.far().close();
      assertThat(pipe.near().allocated()).isEqualTo(0);
    }
  }

  private static void end(FlowPipe pipe, String how) throws Exception {
    switch (how) {
      case "shutdownOutput" -> pipe.near().shutdownOutput();
      case "close" -> pipe.near().close();
      case "reset" -> pipe.near().reset();
      case "shutdownInput" -> pipe.far().shutdownInput();
      default -> pipe.far().close();
    }
  }

  /** Writes until a write fails. Each byte is a function of its position. */
  private static int writeOn(Flow to) throws Exception {
    byte[] block = new byte[5_000];
    for (int place = 0; ; place += block.length) {
      for (int i = 0; i < block.length; i++) {
        block[i] = at(place + i);
      }
      to.write(ByteBuffer.wrap(block));
    }
  }

  /** Reads to the end or a failure; returns whether the bytes were right and the end stays. */
  private static boolean readWhole(Flow from, AtomicLong received) throws Exception {
    ByteBuffer dst = ByteBuffer.allocate(20_000);
    boolean right = true;
    try {
      while (from.read(dst.clear()) >= 0) {
        for (dst.flip(); dst.hasRemaining(); received.incrementAndGet()) {
          right &= dst.get() == at(received.intValue());
        }
      }
      return right && from.read(dst.clear()) == -1;
    } catch (PeerGoneException | ClosedChannelException e) {
      return right;
    }
  }

  private static byte at(int place) {
    return (byte) (place % 251);
  }

  private static String closed(FlowPipe.End end) {
    end.close();
    return "closed";
  }

  private static String name(Class<?> type) {
    return type.getSimpleName();
  }

  private static String outcome(Callable<?> body) {
    try {
      return String.valueOf(body.call());
    } catch (Exception e) {
      return name(e.getClass());
    }
  }

  private FlowPipeTask<String> racing(CountDownLatch go, Callable<?> body) {
    return FlowPipeTask.start(
        kind,
        () -> {
          go.await();
          return outcome(body);
        });
  }
}
