package dev.mimic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of asking a {@link Resolution} for the value of one key. */
sealed interface Outcome {

  /**
   * The value that a context was given, or several values, in the order in which they are tried.
   *
   * @param values at least one
   * @param secret whether they are never shown: because of the key, or of the address they are from
   */
  record Explicit(Key<?> key, List<?> values, boolean secret) implements Outcome {
    Explicit(Key<?> key, List<?> values) {
      this(key, values, key.isSecret());
    }

    /** Returns the value, the first if there are several. */
    Object first() {
      return values.getFirst();
    }
  }

  /**
   * A value that a derivation gave.
   *
   * @param secret whether a secret went into it
   * @param before the derivations that were asked before that one
   */
  record Derived(Object value, Derivation<?> by, boolean secret, List<Skipped> before)
      implements Outcome {}

  /**
   * No value.
   *
   * @param skipped the derivations of the key, in the order in which they were asked
   */
  record Absent(List<Skipped> skipped) implements Outcome {
    /** The outcome of a key without derivations. */
    static final Absent UNTRIED = new Absent(List.of());

    /** Returns whether the key has derivations. */
    boolean isTried() {
      return !skipped.isEmpty();
    }
  }

  /**
   * A failure, which fails every derivation and every candidate that asks for the key.
   *
   * @param by the derivation that threw, or that asked for a key that had failed
   * @param failure the failure that started it
   * @param before the derivations that were asked before that one
   */
  record Failed(Derivation<?> by, Failure failure, List<Skipped> before) implements Outcome {}

  /**
   * A derivation that gave no value.
   *
   * @param missing the required key that has no value; null if the derivation declined
   * @param reason the reason of a decline; null if a key is missing
   */
  record Skipped(Derivation<?> derivation, @Nullable Key<?> missing, @Nullable String reason) {}

  /**
   * The start of a failure, which other keys may share.
   *
   * @param key the key whose derivation failed
   * @param message without secrets
   * @param cause the exception that was thrown, without secrets
   */
  record Failure(Key<?> key, String message, Exception cause) {
    boolean beganAt(Key<?> candidate) {
      return candidate == key;
    }
  }

  /** Returns the values, in order; none if there is no value. */
  default List<?> found() {
    return switch (this) {
      case Explicit explicit -> explicit.values();
      case Derived derived -> List.of(derived.value());
      case Absent absent -> List.of();
      case Failed failed -> List.of();
    };
  }
}
