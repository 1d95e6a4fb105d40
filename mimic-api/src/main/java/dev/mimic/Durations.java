package dev.mimic;

import java.time.Duration;
import java.util.Locale;

/** Durations as people write them. */
final class Durations {
  private Durations() {}

  static Duration requirePositive(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, duration));
    }
    return duration;
  }

  /** Returns {@code 1.5 s}, {@code 250 ms} or {@code 12 us}. */
  static String print(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) >= 0) {
      String seconds = String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
      return (seconds.endsWith(".0") ? seconds.substring(0, seconds.length() - 2) : seconds) + " s";
    }
    long micros = duration.toNanos() / 1000;
    return micros >= 1000 ? micros / 1000 + " ms" : micros + " us";
  }
}
