package dev.mimic;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** A deadline on a time source. */
final class TimedDeadline implements Deadline {
  // A quarter of a long's range: sums and differences of two such times do not overflow.
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

  private final TimeSource time;
  private final Duration allowed;
  private final long end;

  TimedDeadline(Duration allowed, TimeSource time) {
    this.time = time;
    this.allowed = allowed;
    this.end = time.nanoTime() + nanosOf(allowed);
  }

  /** Returns the nanoseconds, at least zero, and held to what arithmetic on clocks can bear. */
  static long nanosOf(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
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
  public <C extends Closeable, R> R bound(C halfMade, Step<C, R> step) throws IOException {
    Guard guard = new Guard(halfMade);
    TimeSource.Timer timer = () -> {};
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      Duration left = remaining();
      if (left.isZero()) {
        throw expiry();
      }
      timer = time.schedule(left, guard::expire);
      return guard.run(halfMade, step);
    } catch (Throwable failure) {
      guard.closeOnto(failure);
      if (guard.expired() && failure instanceof IOException) {
        throw (IOException) expiry().initCause(failure);
      }
      throw failure;
    } finally {
      timer.cancel();
    }
  }

  private SocketTimeoutException expiry() {
    return new SocketTimeoutException("not done within " + Durations.print(allowed));
  }

  private enum Outcome {
    OPEN,
    COMPLETED,
    EXPIRED
  }

  /**
   * Closes what is half made when the thread is interrupted or the time is up. An interruptible
   * channel is the JDK's only way to hear of an interrupt of another thread.
   */
  private static final class Guard extends AbstractInterruptibleChannel {
    private final Closeable halfMade;
    // The step's end and the deadline race; what comes first counts, and the other changes nothing.
    private final AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.OPEN);

    Guard(Closeable halfMade) {
      this.halfMade = halfMade;
    }

    <C, R> R run(C input, Step<C, R> step) throws IOException {
      boolean completed = false;
      try {
        begin();
        R made = step.run(input);
        completed = outcome.compareAndSet(Outcome.OPEN, Outcome.COMPLETED);
        if (completed) {
          return made;
        }
        if (made instanceof Closeable closeable) {
          closeable.close();
        }
        throw new AsynchronousCloseException();
      } finally {
        end(completed);
      }
    }

    void expire() {
      if (!outcome.compareAndSet(Outcome.OPEN, Outcome.EXPIRED)) {
        return;
      }
      try {
        close();
      } catch (IOException e) {
        // The step fails by what the close did to it; how well the close went says nothing more.
      }
    }

    boolean expired() {
      return outcome.get() == Outcome.EXPIRED;
    }

    void closeOnto(Throwable failure) {
      try {
        halfMade.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }

    @Override
    protected void implCloseChannel() throws IOException {
      halfMade.close();
    }
  }
}
