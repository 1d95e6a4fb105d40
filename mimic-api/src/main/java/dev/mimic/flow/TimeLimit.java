package dev.mimic.flow;

import java.time.Duration;

/**
 * A limit on the time that a thread waits for a state, measured by a {@link TimeSource}. The thread
 * waits in a loop until it finds the state or {@link #hasPassed}. When the time is up, a task makes
 * it look again.
 *
 * <p>Start a limit without a lock, since that calls the time source. Close it after the wait.
 */
public final class TimeLimit implements AutoCloseable {
  /** The absence of a limit: it never passes. */
  public static final TimeLimit NONE = new TimeLimit(Duration.ZERO);

  // A quarter of a long's range: sums and differences of two such times do not overflow.
  private static final Duration MAX = Duration.ofNanos(Long.MAX_VALUE / 4);

  private final Duration atMost;
  private TimeSource.Timer timer = () -> {};
  private volatile boolean passed;

  private TimeLimit(Duration atMost) {
    this.atMost = atMost;
  }

  /**
   * Returns a limit that begins now, or {@link #NONE} if {@code atMost} is zero.
   *
   * @param wake makes the waiting thread look again; must not block
   */
  public static TimeLimit start(Duration atMost, TimeSource time, Runnable wake) {
    return atMost.isZero() ? NONE : started(atMost, time, wake);
  }

  /**
   * Returns a limit that ends with the deadline, at once if that has passed.
   *
   * @param wake makes the waiting thread look again; must not block
   */
  public static TimeLimit until(Deadline deadline, Runnable wake) {
    return started(deadline.remaining(), deadline.timeSource(), wake);
  }

  private static TimeLimit started(Duration atMost, TimeSource time, Runnable wake) {
    TimeLimit limit = new TimeLimit(atMost);
    limit.timer =
        time.schedule(
            atMost,
            () -> {
              limit.passed = true;
              wake.run();
            });
    return limit;
  }

  /** Returns a timeout of a flow, such as {@link Flow#readTimeout}, if it is zero or more. */
  public static Duration requireNotNegative(Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException(
          "atMost (%s) must not be negative; zero is no limit".formatted(atMost));
    }
    return atMost;
  }

  /** Returns whether the time is up. */
  public boolean hasPassed() {
    return passed;
  }

  /** Cancels the task. */
  @Override
  public void close() {
    timer.cancel();
  }

  /** Returns the limit as {@link MessageText#of} does. */
  @Override
  public String toString() {
    return MessageText.of(atMost);
  }

  /** Returns the nanoseconds of a duration, from zero to {@link #MAX}. */
  static long nanosOf(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(MAX) > 0 ? MAX.toNanos() : duration.toNanos();
  }
}
