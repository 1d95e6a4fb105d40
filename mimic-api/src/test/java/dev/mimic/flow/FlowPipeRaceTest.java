package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.flow.FlowPipeTest.bytes;
import static dev.mimic.flow.FlowPipeTest.read;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowPipeTask.On;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of concurrent operations: the outcome is one of the permitted ones, and no thread blocks
 * forever.
 */
@ParameterizedClass
@EnumSource(On.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeRaceTest {
  @Parameter On kind = On.VIRTUAL;

  private int rounds() {
    return kind == On.VIRTUAL ? 2_000 : 300;
  }

  /** Returns the result of a task, or the simple name of its exception. */
  private static String outcome(Callable<?> body) {
    try {
      return String.valueOf(body.call());
    } catch (Exception e) {
      return e.getClass().getSimpleName();
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

  private static Callable<String> doing(ThrowingRunnable action) {
    return () -> {
      action.run();
      return "done";
    };
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private static final String CLOSED = ClosedChannelException.class.getSimpleName();
  private static final String CLOSED_MEANWHILE = AsynchronousCloseException.class.getSimpleName();
  private static final String INTERRUPTED = ClosedByInterruptException.class.getSimpleName();
  private static final String GONE = PeerGoneException.class.getSimpleName();
  private static final String TIMEOUT = SocketTimeoutException.class.getSimpleName();

  @ParameterizedTest
  @ValueSource(strings = {"here", "there"})
  void close_racingReadAndWrite_wakesBoth(String where) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.builder().capacity(8).build();
      CountDownLatch go = new CountDownLatch(1);
      FlowPipe.End here = pipe.near();
      FlowPipeTask<String> reader = racing(go, () -> read(here));
      FlowPipeTask<String> writer = racing(go, () -> here.write(bytes("0123456789")));
      FlowPipeTask<String> queued = racing(go, () -> here.write(bytes("0123456789")));
      FlowPipe.End closing = where.equals("here") ? here : pipe.far();
      FlowPipeTask<String> closer = racing(go, doing(closing::close));
      go.countDown();

      assertThat(closer.result()).isEqualTo("done");
      if (where.equals("here")) {
        assertThat(reader.result()).isAnyOf(CLOSED, CLOSED_MEANWHILE);
        assertThat(writer.result()).isAnyOf(CLOSED, CLOSED_MEANWHILE);
        assertThat(queued.result()).isAnyOf(CLOSED, CLOSED_MEANWHILE);
      } else {
        assertThat(reader.result()).isAnyOf("<end>", GONE);
        assertThat(writer.result()).isEqualTo(GONE);
        assertThat(queued.result()).isEqualTo(GONE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interrupt_racingData_losesNoByte(boolean timed) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.create();
      if (timed) {
        pipe.far().readTimeout(Duration.ofSeconds(30));
      }
      FlowPipeTask<String> reader = FlowPipeTask.start(kind, () -> outcome(() -> read(pipe.far())));
      CountDownLatch go = new CountDownLatch(1);
      FlowPipeTask<String> writer = racing(go, () -> pipe.near().write(bytes("x")));
      FlowPipeTask<String> interrupter = racing(go, doing(reader::interrupt));
      go.countDown();
      assertThat(interrupter.result()).isEqualTo("done");
      if (reader.result().equals("x")) {
        assertThat(pipe.far().isOpen()).isTrue();
        assertThat(writer.result()).isEqualTo("1");
      } else {
        assertThat(reader.result()).isEqualTo(INTERRUPTED);
        assertThat(reader.endedInterrupted()).isTrue();
        assertThat(pipe.far().isOpen()).isFalse();
        assertThat(writer.result()).isAnyOf("1", GONE);
        assertThrows(ClosedChannelException.class, () -> read(pipe.far()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interrupt_racingClose_isOneOfBoth(boolean writes) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.builder().capacity(1).build();
      FlowPipe.End here = pipe.near();
      FlowPipeTask<String> victim =
          FlowPipeTask.start(
              kind, () -> outcome(() -> writes ? here.write(bytes("ab")) : read(here)));
      FlowPipeTask<String> neighbour =
          FlowPipeTask.start(
              kind, () -> outcome(() -> writes ? here.write(bytes("ab")) : read(here)));
      CountDownLatch go = new CountDownLatch(1);
      FlowPipeTask<String> closer = racing(go, doing(here::close));
      FlowPipeTask<String> interrupter = racing(go, doing(victim::interrupt));
      go.countDown();
      assertThat(victim.result()).isAnyOf(CLOSED, CLOSED_MEANWHILE, INTERRUPTED);
      assertThat(neighbour.result()).isAnyOf(CLOSED, CLOSED_MEANWHILE);
      if (victim.result().equals(INTERRUPTED)) {
        assertThat(victim.endedInterrupted()).isTrue();
      }
      assertThat(closer.result()).isEqualTo("done");
      assertThat(interrupter.result()).isEqualTo("done");
      assertThat(here.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void timeout_racingData_losesNoByte(int readers) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      ManualTimeSource time = new ManualTimeSource();
      FlowPipe pipe = FlowPipe.builder().timeSource(time).build();
      pipe.far().readTimeout(Duration.ofSeconds(1));
      FlowPipeTask<String> hasty = FlowPipeTask.start(kind, () -> outcome(() -> read(pipe.far())));
      time.awaitTimers(1, Duration.ofSeconds(30));
      pipe.far().readTimeout(Duration.ofSeconds(9));
      FlowPipeTask<String> patient =
          FlowPipeTask.start(kind, () -> readers == 1 ? "" : outcome(() -> read(pipe.far())));
      time.awaitTimers(readers, Duration.ofSeconds(30));

      CountDownLatch go = new CountDownLatch(1);
      FlowPipeTask<String> clock = racing(go, doing(() -> time.advance(Duration.ofSeconds(1))));
      FlowPipeTask<String> writer = racing(go, () -> pipe.near().write(bytes("x")));
      go.countDown();
      assertThat(clock.result()).isEqualTo("done");
      assertThat(writer.result()).isEqualTo("1");
      assertThat(hasty.result()).isAnyOf("x", TIMEOUT);
      if (hasty.result().equals("x")) {
        pipe.near().write(bytes("y"));
        assertThat(readers == 1 ? read(pipe.far()) : patient.result()).isEqualTo("y");
      } else {
        assertThat(readers == 1 ? read(pipe.far()) : patient.result()).isEqualTo("x");
      }
      assertThat(time.timers()).isEqualTo(0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void callbacks_ofBothEnds_missNoReadiness(int capacity) throws Exception {
    int total = kind == On.VIRTUAL ? 20_000 : 2_000;
    FlowPipe pipe = FlowPipe.builder().capacity(capacity).build();
    FlowPipeTask<Integer> sender =
        FlowPipeTask.start(
            kind,
            () -> {
              ByteBuffer src = ByteBuffer.allocate(total);
              while (src.hasRemaining()) {
                if (pipe.near().tryWrite(src) == 0) {
                  CountDownLatch writable = new CountDownLatch(1);
                  pipe.near().onWritable(writable::countDown);
                  writable.await();
                }
              }
              pipe.near().close();
              return total;
            });
    FlowPipeTask<Integer> receiver =
        FlowPipeTask.start(
            kind,
            () -> {
              ByteBuffer dst = ByteBuffer.allocate(total);
              for (int n = 0; n >= 0; n = pipe.far().tryRead(dst)) {
                if (n == 0) {
                  CountDownLatch readable = new CountDownLatch(1);
                  pipe.far().onReadable(readable::countDown);
                  readable.await();
                }
                if (!dst.hasRemaining()) {
                  break;
                }
              }
              return dst.position();
            });
    assertThat(receiver.result()).isEqualTo(total);
    assertThat(sender.result()).isEqualTo(total);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 16})
  void writes_ofManyThreads_areNotMixed(int threads) throws Exception {
    int each = kind == On.VIRTUAL ? 500 : 50;
    FlowPipe pipe = FlowPipe.builder().capacity(7).build();
    AtomicInteger left = new AtomicInteger(threads);
    for (int t = 0; t < threads; t++) {
      byte mine = (byte) ('a' + t);
      FlowPipeTask.start(
          kind,
          () -> {
            byte[] same = new byte[10];
            java.util.Arrays.fill(same, mine);
            for (int i = 0; i < each; i++) {
              pipe.near().write(ByteBuffer.wrap(same));
            }
            if (left.decrementAndGet() == 0) {
              pipe.near().shutdownOutput();
            }
            return null;
          });
    }
    byte[] all = FlowPipeTask.start(kind, () -> pipe.far().inputStream().readAllBytes()).result();
    assertThat(all).hasLength(10 * each * threads);
    for (int i = 0; i < all.length; i++) {
      assertWithMessage("byte %s", i).that(all[i]).isEqualTo(all[i - i % 10]);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void close_ofBothEndsAtOnce_ends(boolean withUnreadInput) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.create();
      if (withUnreadInput) {
        pipe.near().write(bytes("unread"));
        pipe.far().write(bytes("unread"));
      }
      CountDownLatch go = new CountDownLatch(1);
      FlowPipeTask<String> near = racing(go, doing(pipe.near()::close));
      FlowPipeTask<String> far = racing(go, doing(pipe.far()::close));
      FlowPipeTask<String> again = racing(go, doing(pipe.far()::close));
      go.countDown();
      assertThat(near.result() + far.result() + again.result()).isEqualTo("donedonedone");
      assertThat(pipe.near().allocated()).isEqualTo(0);
      assertThrows(ClosedChannelException.class, () -> read(pipe.near()));
      assertThrows(ClosedChannelException.class, () -> pipe.far().write(bytes("x")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shutdownOutput", "close"})
  void end_readerArrivingDuringLastRead_seesIt(String how) throws Exception {
    for (int i = 0; i < rounds(); i++) {
      FlowPipe pipe = FlowPipe.builder().capacity(LARGE).build();
      pipe.near().write(ByteBuffer.allocate(LARGE));
      CountDownLatch go = new CountDownLatch(1);
      FlowPipeTask<Integer> one = counting(go, pipe.far());
      FlowPipeTask<Integer> other = counting(go, pipe.far());
      go.countDown();
      if (how.equals("close")) {
        pipe.near().close();
      } else {
        pipe.near().shutdownOutput();
      }
      assertThat(one.result() + other.result()).isEqualTo(LARGE);
    }
  }

  /** Enough bytes for a copy that takes some time. */
  private static final int LARGE = 256 * 1024;

  /** Reads to the end, and counts. */
  private FlowPipeTask<Integer> counting(CountDownLatch go, Flow from) {
    ByteBuffer buffer = ByteBuffer.allocate(LARGE);
    return FlowPipeTask.start(
        kind,
        () -> {
          go.await();
          int sum = 0;
          for (int count = 0; count >= 0; count = from.read(buffer.clear())) {
            sum += count;
          }
          return sum;
        });
  }
}
