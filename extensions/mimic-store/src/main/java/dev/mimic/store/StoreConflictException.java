package dev.mimic.store;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What others have stored cannot be merged with what is here. Nothing has changed, neither here nor
 * there.
 */
public final class StoreConflictException extends StoreException {
  private final ImmutableList<String> keys;

  StoreConflictException(List<StoreKey> paths) {
    super(
        "changed here and there, and not alike: %s. Decide which it is to be, and pull again"
            .formatted(Joiner.on(", ").join(paths)));
    this.keys = StoreKey.keys(paths);
  }

  /**
   * Returns the keys that were changed on both sides; with replacement characters where a name is
   * not UTF-8.
   */
  public List<String> keys() {
    return keys;
  }
}
