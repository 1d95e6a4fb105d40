package dev.mimic.flow;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A deadline on a time source. */
final class TimedDeadline implements Deadline {
  private final TimeSource time;
  private final Duration allowed;
  private final long end;

  TimedDeadline(Duration allowed, TimeSource time) {
    this.time = time;
    this.allowed = allowed;
    this.end = time.nanoTime() + TimeLimit.nanosOf(allowed);
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, end - time.nanoTime()));
  }

  @Override
  public TimeSource timeSource() {
    return time;
  }

  @Override
  public <C extends Closeable, R> R guard(C halfMade, Step<C, R> step) throws IOException {
    Guard guard = new Guard(halfMade);
    TimeSource.Timer timer = () -> {};
    try {
      InterruptibleLock.requireNotInterrupted();
      Duration left = remaining();
      if (left.isZero()) {
        throw expiry();
      }
      timer = time.schedule(left, guard::expire);
      return guard.run(halfMade, step);
    } catch (Throwable failure) {
      boolean expired = !guard.settle() && guard.hasExpired();
      closeOnto(failure, halfMade);
      if (expired && failure instanceof Exception) {
        throw (IOException) expiry().initCause(failure);
      }
      throw failure;
    } finally {
      timer.cancel();
    }
  }

  private SocketTimeoutException expiry() {
    return new SocketTimeoutException("not done within " + MessageText.of(allowed));
  }

  private static void closeOnto(Throwable failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException | RuntimeException e) {
      if (!e.equals(failure)) {
        failure.addSuppressed(e);
      }
    }
  }

  /**
   * Closes the connection when the thread is interrupted or the time is up. Only an interruptible
   * channel of the JDK is notified of an interrupt of another thread.
   */
  private static final class Guard extends AbstractInterruptibleChannel {
    private enum State {
      RUNNING,
      SETTLED,
      EXPIRED
    }

    private final Closeable halfMade;

    // Settled or expired once and finally: a late timer closes nothing.
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

    Guard(Closeable halfMade) {
      this.halfMade = halfMade;
    }

    <C, R> R run(C input, Step<C, R> step) throws IOException {
      R made = runInterruptibly(input, step);
      if (!settle()) {
        AsynchronousCloseException late = new AsynchronousCloseException();
        closeMade(made, late);
        throw late;
      }
      return made;
    }

    private <C, R> R runInterruptibly(C input, Step<C, R> step) throws IOException {
      R made;
      begin();
      try {
        made = step.run(input);
      } catch (Throwable failure) {
        endStep(failure);
        throw failure;
      }
      try {
        endStep(null);
      } catch (ClosedByInterruptException e) {
        closeMade(made, e);
        throw e;
      }
      return made;
    }

    // An interrupt takes precedence over the failure that its close caused in the step. The status
    // is checked too: after a channel inside the step has done I/O, this channel is not notified.
    private void endStep(@Nullable Throwable failure) throws IOException {
      try {
        end(true);
        InterruptibleLock.requireNotInterrupted();
      } catch (ClosedByInterruptException e) {
        if (failure instanceof Error) {
          return; // an Error takes precedence over an interrupt
        }
        if (failure != null) {
          e.addSuppressed(failure);
        }
        throw e;
      }
    }

    private static void closeMade(Object made, Throwable reason) {
      if (made instanceof Closeable closeable) {
        closeOnto(reason, closeable);
      }
    }

    /** Ends the time in which this may expire; returns whether it has not. */
    boolean settle() {
      return state.compareAndSet(State.RUNNING, State.SETTLED);
    }

    boolean hasExpired() {
      return state.get() == State.EXPIRED;
    }

    void expire() {
      if (state.compareAndSet(State.RUNNING, State.EXPIRED)) {
        try {
          close();
        } catch (IOException e) {
          throw new AssertionError("implCloseChannel throws nothing", e);
        }
      }
    }

    @Override
    protected void implCloseChannel() {
      BackgroundClose.start(halfMade);
    }
  }
}
