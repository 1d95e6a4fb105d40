package dev.mimic.flow;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A write with a {@link Flow#writeTimeout}: for authors of flows. A flow calls {@link #run} only if
 * it has a timeout, so that other writes cost nothing.
 *
 * <pre>{@code
 * public int write(ByteBuffer src) throws IOException {
 *   Duration timeout = writeTimeout;
 *   return timeout.isZero()
 *       ? writeAll(src)
 *       : (int) TimedWrite.run(this, timeout, time, () -> writeAll(src));
 * }
 * }</pre>
 *
 * <p>The state is left once, by the writing thread when the write ends, or by a timer when the time
 * is up. In the second case the timer starts a thread that closes the flow, and the close wakes the
 * writing thread.
 */
public final class TimedWrite {
  private enum State {
    RUNNING,
    ENDED,
    EXPIRED
  }

  private final Flow flow;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

  private TimedWrite(Flow flow) {
    this.flow = flow;
  }

  /** A blocking write to a flow. A close of the flow ends it. */
  @FunctionalInterface
  public interface Write {
    /** Writes all bytes, and returns their number. */
    long run() throws IOException;
  }

  /**
   * Runs a write in this thread, and returns its count. A write that fails in time does not close
   * the flow, and its exception is thrown unchanged.
   *
   * @param flow the flow to close when the time is up
   * @param atMost the timeout, which must not be zero
   * @throws SocketTimeoutException if the time was up before the write ended; the flow is closed
   * @throws ClosedByInterruptException if the write threw it, even if the time was up too
   */
  public static long run(Flow flow, Duration atMost, TimeSource time, Write write)
      throws IOException {
    TimedWrite timed = new TimedWrite(flow);
    TimeSource.Timer timer = time.schedule(atMost, timed::expire);
    IOException failure = null;
    long count = 0;
    boolean inTime;
    try {
      count = write.run();
    } catch (IOException e) {
      failure = e;
    } finally {
      inTime = timed.state.compareAndSet(State.RUNNING, State.ENDED);
      timer.cancel();
    }
    if (!inTime && !(failure instanceof ClosedByInterruptException)) {
      throw timed.expiry(atMost, failure);
    }
    if (failure != null) {
      throw failure;
    }
    return count;
  }

  private void expire() {
    if (state.compareAndSet(State.RUNNING, State.EXPIRED)) {
      BackgroundClose.start(flow);
    }
  }

  // The thread of the timer may not have closed the flow yet, if the write ended at that moment.
  private SocketTimeoutException expiry(Duration atMost, @Nullable IOException failure) {
    BackgroundClose.ignoringFailure(flow);
    SocketTimeoutException expiry =
        new SocketTimeoutException(
            "%s: the write was not accepted within %s, and the flow is closed"
                .formatted(flow.info(), MessageText.of(atMost)));
    if (failure != null) {
      expiry.initCause(failure);
    }
    return expiry;
  }
}
