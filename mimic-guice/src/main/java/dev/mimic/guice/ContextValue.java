package dev.mimic.guice;

import static java.util.Objects.requireNonNull;

import dev.mimic.Key;
import dev.mimic.ResolverBuilder;

/** A value, and its key, for the context that every resolution starts from. */
record ContextValue<T>(Key<T> key, T value) {
  ContextValue {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
  }

  void addTo(ResolverBuilder builder) {
    builder.value(key, value);
  }

  /** Returns the key alone: Guice prints bindings, and the value may be a secret. */
  @Override
  public String toString() {
    return "a value of " + key;
  }
}
