package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of a guarded step that ends when the deadline passes. */
final class TimedDeadlineRaceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void guard_stepEndsAfterDeadline_closesResult() {
    ManualTimeSource time = new ManualTimeSource();
    Thing halfMade = new Thing();
    Thing made = new Thing();

    assertThrows(
        SocketTimeoutException.class,
        () ->
            Deadline.after(SECOND, time)
                .guard(
                    halfMade,
                    h -> {
                      time.advance(SECOND);
                      return made;
                    }));

    assertThat(halfMade.closed).isTrue();
    assertThat(made.closed).isTrue();
  }

  @Test
  void guard_timerAfterStep_closesNothing() throws IOException {
    UncancelledTimers time = new UncancelledTimers();
    Thing halfMade = new Thing();

    Thing made = Deadline.after(SECOND, time).guard(halfMade, h -> h);
    time.tasks.forEach(Runnable::run);

    assertThat(made.closed).isFalse();
  }

  private static final class Thing implements Closeable {
    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  /** A clock whose timers cannot be cancelled in time. */
  private static final class UncancelledTimers implements TimeSource {
    final List<Runnable> tasks = new ArrayList<>();

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      tasks.add(task);
      return () -> {};
    }
  }
}
