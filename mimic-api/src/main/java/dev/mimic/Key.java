package dev.mimic;

/**
 * A typed name for a value in a {@link Context}.
 *
 * <p>Identity is equality: two keys of one name are two keys. Share a key by sharing the constant
 * that holds it. The name is for people, in plans and messages.
 *
 * @param <T> the type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // it types the values that are kept under the key
public final class Key<T> {
  private final String name;
  private final boolean secret;

  private Key(String name, boolean secret) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a key's name must not be blank");
    }
    this.name = name;
    this.secret = secret;
  }

  /** Returns a new key; its values may be shown in plans and messages. */
  public static <T> Key<T> of(String name) {
    return new Key<>(name, false);
  }

  /**
   * Returns a new key whose values, and whatever is derived from them, are shown as {@code ***}.
   */
  public static <T> Key<T> secret(String name) {
    return new Key<>(name, true);
  }

  /** Returns the name that plans and messages use. */
  public String name() {
    return name;
  }

  /** Returns whether the values are never shown. */
  public boolean isSecret() {
    return secret;
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
