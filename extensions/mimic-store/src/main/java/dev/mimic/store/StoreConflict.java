package dev.mimic.store;

import java.util.Optional;

/**
 * A key that was changed on both sides, and not to the same text.
 *
 * @param base what it was before, if it was there; nothing also where both sides have decided a
 *     conflict before, each for itself, so that there is no one text that both have grown from
 * @param ours what it is here, unless it was removed
 * @param theirs what it is there, unless it was removed
 */
public record StoreConflict(
    String key, Optional<String> base, Optional<String> ours, Optional<String> theirs) {

  /** Decides what becomes of a key that was changed on both sides. */
  @FunctionalInterface
  public interface Decision {
    /** What is here wins. */
    Decision OURS = StoreConflict::ours;

    /** What is there wins. */
    Decision THEIRS = StoreConflict::theirs;

    /** Returns the text that the key is to have, or nothing to remove it. */
    Optional<String> decide(StoreConflict conflict);
  }
}
