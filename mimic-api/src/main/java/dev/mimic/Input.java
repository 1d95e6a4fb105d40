package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An input of a {@link Derivation}, created by {@link Derivation#required}, {@link
 * Derivation#optional} or {@link Derivation#withDefault}. Immutable, and equal by identity.
 *
 * @param <A> the type of the argument
 */
public abstract sealed class Input<A> {
  private final Key<?> key;

  private Input(Key<?> key) {
    this.key = requireNonNull(key, "key");
  }

  /** Returns the key of the value. */
  public Key<?> key() {
    return key;
  }

  /** Returns the argument for this value of the key. */
  abstract Object argument(Object value);

  /**
   * Returns the argument for a key without a value, or null if a value is required.
   *
   * @param tried whether the key has derivations, of which none gave a value
   */
  abstract @Nullable Object defaultArgument(boolean tried);

  /** Returns whether the argument for a missing value is secret. */
  abstract boolean isDefaultSecret();

  /** Returns the suffix that plans print for a missing value, such as {@code : none}. */
  abstract String defaultText();

  /** An input that must have a value. */
  static final class Required<A> extends Input<A> {
    Required(Key<A> key) {
      super(key);
    }

    @Override
    Object argument(Object value) {
      return value;
    }

    @Override
    @Nullable Object defaultArgument(boolean tried) {
      return null;
    }

    @Override
    boolean isDefaultSecret() {
      return false;
    }

    @Override
    String defaultText() {
      return "";
    }

    @Override
    public String toString() {
      return key().name();
    }
  }

  /** An input that may have no value. */
  static final class Maybe<A> extends Input<Optional<A>> {
    Maybe(Key<A> key) {
      super(key);
    }

    @Override
    Object argument(Object value) {
      return Optional.of(value);
    }

    @Override
    Object defaultArgument(boolean tried) {
      return Optional.empty();
    }

    @Override
    boolean isDefaultSecret() {
      return false;
    }

    @Override
    String defaultText() {
      return ": none";
    }

    @Override
    public String toString() {
      return key().name() + "?";
    }
  }

  /** An input with a default. */
  static final class WithDefault<A> extends Input<A> {
    private final A value;
    private final boolean alsoIfTried;

    /**
     * Creates an input.
     *
     * @param alsoIfTried whether the default also applies if derivations of the key gave no value
     */
    WithDefault(Key<A> key, A value, boolean alsoIfTried) {
      super(key);
      this.value = value;
      this.alsoIfTried = alsoIfTried;
    }

    @Override
    Object argument(Object value) {
      return value;
    }

    @Override
    @Nullable Object defaultArgument(boolean tried) {
      return tried && !alsoIfTried ? null : value;
    }

    @Override
    boolean isDefaultSecret() {
      return key().isSecret();
    }

    @Override
    String defaultText() {
      return " = " + shown() + " by default";
    }

    private String shown() {
      return Printed.value(key(), value);
    }

    @Override
    public String toString() {
      return key().name() + " or " + shown();
    }
  }
}
