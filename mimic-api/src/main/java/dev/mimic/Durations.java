package dev.mimic;

import java.time.Duration;

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
      long tenths = Math.round(duration.toNanosPart() / 1e8);
      long seconds = duration.toSeconds() + tenths / 10; // no sum of smaller units: it may overflow
      return tenths % 10 == 0 ? seconds + " s" : seconds + "." + tenths % 10 + " s";
    }
    long micros = duration.toNanos() / 1000;
    return micros >= 1000 ? micros / 1000 + " ms" : micros + " us";
  }
}
