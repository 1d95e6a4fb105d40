package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An input of a {@link Derivation}, created by {@link Derivation#required}, {@link
 * Derivation#optional} or {@link Derivation#withDefault}.
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
  abstract Object present(Object value);

  /**
   * Returns the argument for a key without a value, or null if a value is required.
   *
   * @param tried whether the key has derivations, of which none gave a value
   */
  abstract @Nullable Object absent(boolean tried);

  /** Returns whether the argument for a missing value is secret: a default can be. */
  abstract boolean standInIsSecret();

  /**
   * Returns the text of the argument for a missing value in plans; empty if a value is required.
   */
  abstract String otherwise();

  static final class Required<A> extends Input<A> {
    Required(Key<A> key) {
      super(key);
    }

    @Override
    Object present(Object value) {
      return value;
    }

    @Override
    @Nullable Object absent(boolean tried) {
      return null;
    }

    @Override
    boolean standInIsSecret() {
      return false;
    }

    @Override
    String otherwise() {
      return "";
    }

    @Override
    public String toString() {
      return key().name();
    }
  }

  static final class Maybe<A> extends Input<Optional<A>> {
    Maybe(Key<A> key) {
      super(key);
    }

    @Override
    Object present(Object value) {
      return Optional.of(value);
    }

    @Override
    Object absent(boolean tried) {
      return Optional.empty();
    }

    @Override
    boolean standInIsSecret() {
      return false;
    }

    @Override
    String otherwise() {
      return ": none";
    }

    @Override
    public String toString() {
      return key().name() + "?";
    }
  }

  static final class WithDefault<A> extends Input<A> {
    private final A value;
    private final boolean alsoIfTried;

    /** Creates an input; unless {@code alsoIfTried}, derivations without a value are a failure. */
    WithDefault(Key<A> key, A value, boolean alsoIfTried) {
      super(key);
      this.value = value;
      this.alsoIfTried = alsoIfTried;
    }

    @Override
    Object present(Object value) {
      return value;
    }

    @Override
    @Nullable Object absent(boolean tried) {
      return tried && !alsoIfTried ? null : value;
    }

    @Override
    boolean standInIsSecret() {
      return key().isSecret();
    }

    @Override
    String otherwise() {
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
