package dev.mimic.git;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * The time limits of a clone, a fetch or a push.
 *
 * @param timeout the limit on connecting
 * @param readTimeout the limit on silence of the server, if set separately
 * @param silence the limit on silence of the server otherwise
 * @param total the limit on the total time, if there is one
 * @param deadline the end of the total time, once the operation has started
 */
record Limits(
    Duration timeout,
    Optional<Duration> readTimeout,
    Duration silence,
    Optional<Duration> total,
    Optional<Deadline> deadline) {
  private static final Duration DEFAULT_SILENCE = Duration.ofMinutes(2);

  static Limits connecting(Duration timeout) {
    return new Limits(
        timeout, Optional.empty(), DEFAULT_SILENCE, Optional.empty(), Optional.empty());
  }

  Limits withTimeout(Duration atMost) {
    Duration checked = positive("timeout", atMost);
    return new Limits(checked, readTimeout, checked, total, deadline);
  }

  Limits withReadTimeout(Duration atMost) {
    Optional<Duration> checked = Optional.of(positive("read timeout", atMost));
    return new Limits(timeout, checked, silence, total, deadline);
  }

  Limits withTotalTimeout(Duration atMost) {
    Optional<Duration> checked = Optional.of(positive("total timeout", atMost));
    return new Limits(timeout, readTimeout, silence, checked, deadline);
  }

  private static Duration positive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, duration));
    }
    return duration;
  }

  /** Returns these limits with the total time running. */
  Limits started() {
    return deadline.isPresent()
        ? this
        : new Limits(
            timeout,
            readTimeout,
            silence,
            total,
            total.map(atMost -> Deadline.after(atMost, TimeSource.system())));
  }

  /** Returns the limit on silence, during which the server neither sends nor accepts data. */
  Duration silenceTimeout() {
    return readTimeout.orElse(silence);
  }

  /** Returns the limit on connecting, within the total time that is left. */
  Duration connectTimeout() throws LimitException {
    Optional<Duration> left = deadline.map(Deadline::remaining);
    if (left.isEmpty() || left.orElseThrow().compareTo(timeout) >= 0) {
      return timeout;
    }
    if (left.orElseThrow().isZero()) {
      throw totalExceeded();
    }
    return left.orElseThrow();
  }

  /** Schedules a task for the end of the total time. */
  TimeSource.Timer scheduleAtDeadline(Runnable task) {
    return deadline.isPresent()
        ? TimeSource.system().schedule(deadline.orElseThrow().remaining(), task)
        : () -> {};
  }

  /** Returns whether the total time is over. */
  boolean isExpired() {
    return deadline.isPresent() && deadline.orElseThrow().remaining().isZero();
  }

  /** Returns the exception to throw for a failure: one that names the limit, if it was exceeded. */
  IOException explain(IOException e) {
    if (e instanceof LimitException) {
      return e;
    }
    if (isExpired()) {
      return totalExceeded().causedBy(e);
    }
    return e instanceof SocketTimeoutException ? silenceExceeded(silenceTimeout()).causedBy(e) : e;
  }

  LimitException silenceExceeded(Duration limit) {
    return new LimitException(
        ("the server has fallen silent: it neither sent nor accepted data for %s; try again, or"
                + " raise the limit (GitClient.withReadTimeout)")
            .formatted(print(limit)));
  }

  private LimitException totalExceeded() {
    return new LimitException(
        "it took longer than %s in all: raise the limit (GitClient.withTotalTimeout)"
            .formatted(print(total.orElseThrow())));
  }

  static String print(Duration limit) {
    return limit.toMillis() % 1000 == 0
        ? limit.toSeconds() + " s"
        : "%d.%03d s".formatted(limit.toSeconds(), limit.toMillisPart());
  }
}
