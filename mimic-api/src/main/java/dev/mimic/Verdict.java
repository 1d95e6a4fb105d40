package dev.mimic;

import static java.util.Objects.requireNonNull;

/**
 * What a {@link Derivation}, or an {@link AddressSyntax}, says of what it was given: a value, or a
 * reason why there is none.
 *
 * <p>To decline is ordinary: the next rule is asked. An exception is neither, and ends the matter:
 * a trust store that cannot be read must not become the default one.
 *
 * @param <T> the type of the value
 */
public sealed interface Verdict<T> {

  /** Returns the verdict that gives a value. */
  static <T> Verdict<T> of(T value) {
    return new Given<>(value);
  }

  /** Returns the verdict that gives none; the reason is shown in plans and messages. */
  static <T> Verdict<T> decline(String reason) {
    return new Declined<>(reason);
  }

  /**
   * A value.
   *
   * @param value the value
   */
  record Given<T>(T value) implements Verdict<T> {
    /** Checks that there is a value. */
    public Given {
      requireNonNull(value, "a verdict's value; to give none, decline");
    }
  }

  /**
   * No value.
   *
   * @param reason why, in a few words that show no secret
   */
  record Declined<T>(String reason) implements Verdict<T> {
    /** Checks that there is a reason. */
    public Declined {
      requireNonNull(reason, "reason");
    }
  }
}
