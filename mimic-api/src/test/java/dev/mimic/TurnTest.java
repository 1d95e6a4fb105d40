package dev.mimic;

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

/** Waits for a turn that are limited, by a clock that stands still until it is moved. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class TurnTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ManualTime time = new ManualTime();
  private final FakeFlow channel = new FakeFlow();
  private final Turn turn = new Turn(channel);
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
                boolean taken = turn.take(atMost, time);
                if (taken) {
                  turn.give();
                }
                outcomes.add(taken ? "taken" : "not taken");
              } catch (Exception e) {
                outcomes.add(e.getClass().getSimpleName());
              }
            });
  }

  private String outcome() throws InterruptedException {
    return String.valueOf(outcomes.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void wait_underManualTime_endsWhenTheTimeIsMoved() throws Exception {
    turn.take();
    Thread waiter = waiter(Duration.ofMillis(50));
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(49));
    assertThat(time.timers()).isEqualTo(1);
    // As long again in the system's time changes nothing.
    assertThat(outcomes.poll(100, TimeUnit.MILLISECONDS)).isNull();
    time.advance(Duration.ofMillis(1));
    assertThat(outcome()).isEqualTo("not taken");
    turn.give();
    assertThat(waiter.join(LONG)).isTrue();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void wait_whenTheTurnIsGivenBack_takesIt() throws Exception {
    turn.take();
    Thread one = waiter(Duration.ofMillis(50));
    Thread two = waiter(Duration.ofMillis(50));
    time.awaitTimers(2, LONG);
    turn.give();
    assertThat(outcome()).isEqualTo("taken");
    assertThat(outcome()).isEqualTo("taken");
    assertThat(one.join(LONG)).isTrue();
    assertThat(two.join(LONG)).isTrue();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void wait_thatIsInterrupted_closesTheChannel() throws Exception {
    turn.take();
    Thread waiter = waiter(Duration.ofMillis(50));
    time.awaitTimers(1, LONG);
    waiter.interrupt();
    assertThat(outcome()).isEqualTo("ClosedByInterruptException");
    assertThat(channel.isOpen()).isFalse();
    turn.give();
    assertThat(time.timers()).isEqualTo(0);
  }

  @Test
  void turns_ofManyThreads_areNeverLost() throws Exception {
    int threads = 8;
    int rounds = 5_000;
    CountDownLatch done = new CountDownLatch(threads);
    int[] count = {0}; // guarded by the turn
    for (int i = 0; i < threads; i++) {
      Duration atMost = i % 2 == 0 ? Duration.ofDays(1) : Duration.ZERO;
      Thread unused =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int round = 0; round < rounds && turn.take(atMost, time); round++) {
                        count[0]++;
                        turn.give();
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
