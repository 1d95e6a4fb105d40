package dev.mimic.ssh;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/** A field of the library's own, for what none of its public methods tells. */
final class HiddenField {
  private HiddenField() {}

  /** Returns it; nothing where it cannot be read, as where the library is a named module. */
  static Optional<VarHandle> find(Class<?> owner, String name, Class<?> type) {
    try {
      return Optional.of(
          MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
              .findVarHandle(owner, name, type));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
