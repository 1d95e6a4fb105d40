package dev.mimic.demo;

import java.util.function.Supplier;

/** A command line that cannot be meant. The message says why, and the exit status is 2. */
final class WrongUsageException extends RuntimeException {
  WrongUsageException(String message) {
    super(message);
  }

  /** Returns a value made of arguments. An {@link IllegalArgumentException} is translated. */
  static <T> T translating(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      WrongUsageException wrong = new WrongUsageException(String.valueOf(e.getMessage()));
      wrong.initCause(e);
      throw wrong;
    }
  }
}
