package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One input of a {@link Derivation}, made by {@link Derivation#required}, {@link
 * Derivation#optional} or {@link Derivation#withDefault}.
 *
 * @param <A> the type of the argument
 */
public abstract sealed class Input<A> {
  private final Key<?> key;

  private Input(Key<?> key) {
    this.key = requireNonNull(key, "key");
  }

  /** Returns the key whose value is asked for. */
  public Key<?> key() {
    return key;
  }

  /** Returns the argument that stands for this value of the key. */
  abstract Object present(Object value);

  /** Returns the argument for a key without a value, or empty if there must be one. */
  abstract Optional<Object> absent();

  static final class Required<A> extends Input<A> {
    Required(Key<A> key) {
      super(key);
    }

    @Override
    Object present(Object value) {
      return value;
    }

    @Override
    Optional<Object> absent() {
      return Optional.empty();
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
    Optional<Object> absent() {
      return Optional.of(Optional.empty());
    }

    @Override
    public String toString() {
      return key().name() + "?";
    }
  }

  static final class WithDefault<A> extends Input<A> {
    private final A value;

    WithDefault(Key<A> key, A value) {
      super(key);
      this.value = value;
    }

    @Override
    Object present(Object value) {
      return value;
    }

    @Override
    Optional<Object> absent() {
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return key().name() + " or " + (key().isSecret() ? Printed.SECRET : Printed.value(value));
    }
  }
}
