package dev.mimic.flow;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * A point in time, on a {@link TimeSource}, by which a connection must be established. A resolver
 * creates one deadline for a whole resolution and passes it to the protocol. Thread-safe.
 */
public interface Deadline {

  /** Returns a deadline that passes after this time, for example for the test of a protocol. */
  static Deadline after(Duration time, TimeSource on) {
    return new TimedDeadline(time, on);
  }

  /** Returns the time that is left; zero, and never less, when the deadline has passed. */
  Duration remaining();

  /** Returns the clock of this deadline, for waits of the protocol's own. */
  TimeSource timeSource();

  /**
   * Runs a blocking step on something half made, in this thread, and closes it when the step must
   * not go on: when the step fails, when the deadline passes, when the thread is interrupted. The
   * close is what wakes a step that is blocked; it comes from another thread, and may be repeated.
   *
   * <p>An interrupt is noticed at once where the step is blocked in a {@link Flow} or a channel,
   * and elsewhere as long as the step has used neither; otherwise at the end of the step.
   *
   * <p>A step that ends well leaves {@code halfMade} open, and what it returned is returned.
   *
   * @throws java.net.SocketTimeoutException if the deadline has passed, also before the step
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, also before
   *     the step; the interrupt status is set
   * @throws IOException what the step threw, with failures to close suppressed onto it
   */
  <C extends Closeable, R> R guard(C halfMade, Step<C, R> step) throws IOException;

  /**
   * A step of {@link #guard}.
   *
   * @param <C> what is half made
   * @param <R> what the step makes of it
   */
  @FunctionalInterface
  interface Step<C, R> {
    /** Takes the step. */
    R run(C halfMade) throws IOException;
  }
}
