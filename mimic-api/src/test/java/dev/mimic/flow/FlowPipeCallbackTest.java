package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.flow.FlowPipeTest.bytes;
import static dev.mimic.flow.FlowPipeTest.read;

import dev.mimic.flow.FlowPipeTask.On;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the time, the number and the thread of callbacks. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeCallbackTest {
  private final FlowPipe pipe = FlowPipe.builder().capacity(4).build();
  private final FlowPipe.End near = pipe.near();
  private final FlowPipe.End far = pipe.far();
  private final List<String> calls = new ArrayList<>();

  private Runnable call(String name) {
    return () -> calls.add(name);
  }

  @Test
  void onReadable_dataArrives_isCalledOnce() throws Exception {
    far.onReadable(call("readable"));
    assertThat(calls).isEmpty();
    near.write(bytes("a"));
    near.write(bytes("b"));
    assertThat(calls).containsExactly("readable");
  }

  @Test
  void onReadable_dataPresent_isCalledAtOnce() throws Exception {
    near.write(bytes("a"));
    far.onReadable(call("readable"));
    assertThat(calls).containsExactly("readable");
  }

  @Test
  void onReadable_endResetOrClose_isCalled() throws Exception {
    far.onReadable(call("end"));
    near.shutdownOutput();
    assertThat(calls).containsExactly("end");

    far.onReadable(call("still the end"));
    assertThat(calls).containsExactly("end", "still the end");

    FlowPipe.End peer = FlowPipe.create().near();
    peer.onReadable(call("closed here"));
    peer.close();
    assertThat(calls).containsExactly("end", "still the end", "closed here");

    FlowPipe another = FlowPipe.create();
    another.far().onReadable(call("reset"));
    another.near().reset();
    assertThat(calls).containsExactly("end", "still the end", "closed here", "reset");

    FlowPipe third = FlowPipe.create();
    third.far().onReadable(call("shut"));
    third.far().shutdownInput();
    assertThat(calls).contains("shut");
  }

  @Test
  void onWritable_roomPresent_isCalledAtOnce() {
    near.onWritable(call("writable"));
    assertThat(calls).containsExactly("writable");
  }

  @Test
  void onWritable_roomAgain_isCalledOnce() throws Exception {
    near.write(bytes("full"));
    near.onWritable(call("writable"));
    assertThat(calls).isEmpty();
    far.read(ByteBuffer.allocate(1));
    far.read(ByteBuffer.allocate(1));
    assertThat(calls).containsExactly("writable");
  }

  @Test
  void onWritable_eitherEndShuts_isCalled() throws Exception {
    for (String how : List.of("peer closes", "peer shuts", "closes", "shuts")) {
      FlowPipe full = FlowPipe.builder().capacity(1).build();
      full.near().write(bytes("x"));
      full.near().onWritable(call(how));
      assertThat(calls).doesNotContain(how);
      switch (how) {
        case "peer closes" -> full.far().close();
        case "peer shuts" -> full.far().shutdownInput();
        case "closes" -> full.near().close();
        default -> full.near().shutdownOutput();
      }
      assertThat(calls).contains(how);
    }
  }

  @Test
  void onWritable_writeInProgress_isCalledAfterIt() throws Exception {
    FlowPipeTask<Integer> writer = FlowPipeTask.blocked(() -> near.write(bytes("12345678")));
    CountDownLatch writable = new CountDownLatch(1);
    near.onWritable(writable::countDown);
    assertThat(read(far)).isEqualTo("1234");
    assertThat(writer.result()).isEqualTo(8);
    assertThat(writable.getCount()).isEqualTo(1); // the write has filled it again
    assertThat(read(far)).isEqualTo("5678");
    assertThat(writable.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void onReadable_blockedWrite_isCalledForFirstBytes() throws Exception {
    // The reader has only a callback: unless it is called, the write blocks forever.
    StringBuilder got = new StringBuilder();
    CountDownLatch done = new CountDownLatch(10);
    Runnable drain =
        new Runnable() {
          @Override
          public void run() {
            ByteBuffer dst = ByteBuffer.allocate(1);
            try {
              if (far.tryRead(dst) == 1) {
                got.append((char) dst.get(0));
                done.countDown();
              }
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            Thread.startVirtualThread(() -> far.onReadable(this));
          }
        };
    far.onReadable(drain);
    assertThat(near.write(bytes("0123456789"))).isEqualTo(10);
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(got.toString()).isEqualTo("0123456789");
  }

  @Test
  void callback_second_replacesFirst() throws Exception {
    far.onReadable(call("first"));
    far.onReadable(call("second"));
    near.write(bytes("x"));
    assertThat(calls).containsExactly("second");
  }

  @Test
  void callback_registersItself_isCalledAgain() throws Exception {
    far.onReadable(
        new Runnable() {
          @Override
          public void run() {
            try {
              calls.add(read(far));
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            if (calls.size() < 3) {
              far.onReadable(this);
            }
          }
        });
    near.write(bytes("a"));
    near.write(bytes("b"));
    near.write(bytes("c"));
    near.write(bytes("d"));
    assertThat(calls).containsExactly("a", "b", "c").inOrder();
  }

  @Test
  void callback_runsInCausingThread_withoutLock() throws Exception {
    AtomicReference<Thread> caller = new AtomicReference<>();
    AtomicReference<String> read = new AtomicReference<>();
    far.onReadable(
        () -> {
          caller.set(Thread.currentThread());
          try {
            read.set(FlowPipeTask.start(On.PLATFORM, () -> read(far)).result());
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    near.write(bytes("x"));
    assertThat(caller.get()).isSameInstanceAs(Thread.currentThread());
    assertThat(read.get()).isEqualTo("x");
  }

  @Test
  void callback_throws_sparesCausingThread() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    far.onReadable(
        () -> {
          throw new IllegalStateException("mine");
        });
    assertThat(near.write(bytes("x"))).isEqualTo(1);
    assertThat(thrown.get()).hasMessageThat().isEqualTo("mine");
    assertThat(read(far)).isEqualTo("x");
  }
}
