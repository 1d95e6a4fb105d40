package dev.mimic;

import java.time.Duration;

/**
 * A connection that was tried, and failed.
 *
 * @param description what it was made of
 */
record Attempt(String description, Duration took, Exception cause) {

  /** Returns how it failed. */
  String message() {
    return Printed.message(cause);
  }
}
