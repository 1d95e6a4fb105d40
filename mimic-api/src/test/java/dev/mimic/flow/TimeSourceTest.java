package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class TimeSourceTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Nested
  final class Manual {
    private final ManualTimeSource time = new ManualTimeSource();
    private final List<String> ran = new ArrayList<>();

    private TimeSource.Timer schedule(int nanos, String name) {
      return time.schedule(Duration.ofNanos(nanos), () -> ran.add(name + "@" + time.nanoTime()));
    }

    @Test
    void manualTime_notAdvanced_standsStill() {
      assertThat(time.nanoTime()).isEqualTo(0);
      time.advance(Duration.ofSeconds(1));
      assertThat(time.nanoTime()).isEqualTo(1_000_000_000);
      time.advance(Duration.ZERO);
      assertThat(time.nanoTime()).isEqualTo(1_000_000_000);
    }

    @Test
    void advance_negative_isRefused() {
      assertThat(
              assertThrows(
                  IllegalArgumentException.class, () -> time.advance(Duration.ofNanos(-1))))
          .hasMessageThat()
          .isEqualTo("by (PT-0.000000001S) must not be negative");
    }

    @Test
    void tasks_runInOrder_atTheirTimes() {
      TimeSource.Timer c = schedule(30, "c");
      TimeSource.Timer a = schedule(10, "a");
      TimeSource.Timer b1 = schedule(20, "b1");
      TimeSource.Timer b2 = schedule(20, "b2");
      time.advance(Duration.ofNanos(29));
      assertThat(ran).containsExactly("a@10", "b1@20", "b2@20").inOrder();
      assertThat(time.nanoTime()).isEqualTo(29);
      time.advance(Duration.ofNanos(1));
      assertThat(ran).contains("c@30");
      for (TimeSource.Timer timer : List.of(a, b1, b2, c)) {
        timer.cancel(); // too late, without effect
      }
      assertThat(time.timers()).isEqualTo(0);
    }

    @Test
    void tasks_scheduledByTasks_runWhenDue() {
      TimeSource.Timer unused =
          time.schedule(
              Duration.ofNanos(10),
              () -> {
                TimeSource.Timer unusedNear = schedule(5, "near");
                TimeSource.Timer unusedFar = schedule(50, "far");
              });
      time.advance(Duration.ofNanos(20));
      assertThat(ran).containsExactly("near@15");
      assertThat(time.timers()).isEqualTo(1);
    }

    @Test
    void task_cancelled_doesNotRun() {
      schedule(10, "a").cancel();
      assertThat(time.timers()).isEqualTo(0);
      time.advance(Duration.ofNanos(10));
      assertThat(ran).isEmpty();
    }

    @Test
    void task_withoutDelay_runsAtOnce() {
      schedule(0, "a").cancel();
      schedule(-5, "b").cancel();
      assertThat(ran).containsExactly("a@0", "b@0").inOrder();
    }

    @Test
    void awaitTimers_waitsForOtherThread() throws Exception {
      Thread other = Thread.ofVirtual().start(() -> schedule(10, "a"));
      time.awaitTimers(1, LONG);
      assertThat(time.timers()).isEqualTo(1);
      assertThat(other.join(LONG)).isTrue();
    }

    @Test
    void awaitTimers_timeout_namesCount() {
      TimeSource.Timer unused = schedule(10, "a");
      assertThat(
              assertThrows(TimeoutException.class, () -> time.awaitTimers(2, Duration.ofMillis(1))))
          .hasMessageThat()
          .isEqualTo("1 tasks are scheduled, not 2, after 1 ms");
    }
  }

  @Nested
  final class OfTheSystem {
    private final TimeSource time = TimeSource.system();

    @Test
    void nanoTime_ofSystem_advances() {
      long before = time.nanoTime();
      assertThat(time.nanoTime() - before).isAtLeast(0);
    }

    @Test
    void task_runsInVirtualThread_afterDelay() throws Exception {
      long before = time.nanoTime();
      CompletableFuture<Long> ran = new CompletableFuture<>();
      TimeSource.Timer timer =
          time.schedule(
              Duration.ofMillis(20),
              () -> {
                if (Thread.currentThread().isVirtual()) {
                  ran.complete(time.nanoTime());
                }
              });
      assertThat(ran.get(20, TimeUnit.SECONDS) - before).isAtLeast(20_000_000L);
      timer.cancel();
    }

    @Test
    void task_withoutDelay_runsAtOnce() throws Exception {
      for (Duration delay : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        TimeSource.Timer unused = time.schedule(delay, () -> ran.complete(true));
        assertThat(ran.get(20, TimeUnit.SECONDS)).isTrue();
      }
    }

    @Test
    void task_cancelled_doesNotRun() throws Exception {
      AtomicInteger runs = new AtomicInteger();
      long before = time.nanoTime();
      TimeSource.Timer endless =
          time.schedule(Duration.ofSeconds(Long.MAX_VALUE), runs::incrementAndGet);
      TimeSource.Timer timer = time.schedule(Duration.ofMillis(200), runs::incrementAndGet);
      CompletableFuture<Boolean> later = new CompletableFuture<>();
      TimeSource.Timer unused = time.schedule(Duration.ofMillis(250), () -> later.complete(true));
      timer.cancel();
      assumeTrue(time.nanoTime() - before < 200_000_000L); // a busy machine was too slow
      endless.cancel();
      timer.cancel();
      assertThat(later.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(runs.get()).isEqualTo(0);
    }

    @Test
    void task_sooner_doesNotWaitForLater() throws Exception {
      TimeSource.Timer endless = time.schedule(Duration.ofDays(1), () -> {});
      CompletableFuture<Boolean> sooner = new CompletableFuture<>();
      TimeSource.Timer unused = time.schedule(Duration.ofMillis(10), () -> sooner.complete(true));
      assertThat(sooner.get(20, TimeUnit.SECONDS)).isTrue();
      endless.cancel();
    }

    @Test
    void task_later_runsAfterFirstIsCancelled() throws Exception {
      CompletableFuture<Boolean> later = new CompletableFuture<>();
      TimeSource.Timer first = time.schedule(Duration.ofMillis(10), () -> {});
      TimeSource.Timer unused = time.schedule(Duration.ofMillis(30), () -> later.complete(true));
      first.cancel();
      assertThat(later.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasks_ofManyThreads_runOnceUnlessCancelled() throws Exception {
      int threads = 20;
      int tasksEach = 500;
      AtomicInteger runs = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(threads * tasksEach);
      Random delays = new Random(42);
      List<Thread> schedulers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int[] micros = delays.ints(tasksEach, 0, 20_000).toArray();
        schedulers.add(
            Thread.startVirtualThread(
                () -> {
                  for (int each : micros) {
                    TimeSource.Timer far =
                        time.schedule(Duration.ofMinutes(1), runs::incrementAndGet);
                    TimeSource.Timer unused =
                        time.schedule(
                            Duration.ofNanos(each * 1000L),
                            () -> {
                              runs.incrementAndGet();
                              done.countDown();
                            });
                    far.cancel();
                  }
                }));
      }
      for (Thread each : schedulers) {
        assertThat(each.join(LONG)).isTrue();
      }
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(runs.get()).isEqualTo(threads * tasksEach);
    }
  }
}
