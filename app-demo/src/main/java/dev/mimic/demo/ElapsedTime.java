package dev.mimic.demo;

import java.util.Locale;

/** Elapsed times in a form for tables. */
final class ElapsedTime {
  private ElapsedTime() {}

  /** Returns the time since a value of {@link System#nanoTime}. */
  static String since(long began) {
    double millis = (System.nanoTime() - began) / 1e6;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }
}
