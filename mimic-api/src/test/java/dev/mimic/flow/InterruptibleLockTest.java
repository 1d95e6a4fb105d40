package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of timed waits for a lock, on a manual clock. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class InterruptibleLockTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ManualTimeSource time = new ManualTimeSource();
  private final FakeFlow channel = new FakeFlow();
  private final InterruptibleLock lock = new InterruptibleLock(channel);
  private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    channel.close();
  }

  private Thread waiter(Duration atMost) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                boolean locked = lock.tryLock(atMost, time);
                if (locked) {
                  lock.unlock();
                }
                outcomes.add(locked ? "locked" : "not locked");
              } catch (Exception e) {
                outcomes.add(e.getClass().getSimpleName());
              }
            });
  }

  private String outcome() throws InterruptedException {
    return String.valueOf(outcomes.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void wait_onManualTimeSource_endsWhenAdvanced() throws Exception {
    lock.lock();
    Thread waiter = waiter(Duration.ofMillis(50));
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(49));
    assertThat(time.timers()).isEqualTo(1);
    // The same time on the system's clock changes nothing.
    assertThat(outcomes.poll(100, TimeUnit.MILLISECONDS)).isNull();
    time.advance(Duration.ofMillis(1));
    assertThat(outcome()).isEqualTo("not locked");
    lock.unlock();
    assertThat(waiter.join(LONG)).isTrue();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void wait_lockReleased_acquiresIt() throws Exception {
    lock.lock();
    Thread one = waiter(Duration.ofMillis(50));
    Thread two = waiter(Duration.ofMillis(50));
    time.awaitTimers(2, LONG);
    lock.unlock();
    assertThat(outcome()).isEqualTo("locked");
    assertThat(outcome()).isEqualTo("locked");
    assertThat(one.join(LONG)).isTrue();
    assertThat(two.join(LONG)).isTrue();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void wait_interrupted_closesChannel() throws Exception {
    lock.lock();
    Thread waiter = waiter(Duration.ofMillis(50));
    time.awaitTimers(1, LONG);
    waiter.interrupt();
    assertThat(outcome()).isEqualTo("ClosedByInterruptException");
    assertThat(channel.isOpen()).isFalse();
    lock.unlock();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void releases_ofManyThreads_areNotMissed() throws Exception {
    int threads = 8;
    int rounds = 5_000;
    CountDownLatch done = new CountDownLatch(threads);
    int[] count = {0}; // guarded by the lock
    for (int i = 0; i < threads; i++) {
      Duration atMost = i % 2 == 0 ? Duration.ofDays(1) : Duration.ZERO;
      Thread unused =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int round = 0; round < rounds && lock.tryLock(atMost, time); round++) {
                        count[0]++;
                        lock.unlock();
                      }
                    } catch (Exception e) {
                      outcomes.add(e.toString());
                    }
                    done.countDown();
                  });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(outcomes).isEmpty();
    assertThat(count[0]).isEqualTo(threads * rounds);
  }
}
