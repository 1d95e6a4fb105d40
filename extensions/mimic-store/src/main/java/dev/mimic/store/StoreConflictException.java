package dev.mimic.store;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Thrown if keys were changed differently on both sides of a merge. Neither side has been changed.
 */
public final class StoreConflictException extends StoreException {
  private final ImmutableList<String> keys;

  StoreConflictException(List<StoreKey> paths) {
    super(
        "changed differently on both sides: %s. Pull again, and choose the text of one side"
            .formatted(Joiner.on(", ").join(paths)));
    this.keys = StoreKey.keys(paths);
  }

  /** Returns the keys in conflict. Bytes that are not UTF-8 are shown as replacement characters. */
  public List<String> keys() {
    return keys;
  }
}
