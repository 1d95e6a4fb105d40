package dev.mimic;

import static java.util.Objects.requireNonNull;

/**
 * The result of a {@link Derivation} or an {@link AddressSyntax}: a value, or the reason why there
 * is none.
 *
 * <p>After a decline the next derivation is asked. An exception is not a verdict. It fails the
 * resolution of the key: a trust store that cannot be read must not become the default one.
 *
 * @param <T> the type of the value
 */
public sealed interface Verdict<T> {

  /** Returns a verdict with a value. */
  static <T> Verdict<T> of(T value) {
    return new Given<>(value);
  }

  /** Returns a verdict without a value. Plans and messages show the reason. */
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
   * @param reason the reason in a few words, without secrets
   */
  record Declined<T>(String reason) implements Verdict<T> {
    /** Checks that there is a reason. */
    public Declined {
      requireNonNull(reason, "reason");
    }
  }
}
