package dev.mimic.git;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of a clone, a fetch or a push.
 *
 * @param timeout of connecting
 * @param readTimeout of the server's silence, if it was set apart from the timeout
 * @param silence of the server's silence otherwise
 * @param total of the whole, if that is limited
 * @param end when the whole has to end, once it has begun
 */
record Limits(
    Duration timeout,
    Optional<Duration> readTimeout,
    Duration silence,
    Optional<Duration> total,
    Optional<Deadline> end) {
  private static final Duration SILENCE = Duration.ofMinutes(2);

  static Limits connecting(Duration timeout) {
    return new Limits(timeout, Optional.empty(), SILENCE, Optional.empty(), Optional.empty());
  }

  Limits withTimeout(Duration atMost) {
    Duration checked = positive("timeout", atMost);
    return new Limits(checked, readTimeout, checked, total, end);
  }

  Limits withReadTimeout(Duration atMost) {
    Optional<Duration> checked = Optional.of(positive("read timeout", atMost));
    return new Limits(timeout, checked, silence, total, end);
  }

  Limits withTotalTimeout(Duration atMost) {
    Optional<Duration> checked = Optional.of(positive("total timeout", atMost));
    return new Limits(timeout, readTimeout, silence, checked, end);
  }

  private static Duration positive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, duration));
    }
    return duration;
  }

  /** Returns these limits with the time of the whole running, if it does not run yet. */
  Limits begun() {
    return end.isPresent()
        ? this
        : new Limits(
            timeout,
            readTimeout,
            silence,
            total,
            total.map(atMost -> Deadline.after(atMost, TimeSource.system())));
  }

  /** Returns how long the server may send and take nothing. */
  Duration ofSilence() {
    return readTimeout.orElse(silence);
  }

  /** Returns how long connecting may take now. */
  Duration ofConnecting() throws LimitException {
    Optional<Duration> left = end.map(Deadline::remaining);
    if (left.isEmpty() || left.orElseThrow().compareTo(timeout) >= 0) {
      return timeout;
    }
    if (left.orElseThrow().isZero()) {
      throw tooLong();
    }
    return left.orElseThrow();
  }

  /** Has this done when the whole has taken too long, unless the timer is cancelled first. */
  TimeSource.Timer atEnd(Runnable task) {
    return end.isPresent()
        ? TimeSource.system().schedule(end.orElseThrow().remaining(), task)
        : () -> {};
  }

  /** Returns whether the time of the whole is up. */
  boolean isOver() {
    return end.isPresent() && end.orElseThrow().remaining().isZero();
  }

  /** Returns what to throw for this failure of a conversation: a limit, if that is the reason. */
  IOException told(IOException e) {
    if (e instanceof LimitException) {
      return e;
    }
    if (isOver()) {
      return tooLong().because(e);
    }
    return e instanceof SocketTimeoutException ? silent(ofSilence()).because(e) : e;
  }

  LimitException silent(Duration limit) {
    return new LimitException(
        ("the server has fallen silent: it neither sent nor took anything for %s; try again, or"
                + " wait longer (--timeout, or GitClient.withReadTimeout)")
            .formatted(print(limit)));
  }

  private LimitException tooLong() {
    return new LimitException(
        "it took longer than %s in all: raise the limit (--max-time, or GitClient.withTotalTimeout)"
            .formatted(print(total.orElseThrow())));
  }

  static String print(Duration limit) {
    return limit.toMillis() % 1000 == 0
        ? limit.toSeconds() + " s"
        : "%d.%03d s".formatted(limit.toSeconds(), limit.toMillisPart());
  }
}
