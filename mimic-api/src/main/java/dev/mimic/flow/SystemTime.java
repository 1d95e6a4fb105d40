package dev.mimic.flow;

import java.time.Duration;

/** The system's clock. */
final class SystemTime implements TimeSource {
  static final SystemTime INSTANCE = new SystemTime();

  // One for the whole JVM, as its clock and its timer thread are.
  private final SystemTimers timers = new SystemTimers();

  private SystemTime() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return timers.schedule(TimeLimit.nanosOf(delay), task);
  }
}
