package dev.mimic.flow;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * A point in time, on a {@link TimeSource}, by which a connection must be established. A resolver
 * creates one deadline for a whole resolution and passes it to the protocol. Thread-safe.
 */
public interface Deadline {

  /** Returns a deadline that passes after this time. */
  static Deadline after(Duration time, TimeSource on) {
    return new TimedDeadline(time, on);
  }

  /** Returns the remaining time, which is zero once the deadline has passed. */
  Duration remaining();

  /** Returns the clock of this deadline, for other waits of a protocol. */
  TimeSource timeSource();

  /**
   * Runs a blocking step on a partly established connection, in this thread. Closes the connection
   * if the step fails, the deadline passes, or the thread is interrupted. The close wakes a blocked
   * step. It comes from another thread, and can be repeated.
   *
   * <p>An interrupt is noticed at once while the step is blocked in a {@link Flow} or a channel,
   * and elsewhere if the step has not used one yet. Otherwise it is noticed at the end of the step.
   *
   * <p>If the step succeeds, {@code halfMade} stays open and the result is returned.
   *
   * @throws java.net.SocketTimeoutException if the deadline has passed, also before the step
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, also before
   *     the step; the interrupt status is set
   * @throws IOException if the step throws it; failures to close are suppressed
   */
  <C extends Closeable, R> R guard(C halfMade, Step<C, R> step) throws IOException;

  /**
   * A step of {@link #guard}.
   *
   * @param <C> the type of the connection
   * @param <R> the type of the result
   */
  @FunctionalInterface
  interface Step<C, R> {
    /** Runs the step. */
    R run(C halfMade) throws IOException;
  }
}
