package dev.mimic.store;

import java.util.Optional;

/**
 * A key that was changed differently on both sides.
 *
 * @param base the text before both changes, or empty if the key had none. It is also empty if both
 *     sides have already decided a conflict of this key differently.
 * @param ours the text in this store, or empty if it was removed
 * @param theirs the text on the other side, or empty if it was removed
 */
public record StoreConflict(
    String key, Optional<String> base, Optional<String> ours, Optional<String> theirs) {

  /** A rule for the text of a key that was changed differently on both sides. */
  @FunctionalInterface
  public interface Decision {
    /** Takes the text of this store. */
    Decision OURS = StoreConflict::ours;

    /** Takes the text of the other side. */
    Decision THEIRS = StoreConflict::theirs;

    /** Returns the text that the key shall have, or empty to remove the key. */
    Optional<String> decide(StoreConflict conflict);
  }
}
