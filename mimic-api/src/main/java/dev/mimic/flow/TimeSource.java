package dev.mimic.flow;

import java.time.Duration;

/**
 * The clock of every wait of a resolver and its flows: deadlines, read timeouts, pauses between
 * connection attempts. Thread-safe. {@link ManualTimeSource} is the one for tests.
 */
public interface TimeSource {

  /** Returns the system's clock. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /** Returns nanoseconds since an arbitrary time; only differences are meaningful. */
  long nanoTime();

  /**
   * Runs a task once after a delay, in a thread of the time source. Runs it at once if the delay is
   * zero or negative. The task must be short and must not block.
   *
   * @return the handle that cancels the task
   */
  Timer schedule(Duration delay, Runnable task);

  /** A scheduled task. */
  @FunctionalInterface
  interface Timer {
    /** Cancels the task if it has not begun; otherwise does nothing. */
    void cancel();
  }
}
