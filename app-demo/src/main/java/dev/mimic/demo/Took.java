package dev.mimic.demo;

import java.util.Locale;

/** How long something has taken, for tables. */
final class Took {
  private Took() {}

  /** Returns the time since this point of {@link System#nanoTime}. */
  static String since(long began) {
    return String.format(Locale.ROOT, "%.1f ms", (System.nanoTime() - began) / 1e6);
  }
}
