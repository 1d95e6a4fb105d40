package dev.mimic;

/**
 * Stands for an exception of a derivation that was given a secret, which its message may repeat.
 * Where it was thrown can be seen.
 */
final class WithheldException extends Exception {
  WithheldException(Exception withheld) {
    super(
        "%s, whose message is withheld, as a secret went into it"
            .formatted(withheld.getClass().getName()));
    setStackTrace(withheld.getStackTrace());
  }
}
