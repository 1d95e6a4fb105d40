package dev.mimic;

/**
 * A substitute for an exception whose message can repeat a secret. It has the stack trace of that
 * exception.
 */
final class WithheldException extends Exception {
  WithheldException(Exception withheld) {
    super(
        "%s, whose message is withheld, as a secret went into it"
            .formatted(withheld.getClass().getName()));
    setStackTrace(withheld.getStackTrace());
  }
}
