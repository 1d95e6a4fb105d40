package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * A typed name for a value in a {@link Context}.
 *
 * <p>Keys are equal by identity: two keys of the same name differ. Share a key by sharing its
 * constant. Plans and messages show the name.
 *
 * @param <T> the type of the value
 */
public final class Key<T> {
  private final String name;
  private final boolean secret;
  private final Function<? super T, String> printer;

  private Key(String name, boolean secret, Function<? super T, String> printer) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a key's name must not be blank");
    }
    this.name = name;
    this.secret = secret;
    this.printer = requireNonNull(printer, "printer");
  }

  /** Returns a new key; plans and messages show its values by their {@code toString}. */
  public static <T> Key<T> of(String name) {
    return new Key<>(name, false, Object::toString);
  }

  /** Returns a new key; plans and messages show its values by this function. */
  public static <T> Key<T> of(String name, Function<? super T, String> printer) {
    return new Key<>(name, false, printer);
  }

  /** Returns a new key whose values, and all values derived from them, are shown as {@code ***}. */
  public static <T> Key<T> secret(String name) {
    return new Key<>(name, true, value -> Printed.SECRET);
  }

  /** Returns the name that plans and messages use. */
  public String name() {
    return name;
  }

  /** Returns whether the values are secret, and never shown. */
  public boolean isSecret() {
    return secret;
  }

  /** Returns the text of a value of this key. */
  @SuppressWarnings("unchecked") // nothing but a T is kept under a Key<T>
  String print(Object value) {
    return printer.apply((T) value);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
