package dev.mimic.demo;

import java.util.function.Supplier;

/** What the user has asked for cannot be meant: the message says why, and the status is 2. */
final class WrongUsageException extends RuntimeException {
  WrongUsageException(String message) {
    super(message);
  }

  /** Returns what is made of the user's own words, which may be refused. */
  static <T> T unlessRight(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      WrongUsageException wrong = new WrongUsageException(String.valueOf(e.getMessage()));
      wrong.initCause(e);
      throw wrong;
    }
  }
}
