package dev.mimic.store;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What others have stored cannot be merged with what is here. Nothing has changed, neither here nor
 * there.
 */
public final class StoreConflictException extends StoreException {
  private final ImmutableList<String> keys;

  StoreConflictException(List<String> keys) {
    super(
        "changed here and there, and not alike: %s. Decide which it is to be, and pull again"
            .formatted(String.join(", ", keys)));
    this.keys = ImmutableList.copyOf(keys);
  }

  /** Returns the keys that were changed on both sides. */
  public List<String> keys() {
    return keys;
  }
}
