package dev.mimic.flow;

import java.time.Duration;

/**
 * The clock behind every wait of a resolver and its flows: deadlines, read time-outs, the pauses
 * between connection attempts. Thread-safe. {@link ManualTimeSource} is the one for tests.
 */
public interface TimeSource {

  /** Returns the system's clock. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /** Returns nanoseconds from a moment of no meaning; only differences count. */
  long nanoTime();

  /**
   * Runs a task once, after a delay, in a thread of the time source's choosing; at once if the
   * delay is zero or less. The task must be short and must not block.
   *
   * @return what cancels it
   */
  Timer schedule(Duration delay, Runnable task);

  /** A task that is to run. */
  @FunctionalInterface
  interface Timer {
    /** Keeps the task from running if it has not begun; otherwise does nothing. */
    void cancel();
  }
}
