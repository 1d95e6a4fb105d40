package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class BlockingCallTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final ManualTimeSource time = new ManualTimeSource();
  private final Deadline deadline = Deadline.after(LIMIT, time);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final BlockingQueue<Object> discarded = new LinkedBlockingQueue<>();
  private final AtomicBoolean interrupted = new AtomicBoolean();

  /** A resource that records its close. */
  private final Closeable resource = () -> discarded.add("closed");

  /** Returns a call that ends when the test says so. */
  private BlockingCall<Closeable> blocked() {
    return BlockingCall.<Closeable>of(
            "login at a.example",
            () -> {
              begun.countDown();
              while (end.getCount() > 0) {
                try {
                  end.await();
                } catch (InterruptedException e) {
                  interrupted.set(true);
                }
              }
              return resource;
            })
        .cancelWith(cancelled::countDown);
  }

  private CompletableFuture<Throwable> failureOf(BlockingCall<?> call) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> failure.complete(assertThrows(Throwable.class, () -> call.run(deadline))));
    return failure;
  }

  private Object nextDiscarded() throws InterruptedException {
    Object found = discarded.poll(20, TimeUnit.SECONDS);
    return found == null ? "nothing" : found;
  }

  private SocketTimeoutException timeout(BlockingCall<?> call) throws Exception {
    CompletableFuture<Throwable> failure = failureOf(call);
    begun.await();
    time.advance(LIMIT);
    return (SocketTimeoutException) failure.get();
  }

  @Test
  void result_inTime_belongsToCaller() throws IOException {
    assertThat(BlockingCall.of("task", () -> resource).run(deadline)).isSameInstanceAs(resource);
    assertThat(discarded).isEmpty();
  }

  @Test
  void failure_ofCall_reachesCallerAndCancels() {
    IOException refused = new IOException("refused");
    BlockingCall<String> failing =
        BlockingCall.<String>of(
                "task",
                () -> {
                  throw refused;
                })
            .cancelWith(cancelled::countDown);
    assertThat(assertThrows(IOException.class, () -> failing.run(deadline)))
        .isSameInstanceAs(refused);
    assertThat(cancelled.getCount()).isEqualTo(0);
  }

  @Test
  void failure_thatIsChecked_becomesCause() {
    Exception checked = new Exception("checked");
    BlockingCall<String> failing =
        BlockingCall.of(
            "task",
            () -> {
              throw checked;
            });
    assertThat(assertThrows(IOException.class, () -> failing.run(deadline)))
        .hasCauseThat()
        .isSameInstanceAs(checked);
  }

  @Test
  void error_ofCall_propagates() {
    BlockingCall<String> failing =
        BlockingCall.of(
            "task",
            () -> {
              throw new LinkageError("from the test");
            });
    assertThrows(LinkageError.class, () -> failing.run(deadline));
  }

  @Test
  void deadline_passed_namesTaskAndCancels() throws Exception {
    assertThat(timeout(blocked()))
        .hasMessageThat()
        .isEqualTo("login at a.example: not done within 2 s");
    assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    end.countDown();
    assertThat(nextDiscarded()).isEqualTo("closed");
  }

  @Test
  void result_tooLate_isClosedInThreadOfCall() throws Exception {
    SocketTimeoutException unused = timeout(blocked());
    assertThat(discarded).isEmpty();
    end.countDown();
    assertThat(nextDiscarded()).isEqualTo("closed");
    assertThat(interrupted.get()).isFalse();
  }

  @Test
  void result_tooLate_goesToDiscarder() throws Exception {
    SocketTimeoutException unused = timeout(blocked().discardWith(discarded::add));
    end.countDown();
    assertThat(nextDiscarded()).isSameInstanceAs(resource);
  }

  @Test
  void interrupt_ofCaller_endsWaitAndSparesCall() throws Exception {
    CompletableFuture<Boolean> status = new CompletableFuture<>();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  failure.complete(assertThrows(Throwable.class, () -> blocked().run(deadline)));
                  status.complete(Thread.currentThread().isInterrupted());
                });
    begun.await();
    caller.interrupt();
    assertThat(failure.get()).isInstanceOf(ClosedByInterruptException.class);
    assertThat(status.get()).isTrue();
    assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    end.countDown();
    assertThat(nextDiscarded()).isEqualTo("closed");
    assertThat(interrupted.get()).isFalse();
  }

  @Test
  void thread_isVirtualByDefault_andPlatformOnRequest() throws IOException {
    BlockingCall<Thread> call = BlockingCall.of("look-up of a", Thread::currentThread);
    Thread virtual = call.run(deadline);
    assertThat(virtual.isVirtual()).isTrue();
    assertThat(virtual.getName()).isEqualTo("mimic look-up of a");
    Thread platform = call.onPlatformThread().run(deadline);
    assertThat(platform.isVirtual()).isFalse();
    assertThat(platform.isDaemon()).isTrue();
  }

  @Test
  void await_ofSharedTask_leavesTaskAsItIs() throws Exception {
    CompletableFuture<String> task = new CompletableFuture<>();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () ->
                failure.complete(
                    assertThrows(
                        SocketTimeoutException.class, () -> BlockingCall.await(task, deadline))));
    time.awaitTimers(1, Duration.ofSeconds(20));
    time.advance(LIMIT);
    assertThat(failure.get()).hasMessageThat().isEqualTo("not done within 2 s");
    assertThat(task.isDone()).isFalse();
    task.complete("done");
    assertThat(BlockingCall.await(task, Deadline.after(LIMIT, time))).isEqualTo("done");
  }
}
