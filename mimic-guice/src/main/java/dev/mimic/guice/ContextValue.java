package dev.mimic.guice;

import static java.util.Objects.requireNonNull;

import dev.mimic.Key;
import dev.mimic.ResolverBuilder;

/** A key and its value, for the initial context of every resolution. */
record ContextValue<T>(Key<T> key, T value) {
  ContextValue {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
  }

  void addTo(ResolverBuilder builder) {
    builder.value(key, value);
  }

  /** Returns the key without the value: Guice prints bindings, and the value may be a secret. */
  @Override
  public String toString() {
    return "a value of " + key;
  }
}
