package dev.mimic.http;

import java.time.Duration;
import java.util.Locale;

/** Limits of time. */
final class Timeouts {
  private Timeouts() {}

  static Duration checked(Duration limit, String name) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, limit));
    }
    return limit;
  }

  /** Returns such as {@code 1m30s}. */
  static String printed(Duration limit) {
    return limit.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
